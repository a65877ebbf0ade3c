using Guard.EndToEnd.Tests.Locks;
using Guard.Host.Intake.Files;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>A real Sendmail that asks a real guard by milter. Loopback's 127.0.1.0/24 stands for Britain, 127.0.2.0/24 for Romania.</summary>
public sealed class SendmailTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly int _milter = FreePort.Next();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<System.Diagnostics.Process> StartGuardAsync(string log, string answers = "")
    {
        await File.WriteAllTextAsync(_guard["places.txt"], "127.0.1.0/24 GB\n127.0.2.0/24 RO\n", Cancellation);
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              geo { overrides = "places.txt", fetch-default = off }
              intake {
                logs { files = ["{{log}}"], default-domain = "example.com" }
                postfix-policy.listen = off
                auth-policy.listen = off
                milter.listen = "127.0.0.1:{{_milter}}"
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

    private static async Task<(int Accepted, string Refusal)> SendAsync(SendmailServer server, string user, int mails)
    {
        using var talk = await LineTalk.Open(server.Port, Cancellation, "127.0.1.77");
        return await SubmissionSession.SendAsync(talk, user, mails);
    }

    [Fact]
    public async Task Quotas_of_500_and_50_are_exact_under_64_parallel_sessions_and_what_the_log_tells_again_counts_once()
    {
        await using var server = await SendmailServer.Start(_milter, Cancellation);
        await StartGuardAsync(server.Log);
        var (usual, refusal) = await SubmissionSession.In64SessionsAsync(index => LineTalk.Open(server.Port, Cancellation, $"127.0.1.{index}"), "info", 9);
        Assert.Equal(500, usual);
        Assert.StartsWith("451 4.7.1", refusal, StringComparison.Ordinal);
        Assert.Contains("postmaster@example.com", refusal, StringComparison.Ordinal);
        var (suspicious, _) = await SubmissionSession.In64SessionsAsync(index => LineTalk.Open(server.Port, Cancellation, $"127.0.2.{index}"), "anna", 2);
        Assert.Equal(50, suspicious);

        // Sendmail logs what it queued before it answers; wait until that was read, then nothing may have been added.
        await GuardProgram.UntilAsync(
            () => File.ReadLines(server.Log).Count(line => line.Contains(", nrcpts=1,", StringComparison.Ordinal)) >= 550,
            () => _guard.Heard
        );
        var length = new FileInfo(server.Log).Length;
        var store = new CheckpointStore(_guard["data/intake"]);
        await GuardProgram.UntilAsync(() => store.Load(server.Log, out _)?.Offset >= length, () => _guard.Heard);
        var totals = _guard.Explain("info@example.com")!.Value.GetProperty("totals");
        Assert.Equal(500, totals.GetProperty("recipients").GetInt64() - totals.GetProperty("stopped").GetInt64());
        Assert.Equal(500, totals.GetProperty("submissions").GetInt64() - totals.GetProperty("stopped").GetInt64());
    }

    [Fact]
    public async Task A_suspended_account_is_refused_others_pass_and_without_the_guard_all_flows()
    {
        await using var server = await SendmailServer.Start(_milter, Cancellation);
        var process = await StartGuardAsync(server.Log);
        Assert.Equal((1, ""), await SendAsync(server, "info", 1));

        Assert.Equal(0, _guard.Guard("user", "confirm", "info@example.com", "--config", "guard.conf").Code);
        var (accepted, refusal) = await SendAsync(server, "info", 1);
        Assert.Equal(0, accepted);
        Assert.StartsWith("550 5.7.1", refusal, StringComparison.Ordinal);
        Assert.Equal((1, ""), await SendAsync(server, "anna", 1));

        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal((3, ""), await SendAsync(server, "info", 3));
        Assert.Equal((3, ""), await SendAsync(server, "anna", 3));
    }

    [Fact]
    public async Task What_a_broken_off_message_had_reserved_is_given_back()
    {
        await using var server = await SendmailServer.Start(_milter, Cancellation);
        await StartGuardAsync(server.Log);
        Assert.Equal((1, ""), await SendAsync(server, "info", 1));
        using (var talk = await LineTalk.Open(server.Port, Cancellation, "127.0.1.77"))
        {
            Assert.Equal((0, ""), await SubmissionSession.SendAsync(talk, "info", 0));
            await talk.Say("MAIL FROM:<info@example.com>", Cancellation);
            for (var i = 0; i < 5; i++)
                Assert.StartsWith("250", await talk.Say($"RCPT TO:<bob{i}@remote.test>", Cancellation), StringComparison.Ordinal);
            Assert.Equal(6, Recipients());
        }
        await GuardProgram.UntilAsync(() => Recipients() == 1, () => $"{Recipients()} recipients; {_guard.Heard}");
    }

    private long Recipients() => _guard.Explain("info@example.com")!.Value.GetProperty("totals").GetProperty("recipients").GetInt64();

    [Fact]
    public async Task Mail_over_a_quota_can_be_quarantined_and_that_of_a_reported_account_be_marked()
    {
        await using var server = await SendmailServer.Start(_milter, Cancellation);
        await StartGuardAsync(server.Log, $"answers.services.MSA {{ over-quota = hold, mark-reported = on }}");
        var (accepted, _) = await SubmissionSession.In64SessionsAsync(index => LineTalk.Open(server.Port, Cancellation, $"127.0.2.{index}"), "info", 1);
        Assert.Equal(64, accepted);
        var kept = File.ReadLines(server.Log)
            .Where(line => line.Contains("quarantine=AccountGuard: ", StringComparison.Ordinal))
            .Select(line => line.Split("]: ")[1].Split(':')[0]);
        Assert.Equal(14, kept.Distinct().Count());
        // The quota has reported the account: what goes on passing says so.
        Assert.Equal((1, ""), await SendAsync(server, "info", 1));
        Assert.Contains("add: header: X-AccountGuard: reported", await File.ReadAllTextAsync(server.Log, Cancellation), StringComparison.Ordinal);
    }

    public void Dispose() => _guard.Dispose();
}
