using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>The built program, asked in every way how it does: doctor, <c>/health/ready</c>, the console's API and <c>inspect</c>.</summary>
internal sealed partial class FaultyGuard : IDisposable
{
    public const string Admin = "root@example.com";
    public const string Password = "a horse on a staple battery";

    /// <summary>How long a fault may stay unsaid.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private readonly int _console = FreePort.Next();
    private readonly HttpClient _client = new(new HttpClientHandler { UseCookies = true, AllowAutoRedirect = false });

    private System.Diagnostics.Process? _process;

    public GuardProgram Program { get; } = new();

    public Uri At(string path) => new($"http://127.0.0.1:{_console}{path}");

    /// <param name="more">Settings within <c>accountguard</c>.</param>
    public void Configure(string more) =>
        File.WriteAllText(
            Program["guard.conf"],
            $$"""
            accountguard {
              data-directory = "{{Program["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = "127.0.0.1:{{_console}}"
              geo.fetch-default = off
              intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              {{more}}
            }
            """
        );

    /// <summary>Starts it, and makes the console's first admin.</summary>
    public async Task StartAsync(params string[] before)
    {
        // What an earlier run of the same program said is no sign that this one answers.
        var heard = Program.Heard.Length;
        _process = Program.StartIn(before);
        await GuardProgram.UntilAsync(() => Link().IsMatch(Program.Heard, heard), () => Program.Heard);
        await GuardProgram.UntilAsync(() => Program.Heard.IndexOf("AccountGuard runs", heard, StringComparison.Ordinal) >= 0, () => Program.Heard);
        var link = new Uri(Link().Match(Program.Heard, heard).Value);
        var form = await _client.GetStringAsync(link, TestContext.Current.CancellationToken);
        using var made = await _client.PostAsync(
            At("/set-up/first"),
            new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["__RequestVerificationToken"] = WebUtility.HtmlDecode(FormToken().Match(form).Groups[1].Value),
                    ["token"] = Uri.UnescapeDataString(link.Query.Split("token=")[1]),
                    ["name"] = Admin,
                    ["password"] = Password,
                    ["repeat"] = Password,
                }
            ),
            TestContext.Current.CancellationToken
        );
    }

    /// <summary>Stops it as an admin does, and starts it on the same data.</summary>
    public async Task RestartAsync(params string[] before)
    {
        Program.Must("kill", "-TERM", $"{_process!.Id}");
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _process = Program.StartIn(before);
    }

    public async Task<(HttpStatusCode Code, string Status, JsonElement Checks)> ReadyAsync()
    {
        using var answer = await _client.GetAsync(At("/health/ready"), TestContext.Current.CancellationToken);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (answer.StatusCode, said.GetProperty("status").GetString()!, said.GetProperty("checks"));
    }

    /// <summary>All four say within a minute that a check is at fault, and why; doctor's exit code says so too.</summary>
    public async Task SaysAsync(string check, string why)
    {
        var last = "";
        Assert.True(await Eventually.Within(Soon, ReadySays, TestContext.Current.CancellationToken), $"/health/ready about {check}: {last}");
        Assert.True(await Eventually.Within(Soon, ConsoleSays, TestContext.Current.CancellationToken), $"console about {check}: {last}");
        Assert.True(await Eventually.Within(Soon, InspectSays, TestContext.Current.CancellationToken), $"inspect about {check}: {last}");
        Assert.True(await Eventually.Within(Soon, DoctorSays, TestContext.Current.CancellationToken), $"doctor about {check}: {last}");

        async Task<bool> ReadySays()
        {
            var (_, status, checks) = await ReadyAsync();
            last = checks.ToString();
            return status != "ok"
                && checks.TryGetProperty(check, out var one)
                && one.GetProperty("level").GetString() == "fault"
                && one.GetProperty("remedy").GetString()!.Length > 0
                && one.GetProperty("detail").GetString()!.Contains(why, StringComparison.Ordinal);
        }

        async Task<bool> ConsoleSays()
        {
            last = await _client.GetStringAsync(At("/api/v1/status"), TestContext.Current.CancellationToken);
            return JsonDocument
                .Parse(last)
                .RootElement.EnumerateArray()
                .Any(item =>
                    check.EndsWith(item.GetProperty("name").GetString()!, StringComparison.Ordinal)
                    && !item.GetProperty("good").GetBoolean()
                    && item.GetProperty("remedy").GetString()!.Length > 0
                    && item.GetProperty("summary").GetString()!.Contains(why, StringComparison.Ordinal)
                );
        }

        Task<bool> InspectSays()
        {
            last = Ask("inspect", "--json", "health");
            return Task.FromResult(
                last.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement)
                    .Any(row =>
                        row.GetProperty("check").GetString() == check
                        && row.GetProperty("level").GetString() == "fault"
                        && row.GetProperty("text").GetString()!.Contains(why, StringComparison.Ordinal)
                    )
            );
        }

        Task<bool> DoctorSays()
        {
            var (text, _, code) = Program.Guard("doctor", "--config", "guard.conf", "--format", "json");
            last = text;
            return Task.FromResult(
                code == 1
                    && JsonDocument
                        .Parse(text)
                        .RootElement.GetProperty("findings")
                        .EnumerateArray()
                        .Any(finding =>
                            finding.GetProperty("check").GetString() == check
                            && finding.GetProperty("level").GetString() == "fault"
                            && finding.GetProperty("text").GetString()!.Contains(why, StringComparison.Ordinal)
                        )
            );
        }
    }

    /// <summary>What the console's API answers its admin.</summary>
    public Task<string> ConsoleAsync(string path) => _client.GetStringAsync(At(path), TestContext.Current.CancellationToken);

    public string Ask(params string[] words)
    {
        var (text, error, code) = Program.Guard([words[0], "--config", "guard.conf", .. words[1..]]);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {text}{error}");
        return text;
    }

    public void Dispose()
    {
        _client.Dispose();
        Program.Dispose();
    }

    [GeneratedRegex(@"http://\S+/set-up\?token=\S+")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
