using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>A real Postfix and a real Dovecot that ask a real guard.</summary>
public sealed class PostfixAndDovecotTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly int _policy = FreePort.Next();
    private readonly int _auth = FreePort.Next();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<System.Diagnostics.Process> StartGuardAsync(string log = "", string answers = "")
    {
        await File.WriteAllTextAsync(_guard["places.txt"], "198.51.100.0/24 GB\n203.0.113.0/24 RO\n", Cancellation);
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              geo { overrides = "places.txt", fetch-default = off }
              intake {
                logs.files = [{{(log.Length == 0 ? "" : $"\"{log}\"")}}]
                postfix-policy.listen = "127.0.0.1:{{_policy}}"
                auth-policy.listen = "127.0.0.1:{{_auth}}"
                milter.listen = off
                contact = "postmaster@example.com"
                {{SubmissionSession.Patient}}
                {{answers}}
              }
              policy.default {
                places.suspicious-list = [RO]
                quotas = [ { per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on } ]
                # The quota alone is tried here.
                reactions { on-quota = reported, on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
              }
            }
            """,
            Cancellation
        );
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        return process;
    }

    private static Task<(int Accepted, string Refusal)> SessionsAsync(MailServer server, string user, string network, int mails) =>
        SubmissionSession.In64SessionsAsync(
            async index =>
            {
                var talk = await LineTalk.Open(server.SubmissionPort, Cancellation);
                // Postfix takes this host's word for where the client is.
                Assert.StartsWith("220", await talk.Say($"XCLIENT ADDR={network}{index} NAME=client.test", Cancellation), StringComparison.Ordinal);
                return talk;
            },
            user,
            mails
        );

    [Fact]
    public async Task Quotas_of_500_and_50_are_exact_under_64_parallel_sessions_and_each_message_counts_once()
    {
        await using var server = await MailServer.Start(Cancellation, (_policy, _auth));
        await StartGuardAsync(server.PostfixLog);
        var (usual, refusal) = await SessionsAsync(server, "info@example.com", "198.51.100.", 9);
        Assert.True(usual == 500, $"{usual} were accepted\n{Warnings(server)}\n{_guard.Heard}");
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

    /// <summary>What Postfix complained about, such as a guard that did not answer.</summary>
    private static string Warnings(MailServer server) =>
        string.Join('\n', File.ReadLines(server.PostfixLog).Where(line => line.Contains("warning", StringComparison.Ordinal)).Take(20));

    [Fact]
    public async Task A_suspended_account_is_refused_at_once_others_pass_and_without_the_guard_all_flows()
    {
        await using var server = await MailServer.Start(Cancellation, (_policy, _auth));
        var process = await StartGuardAsync();
        Assert.True(await server.ImapWorks("info@example.com", Cancellation));
        Assert.StartsWith("250", await server.Send("info@example.com", Cancellation), StringComparison.Ordinal);

        Assert.Equal(0, _guard.Guard("user", "confirm", "info@example.com", "--config", "guard.conf").Code);
        // The command ends with the decision: whoever logs in from here on, far less than a second later, must be refused at the first try.
        var refused = await Task.WhenAll(
            server.Send("info@example.com", Cancellation),
            server.ImapLogin("info@example.com", Cancellation),
            server.Pop3Login("info@example.com", Cancellation)
        );
        Assert.StartsWith("535", refused[0], StringComparison.Ordinal);
        Assert.StartsWith("a NO", refused[1], StringComparison.Ordinal);
        Assert.StartsWith("-ERR [AUTH]", refused[2], StringComparison.Ordinal);
        Assert.True(await server.ImapWorks("anna@example.com", Cancellation));
        Assert.StartsWith("+OK", await server.Pop3Login("anna@example.com", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("250", await server.Send("anna@example.com", Cancellation), StringComparison.Ordinal);

        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        foreach (var user in new[] { "info@example.com", "anna@example.com" })
        {
            Assert.True(await server.ImapWorks(user, Cancellation));
            Assert.StartsWith("+OK", await server.Pop3Login(user, Cancellation), StringComparison.Ordinal);
            Assert.StartsWith("250", await server.Send(user, Cancellation), StringComparison.Ordinal);
        }
    }

    private long Total(string name, string user = "info@example.com") => _guard.Explain(user)?.GetProperty("totals").GetProperty(name).GetInt64() ?? 0;

    [Fact]
    public async Task What_a_broken_off_message_had_reserved_is_given_back()
    {
        await using var server = await MailServer.Start(Cancellation, (_policy, _auth));
        await StartGuardAsync();
        // By this one the guard learns that Postfix asks about the ends of messages too.
        Assert.StartsWith("250", await server.Send("info@example.com", Cancellation), StringComparison.Ordinal);
        using (var talk = await LineTalk.Open(server.SubmissionPort, Cancellation))
        {
            await talk.Say("EHLO client.test", Cancellation);
            Assert.StartsWith(
                "235",
                await talk.Say("AUTH PLAIN " + Convert.ToBase64String("\0info@example.com\0secret"u8), Cancellation),
                StringComparison.Ordinal
            );
            await talk.Say("MAIL FROM:<info@example.com>", Cancellation);
            for (var i = 0; i < 5; i++)
                Assert.StartsWith("250", await talk.Say($"RCPT TO:<bob{i}@remote.test>", Cancellation), StringComparison.Ordinal);
            Assert.Equal(6, Total("recipients"));
        }
        await GuardProgram.UntilAsync(() => Total("recipients") == 1, () => $"{Total("recipients")} recipients; {_guard.Heard}");
        Assert.Equal(1, Total("submissions"));
    }

    [Fact]
    public async Task A_login_that_Dovecot_reports_and_then_logs_counts_once()
    {
        await using var server = await MailServer.Start(Cancellation, (_policy, _auth));
        await StartGuardAsync(server.DovecotLog);
        Assert.StartsWith("a OK", await server.ImapLogin("anna@example.com", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await server.Pop3Login("anna@example.com", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("a NO", await server.ImapLogin("anna@example.com", Cancellation, "wrong"), StringComparison.Ordinal);
        await GuardProgram.UntilAsync(
            () =>
                File.ReadAllText(server.DovecotLog) is var text
                && text.Contains("pop3-login: Info: Login: user=<anna@", StringComparison.Ordinal)
                && text.Contains("auth failed, 1 attempts", StringComparison.Ordinal),
            () => File.ReadAllText(server.DovecotLog)
        );
        var length = new FileInfo(server.DovecotLog).Length;
        var store = new Guard.Host.Intake.Files.CheckpointStore(_guard["data/intake"]);
        await GuardProgram.UntilAsync(() => store.Load(server.DovecotLog, out _)?.Offset >= length, () => _guard.Heard);
        Assert.Equal((2, 1), (Total("logins", "anna@example.com"), Total("failures", "anna@example.com")));
    }

    [Fact]
    public async Task Mail_over_a_quota_can_be_held_and_that_of_a_reported_account_be_marked()
    {
        await using var server = await MailServer.Start(Cancellation, (_policy, _auth));
        await StartGuardAsync(answers: $"answers.services.submission {{ over-quota = hold, mark-reported = on }}");
        var (accepted, _) = await SessionsAsync(server, "info@example.com", "203.0.113.", 1);
        Assert.Equal(64, accepted);
        var queue = await server.Runner.Must(new Guard.Host.Platform.ProcessRequest("postqueue", "-c", server.PostfixConfiguration, "-j"), Cancellation);
        Assert.Equal(14, queue.Split("\"queue_name\": \"hold\"").Length - 1);
        // The quota has reported the account: what goes on passing says so.
        var id = MailServer.QueueId(await server.Send("info@example.com", Cancellation));
        var mail = await server.Runner.Must(new Guard.Host.Platform.ProcessRequest("postcat", "-c", server.PostfixConfiguration, "-hq", id), Cancellation);
        Assert.Contains("X-AccountGuard: reported", mail, StringComparison.Ordinal);
    }

    public void Dispose() => _guard.Dispose();
}
