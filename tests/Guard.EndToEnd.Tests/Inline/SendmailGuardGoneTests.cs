using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>A real Sendmail whose milter dies or hangs in the middle of the traffic. With an empty F= it goes on without it.</summary>
public sealed class SendmailGuardGoneTests : IDisposable
{
    private const int Sessions = 32;

    private readonly AskedGuard _guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Nothing_is_refused(string signal)
    {
        await using var server = await SendmailServer.Start(_guard.Milter, Cancellation);
        var guard = await _guard.StartAsync([], "{ per = 1d, recipients = 1000000 }");
        var (sent, refusal) = await new TrafficBreak(Sessions).RunAsync(
            index => LineTalk.Open(server.Port, Cancellation, $"127.0.1.{index}"),
            "info",
            () =>
            {
                _guard.Signal(guard, signal);
                return Task.CompletedTask;
            }
        );
        Assert.Equal("", refusal);
        Assert.InRange(sent, 2 * Sessions, int.MaxValue);
        // A session that begins without the guard flows as well.
        using var talk = await LineTalk.Open(server.Port, Cancellation, "127.0.1.99");
        Assert.Equal((2, ""), await SubmissionSession.SendAsync(talk, "anna", 2));
    }

    public void Dispose() => _guard.Dispose();
}
