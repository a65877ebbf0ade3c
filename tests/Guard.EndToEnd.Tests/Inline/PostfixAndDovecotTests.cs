using System.Text;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>A real Postfix and a real Dovecot that ask a real guard.</summary>
public sealed class PostfixAndDovecotTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly int _policy = MailServer.FreePort();
    private readonly int _auth = MailServer.FreePort();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<System.Diagnostics.Process> StartGuardAsync(string log = "")
    {
        await File.WriteAllTextAsync(_guard["places.txt"], "198.51.100.0/24 GB\n203.0.113.0/24 RO\n", Cancellation);
        await File.WriteAllTextAsync(_guard["guard.conf"], $$"""
            accountguard {
              mode = enforce
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{MailServer.FreePort()}}"
              geo { overrides = "places.txt", fetch-default = off }
              intake {
                logs.files = [{{(log.Length == 0 ? "" : $"\"{log}\"")}}]
                postfix-policy.listen = "127.0.0.1:{{_policy}}"
                auth-policy.listen = "127.0.0.1:{{_auth}}"
                milter.listen = off
                contact = "postmaster@example.com"
              }
              policy.default {
                places.suspicious-list = [RO]
                quotas = [ { per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on } ]
                # The quota alone is tried here.
                reactions { on-quota = reported, on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
              }
            }
            """, Cancellation);
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        return process;
    }

    /// <summary>Sends mails of one recipient over one session until it is told to stop; how many were accepted.</summary>
    private static async Task<(int Accepted, string Refusal)> SessionAsync(int port, string user, string client, int mails)
    {
        using var talk = await LineTalk.Open(port, Cancellation);
        // Postfix takes this host's word for where the client is.
        Assert.StartsWith("220", await talk.Say($"XCLIENT ADDR={client} NAME=client.test", Cancellation), StringComparison.Ordinal);
        await talk.Say("EHLO client.test", Cancellation);
        Assert.StartsWith("235", await talk.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0secret")), Cancellation), StringComparison.Ordinal);
        var (accepted, refusal) = (0, "");
        for (var mail = 0; mail < mails; mail++)
        {
            await talk.Say($"MAIL FROM:<{user}>", Cancellation);
            var answer = await talk.Say("RCPT TO:<bob@remote.test>", Cancellation);
            if (answer.StartsWith('2'))
            {
                await talk.Say("DATA", Cancellation);
                answer = await talk.Say("Subject: x\r\n\r\nx\r\n.", Cancellation);
            }
            if (answer.StartsWith('2'))
                accepted++;
            else
                refusal = answer;
            await talk.Say("RSET", Cancellation);
        }
        return (accepted, refusal);
    }

    private static async Task<(int Accepted, string Refusal)> SessionsAsync(MailServer server, string user, string network, int mails)
    {
        var sessions = await Task.WhenAll(Enumerable.Range(1, 64).Select(index => SessionAsync(server.SubmissionPort, user, network + index, mails)));
        return (sessions.Sum(session => session.Accepted), sessions.Select(session => session.Refusal).FirstOrDefault(refusal => refusal.Length > 0) ?? "");
    }

    [Fact]
    public async Task Quotas_of_500_and_50_are_exact_under_64_parallel_sessions_and_each_message_counts_once()
    {
        await using var server = await MailServer.Start(Cancellation, (_policy, _auth));
        await StartGuardAsync(server.PostfixLog);
        var (usual, refusal) = await SessionsAsync(server, "info@example.com", "198.51.100.", 9);
        Assert.Equal(500, usual);
        Assert.Contains("postmaster@example.com", refusal, StringComparison.Ordinal);
        var (suspicious, _) = await SessionsAsync(server, "anna@example.com", "203.0.113.", 2);
        Assert.Equal(50, suspicious);

        // The log tells of the same messages; wait until it was read, then nothing may have been added.
        var length = new FileInfo(server.PostfixLog).Length;
        var store = new Guard.Host.Intake.Files.CheckpointStore(_guard["data/intake"]);
        await GuardProgram.UntilAsync(() => store.Load(server.PostfixLog, out _)?.Offset >= length, () => _guard.Heard);
        var totals = _guard.Explain("info@example.com")!.Value.GetProperty("totals");
        Assert.Equal(500, totals.GetProperty("recipients").GetInt64() - totals.GetProperty("stopped").GetInt64());
        Assert.Equal(500, totals.GetProperty("submissions").GetInt64() - totals.GetProperty("stopped").GetInt64());
    }

    [Fact]
    public async Task A_suspended_account_is_refused_at_once_others_pass_and_without_the_guard_all_flows()
    {
        await using var server = await MailServer.Start(Cancellation, (_policy, _auth));
        var process = await StartGuardAsync();
        Assert.True(await server.ImapWorks("info@example.com", Cancellation));
        Assert.StartsWith("250", await server.Send("info@example.com", Cancellation), StringComparison.Ordinal);

        Assert.Equal(0, _guard.Guard("user", "confirm", "info@example.com", "--config", "guard.conf").Code);
        Assert.False(await server.ImapWorks("info@example.com", Cancellation));
        Assert.StartsWith("535", await server.Send("info@example.com", Cancellation), StringComparison.Ordinal);
        Assert.True(await server.ImapWorks("anna@example.com", Cancellation));
        Assert.StartsWith("250", await server.Send("anna@example.com", Cancellation), StringComparison.Ordinal);

        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        foreach (var user in new[] { "info@example.com", "anna@example.com" })
        {
            Assert.True(await server.ImapWorks(user, Cancellation));
            Assert.StartsWith("250", await server.Send(user, Cancellation), StringComparison.Ordinal);
        }
    }

    public void Dispose() => _guard.Dispose();
}
