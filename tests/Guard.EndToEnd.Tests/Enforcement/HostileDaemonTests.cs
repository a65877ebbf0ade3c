using System.Net.Sockets;
using System.Text;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>The real helper with a real Dovecot, asked over its socket by a daemon that is in a thief's hands.</summary>
public sealed class HostileDaemonTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_no_session_but_the_one_that_is_named_and_locks_no_administrator_and_no_crowd()
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        await Start(guard, server);
        using var info = await server.Imap("info@example.com", Cancellation);
        using var anna = await server.Imap("anna@example.com", Cancellation);

        foreach (
            var name in new[]
            {
                "0.0.0.0/0",
                "0.0.0.0",
                "127.0.0.1",
                "127.0.0.1/8",
                "127.1",
                "2130706433",
                "0x7f000001",
                "::/0",
                "::1",
                "*",
                "?*",
                "*@example.com",
                "-f",
                "-a",
                "-A",
                "",
                "info@example.com 0.0.0.0/0",
                "info@example.com,anna@example.com",
                "%u",
                "\\u0000",
            }
        )
        {
            var answer = await Say(guard, $$"""{"word":"end-sessions","user":"{{name}}"}""");
            Assert.True(answer.Contains("\"error\":\"refused:", StringComparison.Ordinal), $"{name}: {answer}");
        }
        // Administrators: the system's own, one whom root's file names.
        foreach (var name in new[] { "root@localhost", "anna@example.com" })
        {
            Assert.Contains("\"why\":", await Say(guard, $$"""{"word":"end-sessions","user":"{{name}}"}"""), StringComparison.Ordinal);
            Assert.Contains("\"why\":", await Say(guard, Lock(name)), StringComparison.Ordinal);
        }
        Assert.StartsWith("b OK", await info!.Say("b NOOP", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("b OK", await anna!.Say("b NOOP", Cancellation), StringComparison.Ordinal);
        Assert.Equal("# kept by hand\nold@example.com\n", await File.ReadAllTextAsync(server.DenyFile, Cancellation));

        // Lines of its own in the table, and everybody at once.
        foreach (var name in new[] { "x\\nanna@example.com", "x\\r\\nanna@example.com", "x:anna", "#x", "a b", "x\\u2028anna@example.com" })
            Assert.Contains("\"error\":\"refused:", await Say(guard, Lock(name)), StringComparison.Ordinal);
        Assert.Contains("5 accounts wait", await Say(guard, Lock([.. Enumerable.Range(0, 8).Select(i => $"user{i}@example.com")])), StringComparison.Ordinal);
        Assert.Equal(3, (await File.ReadAllLinesAsync(server.DenyFile, Cancellation)).Count(line => line.StartsWith("user", StringComparison.Ordinal)));
        Assert.True(await server.ImapWorks("anna@example.com", Cancellation));
        Assert.Contains("is root; refused", guard.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_named_and_nobody_else_is_thrown_out()
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        await Start(guard, server);
        using var info = await server.Imap("info@example.com", Cancellation);
        using var anna = await server.Imap("anna@example.com", Cancellation);
        Assert.Contains("\"count\":1", await Say(guard, """{"word":"end-sessions","user":"info@example.com"}"""), StringComparison.Ordinal);
        Assert.True(
            await Eventually.Within(
                TimeSpan.FromSeconds(10),
                async () => await info!.Say("b NOOP", Cancellation) is var answer && !answer.StartsWith("b OK", StringComparison.Ordinal),
                Cancellation
            ),
            "the open session"
        );
        Assert.StartsWith("b OK", await anna!.Say("b NOOP", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_helper_takes_neither_the_first_one_s_socket_nor_its_memory()
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        await Start(guard, server);
        var (_, error, code) = guard.AskHelper("--config", guard["helper.conf"]);
        Assert.Equal(2, code);
        Assert.Contains("is in use by accountguard helper, pid ", error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            guard["other.conf"],
            (await File.ReadAllTextAsync(guard["helper.conf"], Cancellation)).Replace(guard["helper"] + "\"", guard["other"] + "\"", StringComparison.Ordinal),
            Cancellation
        );
        Assert.Contains("socket is in use by another program", guard.AskHelper("--config", guard["other.conf"]).Error, StringComparison.Ordinal);
        Assert.Contains("abilities", await Say(guard, """{"word":"describe"}"""), StringComparison.Ordinal);
    }

    private static async Task Start(GuardProgram guard, MailServer server)
    {
        await File.WriteAllTextAsync(
            guard["helper.conf"],
            $$"""
            accountguard {
              data-directory = "{{guard["helper"]}}"
              enforcement {
                helper { socket = "{{guard["run"]}}/socket", user = nobody, per-minute = 3, tell = "" }
                locks { dovecot-deny-file = "{{server.DenyFile}}", dovecot-sessions = on, dovecot-configuration = "{{server.DovecotConfiguration}}", protected = ["anna@example.com"] }
              }
            }
            """,
            Cancellation
        );
        guard.StartProgram([.. GuardProgram.Helper, "--config", guard["helper.conf"]]);
        await GuardProgram.UntilAsync(() => File.Exists(Path.Combine(guard["run"], "socket")), () => guard.Heard);
    }

    private static string Lock(params string[] users) =>
        $$"""{"word":"lock","table":"dovecot-deny-file","add":[{{string.Join(',', users.Select(user => $$"""{"user":"{{user}}","reason":"x","grade":"Everything"}"""))}}],"remove":[]}""";

    private static async Task<string> Say(GuardProgram guard, string line)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(guard["run"], "socket")), Cancellation);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Cancellation);
        return await reader.ReadLineAsync(Cancellation) ?? "closed";
    }
}
