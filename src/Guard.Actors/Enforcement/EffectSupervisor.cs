using Akka.Actor;
using Akka.Event;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement;

/// <summary>
/// Takes effects at least once, carries each out once, and confirms it. What was done lately is remembered so that a resent effect is only
/// confirmed again; a longer memory is not needed, since effects state what is wanted and never toggle.
/// </summary>
public abstract class EffectSupervisor : ReceiveActor
{
    private const int Remembered = 10_000;

    private readonly HashSet<(string User, long Id)> _done = [];
    private readonly Queue<(string User, long Id)> _order = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    protected EffectSupervisor(IEffector effector)
    {
        Receive<Effect>(effect =>
        {
            var key = (effect.User.Value, effect.Id);
            if (!_done.Contains(key))
            {
                try
                {
                    effector.Carry(effect);
                }
                catch (IOException failure)
                {
                    // Unconfirmed, it comes again.
                    _log.Warning(failure, "Effect {Kind} for {User} failed and will be tried again", effect.Kind, effect.User);
                    return;
                }
                Remember(key);
            }
            Sender.Tell(new EffectDone(effect.User, effect.Id));
        });
    }

    private void Remember((string User, long Id) key)
    {
        _done.Add(key);
        _order.Enqueue(key);
        if (_order.Count > Remembered)
            _done.Remove(_order.Dequeue());
    }
}

/// <summary>Reports reactions.</summary>
public sealed class ReportSupervisor(IEffector effector) : EffectSupervisor(effector)
{
    public static Props Props(IEffector effector) => Akka.Actor.Props.Create(() => new ReportSupervisor(effector));
}
