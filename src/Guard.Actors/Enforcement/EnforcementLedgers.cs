using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement.Replication;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement;

/// <param name="Firewall">Makes the ledger of blocks, given who stands for the workers of all nodes.</param>
/// <param name="Locks">Makes the ledger of locks.</param>
/// <param name="Publisher">Passes on to the nodes of a cluster; null on a single machine.</param>
/// <param name="Company">Takes what the nodes of a cluster know of an address; null on a single machine.</param>
public sealed record LedgersContext(Func<IActorRef, Props> Firewall, Func<IActorRef, Props> Locks, Props? Publisher = null, ClusterCompany? Company = null);

/// <summary>
/// The ledgers of blocks and locks: one of each for a machine, or for a cluster, where the oldest node has them. A ledger whose journal failed is stopped by
/// Akka; it is started again, and what was not confirmed meanwhile comes again from the accounts.
/// </summary>
public sealed class EnforcementLedgers : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan StartAgainAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CompanyPatience = TimeSpan.FromSeconds(1);

    private readonly LedgersContext _context;
    private readonly ILoggingAdapter _log = Context.GetLogger();
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
            if (effect.Kind != EffectKind.BlockAddress)
                _locks.Forward(effect);
            else if (_context.Company is null || _nodes.Count == 0)
                _firewall.Forward(effect);
            else
                Inquire(effect);
        });
        Receive<LockCommands.List>(command => _locks.Forward(command));
        Receive<FollowWanted>(follow =>
        {
            if (_nodes.Add(Sender))
                Context.Watch(Sender);
            _publisher.Forward(follow);
        });
        Receive<CompanySeen>(Seen);
        Receive<NoMoreCompany>(late => Judge(late.Question));
        Receive<Terminated>(Gone);
        Receive<StartAgain>(_ => Start());
        // Whatever else is asked is about blocks.
        ReceiveAny(message => _firewall.Forward(message));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(LedgersContext context) => Akka.Actor.Props.Create(() => new EnforcementLedgers(context));

    protected override void PreStart()
    {
        Start();
        base.PreStart();
    }

    private void Start()
    {
        if (_publisher.IsNobody() && _context.Publisher is { } publisher)
            _publisher = Context.Watch(Context.ActorOf(publisher, "publisher"));
        if (_firewall.IsNobody())
            _firewall = Context.Watch(Context.ActorOf(_context.Firewall(_publisher), "firewall"));
        if (_locks.IsNobody())
            _locks = Context.Watch(Context.ActorOf(_context.Locks(_publisher), "locks"));
    }

    private void Gone(Terminated gone)
    {
        if (_nodes.Remove(gone.ActorRef))
            return;
        if (gone.ActorRef.Equals(_firewall))
            _firewall = ActorRefs.Nobody;
        else if (gone.ActorRef.Equals(_locks))
            _locks = ActorRefs.Nobody;
        _log.Warning("A ledger of blocks or locks has stopped, its journal failed; it is started again");
        Timers.StartSingleTimer(nameof(StartAgain), StartAgain.Instance, StartAgainAfter);
    }

    /// <summary>An office whose accounts log in through other nodes must not be blocked because this one does not know them.</summary>
    private void Inquire(Effect effect)
    {
        var question = ++_questions;
        _inquiries[question] = new Inquiry(effect, Sender, _nodes.Count);
        foreach (var node in _nodes)
            node.Tell(new AskCompany(question, effect.Address));
        Timers.StartSingleTimer(question, new NoMoreCompany(question), CompanyPatience);
    }

    private void Seen(CompanySeen seen)
    {
        if (!_inquiries.TryGetValue(seen.Question, out var inquiry))
            return;
        inquiry.Seen += seen.Seen;
        inquiry.AtHome += seen.AtHome;
        if (--inquiry.Missing == 0)
            Judge(seen.Question);
    }

    private void Judge(long question)
    {
        Timers.Cancel(question);
        if (!_inquiries.Remove(question, out var inquiry))
            return;
        _context.Company!.Note(inquiry.Effect.Address, inquiry.Seen, inquiry.AtHome);
        _firewall.Tell(inquiry.Effect, inquiry.Sender);
    }

    private sealed class Inquiry(Effect effect, IActorRef sender, int missing)
    {
        public Effect Effect { get; } = effect;

        public IActorRef Sender { get; } = sender;

        public int Missing { get; set; } = missing;

        public int Seen { get; set; }

        public int AtHome { get; set; }
    }

    private sealed record NoMoreCompany(long Question) : INoSerializationVerificationNeeded;

    private sealed class StartAgain : INoSerializationVerificationNeeded
    {
        public static readonly StartAgain Instance = new();
    }
}
