using System.Collections.Frozen;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Enforcement.Reporting;
using Guard.Actors.Entities;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement;

/// <param name="Node">Names this machine's outbox in the journal.</param>
/// <param name="Written">Writes each report into the log, once.</param>
/// <param name="Channels">Who delivers on which way.</param>
public sealed record ReportContext(
    string Node,
    ReportRules Rules,
    IPolicySource Policies,
    TimeProvider Clock,
    IEffector Written,
    FrozenDictionary<ReportChannel, IActorRef> Channels,
    int SnapshotEvery
);

/// <summary>
/// The outbox of reports: journals what is owed, confirms, puts it together, and has it delivered on each way at least once, known by a lasting id.
/// </summary>
public sealed class ReportSupervisor : LedgerActor<ReportEvent>
{
    private readonly ReportContext _context;
    private ReportLedger _ledger = ReportLedger.Empty;
    private long _droppedTold;

    public ReportSupervisor(ReportContext context)
        : base($"reports-{context.Node}", context.SnapshotEvery, TimeSpan.FromSeconds(1)) => _context = context;

    public static Props Props(ReportContext context) => LedgerKeeper.Props(Akka.Actor.Props.Create(() => new ReportSupervisor(context)));

    private DateTimeOffset Now => _context.Clock.GetUtcNow();

    protected override void Apply(ReportEvent change) => _ledger = _ledger.Apply(change);

    protected override bool Restore(object snapshot)
    {
        if (snapshot is not ReportSnapshot stored)
            return false;
        _ledger = ReportLedger.Of(stored);
        return true;
    }

    protected override object Snapshot() => _ledger.ToSnapshot(Now);

    protected override void Look(bool first)
    {
        foreach (var dispatch in _ledger.Open.Values.Where(dispatch => dispatch.Dead.Length == 0).OrderBy(dispatch => dispatch.At).ToArray())
        {
            if (Now - dispatch.At >= _context.Rules.GiveUp)
                Die(dispatch, $"could not be delivered for {_context.Rules.GiveUp.TotalHours:0.#} hours");
            else if (first)
                Deliver(dispatch);
        }
        if (_ledger.Dropped > _droppedTold)
        {
            Log.Warning("{Count} reports were dropped: the outbox is full", _ledger.Dropped - _droppedTold);
            _droppedTold = _ledger.Dropped;
        }
        Plan();
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case Effect effect:
                Take(effect, Sender);
                break;
            case ReportDelivery.Delivered delivered when _ledger.Open.TryGetValue(delivered.Id, out var dispatch):
                if (delivered.Refused.Length == 0)
                    Record(new DispatchDone(Now, delivered.Id), () => { });
                else if (dispatch.Dead.Length == 0)
                    Die(dispatch, delivered.Refused);
                break;
            case ReportDelivery.Delivered:
                break;
            case ReportDelivery.List:
                Sender.Tell(_ledger.ToSnapshot(Now));
                break;
            case ReportDelivery.Retry retry:
                Revive(retry, Sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(Effect effect, IActorRef user)
    {
        var done = new EffectDone(effect.User, effect.Id);
        if (effect.Kind == EffectKind.ForgetReports)
        {
            Forget(effect, () => user.Tell(done));
            return;
        }
        if (_ledger.Knows(effect))
        {
            user.Tell(done);
            return;
        }
        var targets = ReportTargets.Of(effect, ReportTargets.PolicyOf(effect, _context.Policies.Current), _context.Rules);
        Record(
            new ReportTaken(Now, effect, _ledger.IncidentOf(effect, Now, _context.Rules.Quiet), targets),
            () =>
            {
                _context.Written.Carry(effect);
                user.Tell(done);
                Plan();
            }
        );
    }

    private void Forget(Effect effect, Action then)
    {
        var open = _ledger.Open.Values.Where(dispatch => dispatch.Items.Any(item => item.Effect.User == effect.User)).ToArray();
        Record(
            new ReportsForgotten(Now, effect.User),
            () =>
            {
                foreach (var dispatch in open.Where(dispatch => !_ledger.Open.ContainsKey(dispatch.Id)))
                {
                    if (_context.Channels.TryGetValue(dispatch.Target.Channel, out var channel))
                        channel.Tell(new ReportDelivery.Forget(dispatch.Id));
                }
                DropPast();
                then();
            }
        );
    }

    private void Plan()
    {
        foreach (var planned in ReportPlanner.Due(_ledger, Now, _context.Rules))
        {
            Record(
                planned,
                () =>
                {
                    if (_ledger.Open.TryGetValue(planned.Id, out var dispatch))
                        Deliver(dispatch);
                }
            );
        }
    }

    private void Deliver(ReportDispatch dispatch)
    {
        if (_context.Channels.TryGetValue(dispatch.Target.Channel, out var channel))
            channel.Tell(new ReportDelivery.Deliver(dispatch));
    }

    private void Die(ReportDispatch dispatch, string why) =>
        Record(
            new DispatchDied(Now, dispatch.Id, why),
            () =>
            {
                Log.Warning(
                    "The {Channel} report {Id} to {Recipient} is a dead letter: {Why}",
                    dispatch.Target.Channel,
                    dispatch.Id,
                    dispatch.Target.Recipient,
                    why
                );
                if (_context.Channels.TryGetValue(dispatch.Target.Channel, out var channel))
                    channel.Tell(new ReportDelivery.Forget(dispatch.Id));
            }
        );

    private void Revive(ReportDelivery.Retry retry, IActorRef admin)
    {
        var dead = _ledger.Open.Values.Where(dispatch => dispatch.Dead.Length > 0 && (retry.Id.Length == 0 || dispatch.Id == retry.Id)).ToArray();
        foreach (var dispatch in dead)
            Record(new DispatchRevived(Now, dispatch.Id), () => Deliver(_ledger.Open[dispatch.Id]));
        foreach (var channel in _context.Channels.Values)
            channel.Tell(ReportDelivery.TryNow.Instance);
        admin.Tell(new ReportDelivery.Retried(dead.Length));
    }
}
