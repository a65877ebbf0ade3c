using System.Collections.Immutable;
using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;

namespace Guard.Host.Node.Health;

/// <summary>Addresses that are blocked and connect all the same, as logs and servers that ask tell of them.</summary>
/// <param name="missing">What may be the cause.</param>
/// <param name="tell">Is told for each account for which such an address is blocked, again while it goes on.</param>
internal sealed class BlockAlarms(Func<Reason> missing, Action<UserCommands.NoteUnheldBlock> tell)
{
    /// <summary>A server tells of failed logins at the end of a connection, and that may be one that was cut off.</summary>
    public static readonly TimeSpan FailureGrace = TimeSpan.FromMinutes(10);

    private const int MaxUnheld = 1000;
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(10);

    private readonly Lock _changing = new();
    private readonly Dictionary<BlockedNetwork, Unheld> _unheld = [];
    private Dictionary<BlockedNetwork, Standing> _standing = [];
    private ImmutableArray<int> _lengths4 = [];
    private ImmutableArray<int> _lengths6 = [];

    /// <summary>Takes over what stands now.</summary>
    public void Take(FirewallSnapshot ledger, DateTimeOffset now)
    {
        var before = _standing;
        var standing = new Dictionary<BlockedNetwork, Standing>();
        foreach (var entry in ledger.Standing.Where(entry => entry.Until > now))
            standing[entry.Network] = new Standing(entry, before.TryGetValue(entry.Network, out var known) ? known.Since : now);
        lock (_changing)
        {
            foreach (var gone in _unheld.Keys.Where(network => !standing.ContainsKey(network)).ToArray())
                _unheld.Remove(gone);
            _lengths4 = [.. standing.Keys.Where(network => network.Address.IsIPv4).Select(network => network.Length).Distinct()];
            _lengths6 = [.. standing.Keys.Where(network => !network.Address.IsIPv4).Select(network => network.Length).Distinct()];
            _standing = standing;
        }
    }

    /// <param name="now">The present: what is read late, or again, was before the block stood.</param>
    public void See(Observation observation, DateTimeOffset now)
    {
        if (_standing.Count == 0 || observation.Place.Address.IsNone || (now - observation.At).Duration() > LockHold.AsItHappens)
            return;
        var (what, grace) = observation switch
        {
            Login { Outcome: LoginOutcome.Succeeded } login => (LockHold.Login(login.Service), LockHold.Grace),
            Login login => ($"a failed login to {login.Service.ToString().ToLowerInvariant()}", FailureGrace),
            Submission => ("a mail that was sent", LockHold.Grace),
            _ => ("", default),
        };
        if (what.Length > 0 && Find(observation.Place.Address) is { } block && observation.At - block.Since >= grace && observation.At < block.Entry.Until)
            Note(block, observation, what);
    }

    private Standing? Find(NetworkAddress address)
    {
        foreach (var length in address.IsIPv4 ? _lengths4 : _lengths6)
        {
            if (_standing.TryGetValue(new BlockedNetwork(address.Prefix(length), length), out var block))
                return block;
        }
        return null;
    }

    private void Note(Standing block, Observation observation, string what)
    {
        var network = block.Entry.Network;
        lock (_changing)
        {
            if (!_unheld.TryGetValue(network, out var known) && _unheld.Count >= MaxUnheld)
                return;
            var tells = known is null || observation.At - known.Told >= TellEvery;
            _unheld[network] = new Unheld(observation.Place.Address, what, observation.At, tells ? observation.At : known!.Told);
            if (!tells)
                return;
        }
        var minutes = Math.Floor((observation.At - block.Since).TotalMinutes);
        ImmutableArray<Reason> reasons = [new Reason(ReasonCodes.BlockNotHeld, minutes, 0, 0, $"{observation.Place.Address}, {what}"), missing()];
        foreach (var account in block.Entry.Also.Insert(0, block.Entry.By).Where(owner => owner.Contains('@', StringComparison.Ordinal)))
            tell(new UserCommands.NoteUnheldBlock(new UserId(account), observation.At, observation.Place.Address, reasons));
    }

    public IEnumerable<Finding> Look()
    {
        const string check = "blocks that hold";
        lock (_changing)
        {
            if (_unheld.Count == 0)
                return [Finding.Ok(check, "no blocked address connected")];
            var last = _unheld.Values.MaxBy(one => one.At)!;
            var cause = missing();
            return
            [
                Finding.Fault(
                    check,
                    FormattableString.Invariant(
                        $"{_unheld.Count} blocked addresses connect, last {last.Address}: {last.What} at {IncidentText.Time(last.At)} UTC; {IncidentText.Safe(ReasonText.Of(cause))}"
                    ),
                    "enforcement.firewall drives this machine's firewall only; what comes through a proxy has to be blocked there (docs/enforcement.md)"
                ),
            ];
        }
    }

    private sealed record Standing(StandingBlockEntry Entry, DateTimeOffset Since);

    private sealed record Unheld(NetworkAddress Address, string What, DateTimeOffset At, DateTimeOffset Told);
}
