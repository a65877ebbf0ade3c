using System.Net.Sockets;

namespace Guard.Host.Intake.Sockets;

/// <summary>
/// A descriptor that is kept for when there are no more: given up for a moment, it lets the one who waits longest be taken and sent away, instead of being left
/// in the queue for ever.
/// </summary>
internal sealed class SpareDescriptor : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private FileStream? _kept = Open();

    public async Task TurnAwayAsync(Socket listener, CancellationToken stop)
    {
        _kept?.Dispose();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(Patience);
            using var turnedAway = await listener.AcceptAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Somebody else took the descriptor, or nobody waits any more.
        }
        _kept = Open();
    }

    private static FileStream? Open()
    {
        try
        {
            return File.OpenRead("/dev/null");
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _kept?.Dispose();
}
