using System.Text.Json;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>doctor beside a real Postfix and Dovecot, with the guard running and without.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private string _examined = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Doctor_finds_servers_that_ask_and_says_when_nobody_answers()
    {
        var (policy, auth) = (FreePort.Next(), FreePort.Next());
        await using var server = await MailServer.Start(Cancellation, (policy, auth), patient: false);
        await File.WriteAllTextAsync(_guard["places.txt"], "198.51.100.0/24 GB\n", Cancellation);
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = observe
              console.listen = off
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              geo { fetch-default = off, overrides = "{{_guard["places.txt"]}}" }
              intake {
                logs.files = ["{{server.DovecotLog}}"]
                postfix-policy.listen = "127.0.0.1:{{policy}}"
                auth-policy { listen = "127.0.0.1:{{auth}}", user = "dovecot", password = "x" }
                milter.listen = "127.0.0.1:{{FreePort.Next()}}"
              }
            }
            """,
            Cancellation
        );
        var before = Examine(server, 1);
        Assert.Equal("fault", before["guard"]);
        Assert.Equal("fault", before["Postfix policy"]);
        Assert.Equal("ok", before["Postfix"]);
        // A password is wanted that this Dovecot does not send.
        Assert.Equal("fault", before["Dovecot"]);

        var conf = await File.ReadAllTextAsync(_guard["guard.conf"], Cancellation);
        await File.WriteAllTextAsync(_guard["guard.conf"], conf.Replace(", user = \"dovecot\", password = \"x\"", "", StringComparison.Ordinal), Cancellation);
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        var after = Examine(server, 0);
        foreach (
            var check in new[]
            {
                "guard",
                "Postfix policy",
                "auth policy",
                "milter",
                "Postfix",
                "Dovecot",
                $"log {server.DovecotLog}",
                "journal",
                "country data",
            }
        )
            Assert.True(after[check] == "ok", $"{check}: {_examined}");
    }

    private Dictionary<string, string> Examine(MailServer server, int expected)
    {
        var (text, error, code) = _guard.Guard(
            "doctor",
            "--config",
            "guard.conf",
            "--format",
            "json",
            "--postfix-config",
            server.PostfixConfiguration,
            "--dovecot-config",
            server.DovecotConfiguration
        );
        Assert.True(code == expected, $"{code}: {text}{error}");
        _examined = text;
        return JsonDocument
            .Parse(text)
            .RootElement.GetProperty("findings")
            .EnumerateArray()
            .GroupBy(finding => finding.GetProperty("check").GetString()!)
            .ToDictionary(
                group => group.Key,
                group =>
                    group
                        .Select(finding => finding.GetProperty("level").GetString()!)
                        .OrderBy(level =>
                            level switch
                            {
                                "fault" => 0,
                                "warning" => 1,
                                _ => 2,
                            }
                        )
                        .First()
            );
    }

    public void Dispose() => _guard.Dispose();
}
