using System.Net;
using System.Text.RegularExpressions;

namespace Guard.Bench.Inline.Hostile;

/// <summary>So many at once try to sign in at the console, again and again, each with the form's token as a browser has it.</summary>
internal sealed partial class SignIns : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client;
    private readonly Task _all;
    private long _tried;

    public SignIns(int count, int port)
    {
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = true,
                CookieContainer = new CookieContainer(),
                MaxConnectionsPerServer = Math.Max(1, count),
            }
        )
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromMinutes(2),
        };
        _all = count == 0 ? Task.CompletedTask : RunAsync(count);
    }

    public long Tried => Interlocked.Read(ref _tried);

    private async Task RunAsync(int count)
    {
        var page = await _client.GetStringAsync(new Uri("/sign-in", UriKind.Relative)).ConfigureAwait(false);
        var token = Token().Match(page).Groups[1].Value;
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => TryAsync(number, token))).ConfigureAwait(false);
    }

    private async Task TryAsync(int number, string token)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var form = new FormUrlEncodedContent(
                    new Dictionary<string, string>
                    {
                        ["name"] = $"admin{number}",
                        ["password"] = "a wrong password",
                        ["__RequestVerificationToken"] = token,
                        ["return"] = "/",
                    }
                );
                using var answer = await _client.PostAsync(new Uri("/sign-in/password", UriKind.Relative), form, _stop.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _tried);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
            {
                // Closed for another, or too late: tried again.
            }
        }
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex Token();

    public void Dispose()
    {
        _stop.Cancel();
        _all.Wait();
        _client.Dispose();
        _stop.Dispose();
    }
}
