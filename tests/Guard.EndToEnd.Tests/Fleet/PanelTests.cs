using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Guard.EndToEnd.Tests.Inline;
using Xunit;

namespace Guard.EndToEnd.Tests.Fleet;

/// <summary>A panel tells a real guard by HTTP, and clients of weakforced keep its lists; the guard is killed meanwhile.</summary>
public sealed class PanelTests : IDisposable
{
    private const int Batches = 60;
    private const int LinesOfBatch = 50;
    private const int Accounts = 6;

    private readonly GuardProgram _guard = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly int _api = FreePort.Next();
    private readonly int _auth = FreePort.Next();
    private readonly int _cluster = FreePort.Next();
    private int _starts;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task ConfigureAsync(string mode)
    {
        var (text, error, code) = _guard.Guard("token", "new", "--scope", "observe", "--scope", "decide", "--name", "panel");
        Assert.True(code == 0, error);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lines[0]["token: ".Length..]);
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = {{mode}}
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{_cluster}}"
              console.listen = "127.0.0.1:{{_api}}"
              geo.fetch-default = off
              intake { {{SubmissionSession.Patient}}, postfix-policy.listen = off, milter.listen = off, auth-policy { listen = "127.0.0.1:{{_auth}}", password = "super" }, contact = "postmaster@example.com" }
              policy.default {
                quotas = [ { per = 1d, recipients = 10 } ]
                reactions { on-quota = reported, on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
              }
            }
            {{lines[1]}}
            """,
            Cancellation
        );
    }

    private async Task<System.Diagnostics.Process> StartAsync()
    {
        var process = _guard.Start();
        _starts++;
        await GuardProgram.UntilAsync(() => _guard.Heard.Split("AccountGuard runs").Length > _starts, () => _guard.Heard);
        return process;
    }

    private static string Batch(int number) =>
        string.Concat(
            Enumerable
                .Range(0, LinesOfBatch)
                .Select(line =>
                    $$"""{"type":"login","user":"user{{(number + line) % Accounts}}@example.com","address":"203.0.113.9","outcome":"succeeded"{{(number % 2 == 0 ? $",\"id\":\"{number}-{line}\"" : "")}}}"""
                    + "\n"
                )
        );

    /// <summary>Told again until there is an answer, as a panel does it. Every other batch has a key, the others' lines have ids.</summary>
    private async Task TellAsync(int number, Action answered)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_api}/api/v1/observations")
                {
                    Content = new StringContent(Batch(number), Encoding.UTF8, "application/x-ndjson"),
                };
                if (number % 2 == 1)
                    request.Headers.Add("Idempotency-Key", $"batch {number}");
                using var response = await _client.SendAsync(request, Cancellation);
                if ((int)response.StatusCode == 200)
                {
                    answered();
                    return;
                }
                Assert.True((int)response.StatusCode is 429 or 503, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(Cancellation)}");
            }
            catch (Exception away) when (away is HttpRequestException or IOException or TaskCanceledException && !Cancellation.IsCancellationRequested)
            {
                // The guard is not there, or died before it answered.
            }
            await Task.Delay(50, Cancellation);
        }
    }

    private long Logins() =>
        Enumerable.Range(0, Accounts).Sum(i => _guard.Explain($"user{i}@example.com")?.GetProperty("totals").GetProperty("logins").GetInt64() ?? 0);

    [Fact]
    public async Task Killed_while_a_panel_tells_every_observation_counts_once()
    {
        await ConfigureAsync("observe");
        var process = await StartAsync();
        var answered = 0;
        var numbers = new System.Collections.Concurrent.ConcurrentQueue<int>(Enumerable.Range(0, Batches));
        var panel = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        while (numbers.TryDequeue(out var number))
                            await TellAsync(number, () => Interlocked.Increment(ref answered));
                    },
                    Cancellation
                )
            )
            .ToArray();
        foreach (var kill in new[] { Batches / 4, Batches / 2 })
        {
            await GuardProgram.UntilAsync(() => Volatile.Read(ref answered) >= kill, () => $"{answered} answered: {_guard.Heard}");
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
            process = await StartAsync();
        }
        await Task.WhenAll(panel).WaitAsync(GuardProgram.Patience, Cancellation);
        // An answer means that it is in the accounts' journals: there is nothing to wait for.
        Assert.Equal(Batches * LinesOfBatch, Logins());
        // All of it once more, to a guard that was started again: nothing is added.
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        await StartAsync();
        foreach (var number in Enumerable.Range(0, Batches))
            await TellAsync(number, () => { });
        Assert.Equal(Batches * LinesOfBatch, Logins());
    }

    [Fact]
    public async Task A_webmail_that_asks_is_told_when_an_account_is_over_its_quota()
    {
        await ConfigureAsync("enforce");
        await StartAsync();
        var verdicts = new List<string>();
        for (var mail = 0; mail < 12; mail++)
        {
            var body = await AskAsync("""{"type":"submission","user":"info@example.com","address":"203.0.113.9","recipients":1}""");
            Assert.True(body.GetProperty("answered").GetBoolean());
            verdicts.Add(body.GetProperty("verdict").GetString()!);
            if (verdicts[^1] == "defer")
            {
                Assert.Contains("quota-exceeded", body.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()));
                Assert.EndsWith("contact postmaster@example.com", body.GetProperty("text").GetString(), StringComparison.Ordinal);
            }
        }
        Assert.Equal([.. Enumerable.Repeat("allow", 10), "defer", "defer"], verdicts);
        // Only asked: anna's quota stays whole.
        for (var i = 0; i < 12; i++)
            Assert.Equal(
                "allow",
                (await AskAsync("""{"type":"submission","user":"anna@example.com","recipients":10,"count":false}""")).GetProperty("verdict").GetString()
            );
    }

    private async Task<JsonElement> AskAsync(string question)
    {
        using var response = await _client.PostAsync(
            $"http://127.0.0.1:{_api}/api/v1/decisions",
            new StringContent(question, Encoding.UTF8, "application/json"),
            Cancellation
        );
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)response.StatusCode == 200, text);
        return JsonDocument.Parse(text).RootElement;
    }

    [Fact]
    public async Task Entries_of_the_black_and_white_lists_are_there_after_a_kill()
    {
        await ConfigureAsync("observe");
        var process = await StartAsync();
        Assert.Equal("""{"status":"ok"}""", await CallAsync("addBLEntry", """{"netmask":"198.51.100.0/24","expire_secs":3600,"reason":"noisy"}"""));
        Assert.Equal("""{"status":"ok"}""", await CallAsync("addBLEntry", """{"ip":"203.0.113.7","expire_secs":3600,"reason":"mistake"}"""));
        Assert.Equal("""{"status":"ok"}""", await CallAsync("delBLEntry", """{"ip":"203.0.113.7"}"""));
        Assert.Equal(
            """{"status":"ok"}""",
            await CallAsync("addWLEntry", """{"ip":"198.51.100.9","login":"boss@example.com","expire_secs":3600,"reason":"the boss"}""")
        );
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        await StartAsync();
        var black = JsonDocument.Parse(await CallAsync("getBL", null)).RootElement.GetProperty("bl_entries");
        Assert.Equal(("198.51.100.0/24", "noisy"), (black[0].GetProperty("ip").GetString(), black[0].GetProperty("reason").GetString()));
        Assert.Equal(1, black.GetArrayLength());
        foreach (
            var (login, address, status) in new[]
            {
                ("info@example.com", "198.51.100.9", -1),
                ("boss@example.com", "198.51.100.9", 0),
                ("info@example.com", "203.0.113.7", 0),
            }
        )
        {
            var allow = JsonDocument.Parse(await CallAsync("allow", $$"""{"login":"{{login}}","remote":"{{address}}","pwhash":"0ed2"}""")).RootElement;
            Assert.Equal((login, status), (login, allow.GetProperty("status").GetInt32()));
        }
    }

    private async Task<string> CallAsync(string command, string? body)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, $"http://127.0.0.1:{_auth}/?command={command}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("wforce:super"u8));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)response.StatusCode == 200, text);
        return text;
    }

    public void Dispose()
    {
        _client.Dispose();
        _guard.Dispose();
    }
}
