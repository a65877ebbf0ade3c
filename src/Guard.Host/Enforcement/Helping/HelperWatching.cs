using Guard.Host.Enforcement.Firewall;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Helping;

/// <summary>Asks the helper every few seconds whether another program touched the firewall: the daemon itself has no right to hear it.</summary>
internal sealed class HelperWatching : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _asking;

    public HelperWatching(HelperClient helper, Action<FirewallDisturbance> changed, Action<string> unable) =>
        _asking = Task.Run(() => AskAsync(helper, changed, unable, _stop.Token));

    private static async Task AskAsync(HelperClient helper, Action<FirewallDisturbance> changed, Action<string> unable, CancellationToken stop)
    {
        long? known = null;
        using var pace = new PeriodicTimer(Every);
        try
        {
            do
            {
                try
                {
                    var reply = await helper.Ask(new HelperRequest.Disturbances(), stop).ConfigureAwait(false);
                    // A helper that was started anew counts from nothing; it has seen no more than that.
                    if (known is { } before && reply.Disturbed > (reply.Disturbed < before ? 0 : before))
                        changed(new FirewallDisturbance(reply.Removed, reply.By));
                    known = reply.Disturbed;
                }
                catch (EnforcementException refused) when (refused.Message.Contains("refused", StringComparison.Ordinal))
                {
                    unable(refused.Message);
                    return;
                }
                catch (EnforcementException)
                {
                    // It is away; what it does is asked again.
                }
            } while (await pace.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The daemon stops.
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        OwnThread.Await(_asking);
        _stop.Dispose();
    }
}
