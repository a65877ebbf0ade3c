using Akka.Actor;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Enforcement.Replication;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement;

/// <param name="Firewall">Makes the ledger of blocks, given who stands for the workers of all nodes.</param>
/// <param name="Locks">Makes the ledger of locks.</param>
/// <param name="Publisher">Passes on to the nodes.</param>
/// <param name="Company">Takes what the nodes know of an address.</param>
public sealed record LedgersContext(Func<IActorRef, Props> Firewall, Func<IActorRef, Props> Locks, Props Publisher, ClusterCompany Company);

/// <summary>The ledgers of blocks and locks of a cluster, and who passes on to its nodes what they want. The oldest node has them.</summary>
public sealed class EnforcementLedgers : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan CompanyPatience = TimeSpan.FromSeconds(1);

    private readonly LedgersContext _context;
    private readonly HashSet<IActorRef> _nodes = [];
    private readonly Dictionary<long, Inquiry> _inquiries = [];
    private IActorRef _publisher = ActorRefs.Nobody;
    private IActorRef _firewall = ActorRefs.Nobody;
    private IActorRef _locks = ActorRefs.Nobody;
    private long _questions;

    public EnforcementLedgers(LedgersContext context)
    {
        _context = context;
        Receive<Effect>(effect =>
        {
            if (effect.Kind is EffectKind.LockAccount or EffectKind.UnlockAccount)
                _locks.Forward(effect);
            else if (_nodes.Count == 0 || effect.Kind == EffectKind.LiftBlocks)
                _firewall.Forward(effect);
            else
                Inquire(effect);
        });
        Receive<LockCommands.List>(command => _locks.Forward(command));
        Receive<LockCommands.Lift>(command => _locks.Forward(command));
        Receive<FollowWanted>(follow =>
        {
            if (_nodes.Add(Sender))
                Context.Watch(Sender);
            _publisher.Forward(follow);
        });
        Receive<CompanySeen>(Seen);
        Receive<NoMoreCompany>(late => Judge(late.Question));
        Receive<Terminated>(gone => _nodes.Remove(gone.ActorRef));
        // Whatever else is asked is about blocks.
        ReceiveAny(message => _firewall.Forward(message));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(LedgersContext context) => Akka.Actor.Props.Create(() => new EnforcementLedgers(context));

    protected override void PreStart()
    {
        _publisher = Context.ActorOf(_context.Publisher, "publisher");
        _firewall = Context.ActorOf(LedgerKeeper.Props(_context.Firewall(_publisher)), "firewall");
        _locks = Context.ActorOf(LedgerKeeper.Props(_context.Locks(_publisher)), "locks");
        base.PreStart();
    }

    /// <summary>An office whose accounts log in through other nodes must not be blocked because this one does not know them.</summary>
    private void Inquire(Effect effect)
    {
        var question = ++_questions;
        _inquiries[question] = new Inquiry(effect, Sender, _nodes.Count);
        foreach (var node in _nodes)
            node.Tell(new AskCompany(question, effect.Address) { PrefixLength = effect.PrefixLength });
        Timers.StartSingleTimer(question, new NoMoreCompany(question), CompanyPatience);
    }

    private void Seen(CompanySeen seen)
    {
        if (!_inquiries.TryGetValue(seen.Question, out var inquiry))
            return;
        inquiry.Seen += seen.Seen;
        inquiry.AtHome += seen.AtHome;
        inquiry.Around += seen.Around;
        if (--inquiry.Missing == 0)
            Judge(seen.Question);
    }

    private void Judge(long question)
    {
        Timers.Cancel(question);
        if (!_inquiries.Remove(question, out var inquiry))
            return;
        _context.Company.Note(BlockScope.Of(inquiry.Effect.Address, inquiry.Effect.PrefixLength), inquiry.Seen, inquiry.AtHome, inquiry.Around);
        _firewall.Tell(inquiry.Effect, inquiry.Sender);
    }

    private sealed class Inquiry(Effect effect, IActorRef sender, int missing)
    {
        public Effect Effect { get; } = effect;

        public IActorRef Sender { get; } = sender;

        public int Missing { get; set; } = missing;

        public int Seen { get; set; }

        public int AtHome { get; set; }

        public int Around { get; set; }
    }

    private sealed record NoMoreCompany(long Question) : INoSerializationVerificationNeeded;
}
