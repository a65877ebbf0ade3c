using Akka.Actor;
using Akka.Pattern;

namespace Guard.Actors.Enforcement;

/// <summary>
/// Starts a ledger again when its journal failed it: Akka stops a persistent actor then, and nothing would be locked, blocked or lifted any more until the
/// guard's next start.
/// What it is told meanwhile is lost, and told again by whoever owes it.
/// </summary>
public static class LedgerKeeper
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static Props Props(Props ledger) => BackoffSupervisor.Props(Backoff.OnStop(ledger, "ledger", First, Longest, 0.2, maxNrOfRetries: -1));
}
