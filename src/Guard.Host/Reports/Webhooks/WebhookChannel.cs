using System.Net;
using System.Net.Http.Headers;
using Guard.Host.Configuration;
using Guard.Messages.Enforcement;

namespace Guard.Host.Reports.Webhooks;

/// <summary>Events posted to an address, each with its id and signed.</summary>
internal sealed class WebhookChannel(WebhookSettings webhook, WebhookEvent body) : IReportChannel, IDisposable
{
    public const string IdHeader = "X-AccountGuard-Event";

    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task SendAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(webhook.Timeout);
        var bytes = body.Write(dispatch);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(IdHeader, dispatch.Id);
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(webhook.Key.Read(), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), bytes));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AccountGuard", "1"));
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
            return;
        var said = $"{webhook.Url.GetLeftPart(UriPartial.Path)} answers {(int)answer.StatusCode} {answer.ReasonPhrase}";
        // The body is what it does not like, and that will not change; all else may pass.
        throw answer.StatusCode
            is HttpStatusCode.BadRequest
                or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.UnprocessableEntity
                or HttpStatusCode.Gone
            ? new ReportRefusedException(said)
            : new HttpRequestException(said);
    }

    public void Dispose() => _client.Dispose();
}
