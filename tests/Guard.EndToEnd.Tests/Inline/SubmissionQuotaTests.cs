using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>Quotas with a real Postfix that asks as awkwardly as it may: pipelined, several recipients, in every restriction list.</summary>
public sealed class SubmissionQuotaTests : IDisposable
{
    private readonly AskedGuard _guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<LineTalk> Open(MailServer server, string address)
    {
        var talk = await LineTalk.Open(server.SubmissionPort, Cancellation);
        // Postfix takes this host's word for where the client is.
        Assert.StartsWith("220", await talk.Say($"XCLIENT ADDR={address} NAME=client.test", Cancellation), StringComparison.Ordinal);
        return talk;
    }

    [Fact]
    public async Task Of_64_pipelined_sessions_with_three_recipients_a_mail_exactly_500_and_50_pass_asked_in_all_restriction_lists()
    {
        await using var server = await MailServer.Start(Cancellation, _guard.Ports, everywhere: true);
        await _guard.StartAsync([server.PostfixLog]);
        var (usual, refusal) = await SubmissionSession.InSessionsAsync(
            64,
            index => Open(server, $"198.51.100.{index}"),
            talk => SubmissionSession.SendPipelinedAsync(talk, "info@example.com", 3, 3)
        );
        Assert.Equal(500, usual);
        Assert.Contains("postmaster@example.com", refusal, StringComparison.Ordinal);
        var (suspicious, _) = await SubmissionSession.InSessionsAsync(
            32,
            index => Open(server, $"203.0.113.{index}"),
            talk => SubmissionSession.SendPipelinedAsync(talk, "anna@example.com", 1, 3)
        );
        Assert.Equal(50, suspicious);

        // What the clients were told is what Postfix has, and what the journal has, also after the log told of the same mails again.
        await GuardProgram.UntilAsync(
            () => server.Accepted("info@example.com").Recipients + server.Accepted("anna@example.com").Recipients >= 550,
            () => File.ReadAllText(server.PostfixLog)
        );
        Assert.Equal((500, 50), (server.Accepted("info@example.com").Recipients, server.Accepted("anna@example.com").Recipients));
        await _guard.HasReadAsync(server.PostfixLog);
        Assert.Equal((500, 50), (_guard.Passed("info@example.com"), _guard.Passed("anna@example.com")));
    }

    [Fact]
    public async Task What_was_counted_before_a_kill_counts_after_it_not_one_more_and_not_one_less()
    {
        await using var server = await MailServer.Start(Cancellation, _guard.Ports);
        var guard = await _guard.StartAsync([]);
        var (before, _) = await SubmissionSession.InSessionsAsync(
            32,
            index => Open(server, $"203.0.113.{index}"),
            talk => SubmissionSession.SendAsync(talk, "info@example.com", 1)
        );
        Assert.Equal(32, before);
        await AskedGuard.KillAsync(guard);
        await _guard.RestartAsync();
        Assert.Equal(32, _guard.Passed("info@example.com"));
        var (after, _) = await SubmissionSession.InSessionsAsync(
            32,
            index => Open(server, $"203.0.113.{index}"),
            talk => SubmissionSession.SendAsync(talk, "info@example.com", 1)
        );
        Assert.True(after == 18, $"{after} of 32 passed, 18 were left: {_guard.Heard}\n{await File.ReadAllTextAsync(server.PostfixLog, Cancellation)}");
        Assert.Equal(50, _guard.Passed("info@example.com"));
    }

    public void Dispose() => _guard.Dispose();
}
