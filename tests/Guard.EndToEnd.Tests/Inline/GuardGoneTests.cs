using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>Rule 4 of the design with real servers: a guard that dies or hangs in the middle of the traffic stops no mail and no login.</summary>
public sealed class GuardGoneTests : IDisposable
{
    /// <summary>
    /// What one mail may take while nothing answers: Postfix asks twice about it, 2 s each; the login is asked about
    /// twice, 2 s each. On a machine that is busy with other things it takes longer, but never the 100 s that Postfix waits unless told otherwise.
    /// </summary>
    private static readonly TimeSpan MailAtMost = TimeSpan.FromSeconds(60);

    private const string Plenty = "{ per = 1d, recipients = 1000000 }";

    private readonly AskedGuard _guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_amid_64_sessions_and_logins_nothing_is_refused()
    {
        await using var server = await MailServer.Start(Cancellation, _guard.Ports, patient: false);
        var guard = await _guard.StartAsync([], Plenty);
        await MidTrafficAsync(server, sessions: 64, () => AskedGuard.KillAsync(guard));
    }

    [Fact]
    public async Task Hanging_amid_sessions_and_logins_nothing_is_refused_and_awake_again_it_counts_again()
    {
        await using var server = await MailServer.Start(Cancellation, _guard.Ports, patient: false);
        var guard = await _guard.StartAsync([], Plenty);
        await MidTrafficAsync(
            server,
            sessions: 16,
            () =>
            {
                _guard.Signal(guard, "STOP");
                return Task.CompletedTask;
            }
        );
        _guard.Signal(guard, "CONT");
        // Postfix forgets a connection that timed out; the next mail asks on a new one.
        var before = _guard.Total("submissions", "anna@example.com");
        await GuardProgram.UntilAsync(
            () =>
            {
                Assert.StartsWith("250", server.Send("anna@example.com", Cancellation).GetAwaiter().GetResult(), StringComparison.Ordinal);
                return _guard.Total("submissions", "anna@example.com") > before;
            },
            () => _guard.Heard
        );
    }

    /// <summary>Sends mails in many sessions and logs in by IMAP and POP3 all the while.</summary>
    private static async Task MidTrafficAsync(MailServer server, int sessions, Func<Task> breaks)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var logins = LoginsAsync(server, over.Token);
        var traffic = new TrafficBreak(sessions);
        var (sent, refusal) = await traffic.RunAsync(_ => LineTalk.Open(server.SubmissionPort, Cancellation), "info@example.com", breaks);
        Assert.Equal("", refusal);
        Assert.InRange(sent, 2 * sessions, int.MaxValue);
        await GuardProgram.UntilAsync(() => server.Accepted("info@example.com").Mails >= sent, () => File.ReadAllText(server.PostfixLog));
        Assert.Equal(sent, server.Accepted("info@example.com").Mails);
        Assert.InRange(traffic.Longest, TimeSpan.Zero, MailAtMost);
        // Logins that began after the break are among them.
        await over.CancelAsync();
        var answers = await logins;
        Assert.All(answers, answer => Assert.Matches("^(a OK|\\+OK)", answer));
        Assert.InRange(answers.Count, 4, int.MaxValue);
    }

    private static async Task<List<string>> LoginsAsync(MailServer server, CancellationToken over)
    {
        var answers = new List<string>();
        do
        {
            answers.Add(await server.ImapLogin("info@example.com", Cancellation));
            answers.Add(await server.Pop3Login("anna@example.com", Cancellation));
        } while (!over.IsCancellationRequested);
        // And once more, surely without the guard.
        answers.Add(await server.ImapLogin("anna@example.com", Cancellation));
        answers.Add(await server.Pop3Login("info@example.com", Cancellation));
        return answers;
    }

    public void Dispose() => _guard.Dispose();
}
