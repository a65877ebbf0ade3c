using System.Diagnostics;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>
/// Mails in many sessions that go on until something was broken in the midst of them: each session then sends one more that begins behind the break.
/// No session waits for another, so that at the break each is wherever it happens to be.
/// </summary>
internal sealed class TrafficBreak(int sessions)
{
    private readonly TaskCompletionSource _midst = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _timing = new();
    private int _accepted;
    private volatile bool _broken;

    /// <summary>The longest that a mail took, logging in included.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>How many mails were accepted, and a refusal if there was one.</summary>
    /// <param name="open">Opens the connection of a session, given its number from 1.</param>
    /// <param name="breaks">Called when as many mails have passed as there are sessions.</param>
    public async Task<(int Accepted, string Refusal)> RunAsync(Func<int, Task<LineTalk>> open, string user, Func<Task> breaks)
    {
        var mailing = SubmissionSession.InSessionsAsync(sessions, open, talk => SendAsync(talk, user));
        // A session that fails ends the waiting too.
        if (await Task.WhenAny(_midst.Task, mailing).WaitAsync(GuardProgram.Patience, TestContext.Current.CancellationToken) == mailing)
            await mailing;
        await breaks();
        _broken = true;
        return await mailing;
    }

    private async Task<(int Accepted, string Refusal)> SendAsync(LineTalk talk, string user)
    {
        var since = Stopwatch.StartNew();
        var last = false;
        return await SubmissionSession.SendAsync(
            talk,
            user,
            () =>
            {
                if (last)
                    return false;
                last = _broken;
                return true;
            },
            () =>
            {
                lock (_timing)
                    Longest = since.Elapsed > Longest ? since.Elapsed : Longest;
                since.Restart();
                if (Interlocked.Increment(ref _accepted) == sessions)
                    _midst.SetResult();
            }
        );
    }
}
