using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>An account that its own sending suspends, at a real Postfix and Dovecot, while others go on.</summary>
public sealed class SuspensionTests : IDisposable
{
    private readonly AskedGuard _guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_login_after_the_suspension_is_refused_at_every_service_and_others_never_notice()
    {
        await using var server = await MailServer.Start(Cancellation, _guard.Ports);
        await _guard.StartAsync([], "{ per = 1h, recipients = 20, when = usual }, { per = 1h, recipients = 20, when = neutral }", onQuota: "suspended");
        Assert.True(await server.ImapWorks("info@example.com", Cancellation));

        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var others = OthersAsync(server, over.Token);
        using (var talk = await LineTalk.Open(server.SubmissionPort, Cancellation))
        {
            // The answer to the 21st is the decision.
            var (accepted, refusal) = await SubmissionSession.SendAsync(talk, "info@example.com", 21);
            Assert.Equal(20, accepted);
            Assert.NotEqual("", refusal);
        }
        // A second would be allowed; the very next login is refused.
        var refused = await Task.WhenAll(
            server.Send("info@example.com", Cancellation),
            server.ImapLogin("info@example.com", Cancellation),
            server.Pop3Login("info@example.com", Cancellation)
        );
        Assert.StartsWith("535", refused[0], StringComparison.Ordinal);
        Assert.StartsWith("a NO", refused[1], StringComparison.Ordinal);
        Assert.StartsWith("-ERR [AUTH]", refused[2], StringComparison.Ordinal);
        Assert.Equal("suspended", _guard.Rung("info@example.com"));

        await over.CancelAsync();
        var answers = await others;
        Assert.All(answers, answer => Assert.Matches("^(250|a OK|\\+OK)", answer));
        Assert.InRange(answers.Count, 3, int.MaxValue);
    }

    /// <summary>Mails and logins of another account, one after the other, until the test is over.</summary>
    private static async Task<List<string>> OthersAsync(MailServer server, CancellationToken over)
    {
        var answers = new List<string>();
        do
        {
            answers.Add(await server.Send("anna@example.com", Cancellation));
            answers.Add(await server.ImapLogin("anna@example.com", Cancellation));
            answers.Add(await server.Pop3Login("anna@example.com", Cancellation));
        } while (!over.IsCancellationRequested && answers.Count < 60);
        return answers;
    }

    [Fact]
    public async Task A_login_to_send_counts_once_although_Dovecot_reports_it_and_two_logs_tell_of_it()
    {
        await using var server = await MailServer.Start(Cancellation, _guard.Ports);
        await _guard.StartAsync([server.PostfixLog, server.DovecotLog]);
        var before = (Logins: _guard.Total("logins", "anna@example.com"), Failures: _guard.Total("failures", "anna@example.com"));
        Assert.StartsWith("250", await server.Send("anna@example.com", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("a OK", await server.ImapLogin("anna@example.com", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("-ERR", await server.Pop3Login("anna@example.com", Cancellation, "wrong"), StringComparison.Ordinal);
        await GuardProgram.UntilAsync(
            () =>
                File.ReadAllText(server.DovecotLog) is var text
                && text.Contains("pop3-login: ", StringComparison.Ordinal)
                && text.Contains("auth failed, 1 attempts", StringComparison.Ordinal),
            () => File.ReadAllText(server.DovecotLog)
        );
        await GuardProgram.UntilAsync(
            () => File.ReadAllText(server.PostfixLog).Contains("sasl_username=anna@", StringComparison.Ordinal),
            () => File.ReadAllText(server.PostfixLog)
        );
        await _guard.HasReadAsync(server.DovecotLog);
        await _guard.HasReadAsync(server.PostfixLog);
        Assert.Equal(
            (2L, 1L, 1L),
            (
                _guard.Total("logins", "anna@example.com") - before.Logins,
                _guard.Total("failures", "anna@example.com") - before.Failures,
                _guard.Total("submissions", "anna@example.com")
            )
        );
    }

    public void Dispose() => _guard.Dispose();
}
