using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>A machine beside, or a container: another network namespace, of whose users the kernel says nothing. Listed addresses decide, or a
/// password.</summary>
public sealed class OtherNamespaceTests : IDisposable
{
    private const string Here = "10.213.77.1";
    private const string Listed = "10.213.77.2";
    private const string Unlisted = "10.213.77.3";
    private static readonly string Namespace = $"agpeer{Environment.ProcessId % 10000}";
    private static readonly string Link = $"agp{Environment.ProcessId % 10000}";

    private readonly GuardProgram _guard = new();
    private bool _made;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Ask(string from, int port, string text)
    {
        var script =
            $"import socket; s=socket.socket(); s.bind(('{from}',0)); s.settimeout(20); s.connect(('{Here}',{port})); s.sendall({System.Text.Json.JsonSerializer.Serialize(text)}.encode()); print(s.recv(4096).decode())";
        return _guard.Run("ip", "netns", "exec", Namespace, "python3", "-c", script).Out;
    }

    private static string Request(string user, int number) =>
        $"request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nsasl_username={user}\nsender={user}\nrecipient=a@b.example\nrecipient_count=1\nclient_address=203.0.113.9\ninstance={number:x}\nqueue_id=4X{number}\n\n";

    private static string Call(string command, string body, string more = "") =>
        $"POST /?command={command} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private long Submissions(string user) => _guard.Explain(user)?.GetProperty("totals").GetProperty("submissions").GetInt64() ?? 0;

    [Fact]
    public async Task Beyond_this_machine_listed_addresses_are_heard_or_who_knows_the_password()
    {
        Requirement.Root();
        Requirement.Programs("ip", "python3");
        _guard.Must("ip", "netns", "add", Namespace);
        _made = true;
        _guard.Must("ip", "link", "add", $"{Link}a", "type", "veth", "peer", "name", $"{Link}b", "netns", Namespace);
        _guard.Must("ip", "addr", "add", $"{Here}/24", "dev", $"{Link}a");
        _guard.Must("ip", "link", "set", $"{Link}a", "up");
        foreach (var address in new[] { Listed, Unlisted })
            _guard.Must("ip", "-n", Namespace, "addr", "add", $"{address}/24", "dev", $"{Link}b");
        _guard.Must("ip", "-n", Namespace, "link", "set", $"{Link}b", "up");
        var (policy, auth) = (FreePort.Next(), FreePort.Next());
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = observe
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = off
              geo.fetch-default = off
              intake {
                postfix-policy { listen = "{{Here}}:{{policy}}", allow-networks = ["{{Listed}}"] }
                auth-policy { listen = "{{Here}}:{{auth}}", password = "super" }
                milter.listen = off
              }
            }
            """,
            Cancellation
        );
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        Assert.Contains("action=DUNNO", Ask(Unlisted, policy, Request("unheard@example.com", 1)), StringComparison.Ordinal);
        Assert.Contains("action=DUNNO", Ask(Listed, policy, Request("heard@example.com", 2)), StringComparison.Ordinal);
        await GuardProgram.UntilAsync(() => Submissions("heard@example.com") == 1, () => _guard.Heard);
        Assert.Equal(0, Submissions("unheard@example.com"));
        Assert.Contains($"{Unlisted}: is not within intake.postfix-policy.allow-networks", _guard.Heard, StringComparison.Ordinal);
        Assert.Contains("hears no other one", _guard.Heard, StringComparison.Ordinal);

        const string entry = """{"ip":"198.51.100.7","expire_secs":600,"reason":"noisy"}""";
        Assert.Contains("401", Ask(Unlisted, auth, Call("addBLEntry", entry)), StringComparison.Ordinal);
        // wforce:super, as weakforced's clients send it.
        Assert.Contains("\"ok\"", Ask(Unlisted, auth, Call("addBLEntry", entry, "Authorization: Basic d2ZvcmNlOnN1cGVy\r\n")), StringComparison.Ordinal);
        Assert.Contains($"{Unlisted} orders addBLEntry 198.51.100.7", _guard.Heard, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (_made)
        {
            _guard.Run("ip", "link", "delete", $"{Link}a");
            _guard.Run("ip", "netns", "delete", Namespace);
        }
        _guard.Dispose();
    }
}
