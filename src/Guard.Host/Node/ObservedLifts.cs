using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement;
using Guard.Actors.Entities;
using Guard.Actors.Policies;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Node;

/// <summary>
/// What enforce mode set is lifted where the mode has become observe, at a reload, in the console or over a restart: who is only observed is not locked. What an
/// admin blocked by hand stays, and so does held mail, which nobody but an admin sends or deletes.
/// </summary>
internal sealed class ObservedLifts : ReceiveActor
{
    public const string Name = "observed-lifts";

    private static readonly Author By = new("AccountGuard", "mode = observe");

    private readonly InspectedNode _node;
    private readonly bool _keep;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _busy;
    private bool _again;

    /// <param name="keep">What stands stays to its own end.</param>
    public ObservedLifts(InspectedNode node, bool keep)
    {
        (_node, _keep) = (node, keep);
        Receive<PolicyReloaded>(_ => Look());
        Receive<Outcome>(Finish);
    }

    public static Props Props(InspectedNode node, bool keep) => Akka.Actor.Props.Create(() => new ObservedLifts(node, keep));

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(PolicyReloaded));
        Look();
        base.PreStart();
    }

    private void Look()
    {
        _again = _busy;
        if (_busy)
            return;
        _busy = true;
        LiftAsync().PipeTo(Self, failure: failure => new Outcome(0, 0, failure.Message));
    }

    private void Finish(Outcome outcome)
    {
        _busy = false;
        if (outcome.Trouble.Length > 0)
            _log.Warning("What was set in enforce mode could not be lifted in observe mode: {Reason}", outcome.Trouble);
        else if (outcome.Locks + outcome.Blocks > 0)
            _log.Warning(
                _keep
                    ? "mode = observe, and {Locks} locks and {Blocks} blocks of enforce mode stay to their ends (enforcement.keep-in-observe)"
                    : "mode = observe: {Locks} locks and {Blocks} blocks of enforce mode are lifted; held mail stays held (accountguard queue list)",
                outcome.Locks,
                outcome.Blocks
            );
        if (_again)
            Look();
    }

    private async Task<Outcome> LiftAsync()
    {
        var locks = 0;
        if (_node.Locks is { } ledger)
        {
            var snapshot = await _node.AskAsync<LockSnapshot>(ledger, new LockCommands.List(), CancellationToken.None).ConfigureAwait(false);
            foreach (var entry in snapshot.Entries.Where(entry => entry.Locked && IsObserved(EffectKind.LockAccount, entry.User)))
            {
                locks++;
                if (!_keep)
                    await _node.AskAsync<BlockCommands.Answer>(ledger, new LockCommands.Lift(entry.User, By), CancellationToken.None).ConfigureAwait(false);
            }
        }
        var blocks = await _node.AskAsync<FirewallSnapshot>(_node.Firewall, new BlockCommands.List(), CancellationToken.None).ConfigureAwait(false);
        var observed = blocks.Standing.Concat(blocks.Limited).Where(IsObserved).ToArray();
        foreach (var block in _keep ? [] : observed)
            await _node
                .AskAsync<BlockCommands.Answer>(_node.Firewall, new BlockCommands.Remove(block.Network, By), CancellationToken.None)
                .ConfigureAwait(false);
        return new Outcome(locks, observed.Length, "");
    }

    /// <summary>Everybody who wants it is only observed.</summary>
    private bool IsObserved(StandingBlockEntry block) =>
        !block.ByHand
        && block
            .Also.Insert(0, block.By)
            .All(owner =>
                owner == FirewallSupervisor.AddressRules
                    ? EffectMode.Of(EffectKind.BlockAddress, _node.Policies.Current.Default) == GuardMode.Observe
                    : owner.Contains('@', StringComparison.Ordinal) && IsObserved(EffectKind.BlockAddress, new UserId(owner))
            );

    private bool IsObserved(EffectKind kind, UserId user)
    {
        var book = _node.Policies.Current;
        return EffectMode.Of(kind, book.For(book.SiteOf(user)).For(user)) == GuardMode.Observe;
    }

    private sealed record Outcome(int Locks, int Blocks, string Trouble) : INoSerializationVerificationNeeded;
}
