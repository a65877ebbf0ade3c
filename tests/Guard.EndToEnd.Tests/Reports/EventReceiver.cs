using System.Collections.Concurrent;
using System.Net;
using Guard.Host.Reports.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Guard.EndToEnd.Tests.Reports;

/// <summary>Receives events as docs/reports.md tells receivers to, and can be moody.</summary>
internal sealed class EventReceiver : IAsyncDisposable
{
    public const string Key = "a secret of this test";

    private readonly WebApplication _application;
    private readonly CancellationTokenSource _stop = new();

    public EventReceiver(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _application = builder.Build();
        _application.Run(TakeAsync);
    }

    /// <summary>Ids as they came.</summary>
    public ConcurrentQueue<string> Ids { get; } = [];

    public ConcurrentQueue<string> Bodies { get; } = [];

    public int Forged { get; private set; }

    /// <summary>So many are answered 503 first.</summary>
    public int Failing { get; set; }

    /// <summary>The next event is taken and never answered.</summary>
    public bool HoldsNext { get; set; }

    public TaskCompletionSource Held { get; } = new();

    public Task StartAsync() => _application.StartAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (
            !WebhookSignature.Verify(
                Key,
                context.Request.Headers[WebhookSignature.Header].ToString(),
                body.ToArray(),
                DateTimeOffset.UtcNow,
                TimeSpan.FromMinutes(5)
            )
        )
        {
            Forged++;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        if (Failing > 0)
        {
            Failing--;
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        Ids.Enqueue(context.Request.Headers["X-AccountGuard-Event"].ToString());
        Bodies.Enqueue(System.Text.Encoding.UTF8.GetString(body.ToArray()));
        if (!HoldsNext)
            return;
        HoldsNext = false;
        Held.SetResult();
        await Task.WhenAny(Task.Delay(Timeout.Infinite, _stop.Token), Task.Delay(Timeout.Infinite, context.RequestAborted));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _application.DisposeAsync();
        _stop.Dispose();
    }
}
