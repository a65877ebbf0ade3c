using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Guard.Actors.Entities;
using Guard.Messages.Identity;

namespace Guard.Actors.Users;

/// <summary>
/// Reads an account back from the journal without waking it, tells what it found and ends. It never writes, so that it may stand beside the entity of the same
/// name.
/// Answers with the <see cref="UserState"/>, or a <see cref="Status.Failure"/>.
/// </summary>
public sealed class UserReader : UntypedPersistentActor
{
    private readonly IActorRef _to;
    private readonly bool _numbered;
    private UserState _state;

    public UserReader(UserId user, IActorRef to, bool numbered)
    {
        (_to, _numbered) = (to, numbered);
        _state = new UserState(user);
        PersistenceId = UserActor.IdOf(user);
        (JournalPluginId, SnapshotPluginId) = JournalParts.Of(Context.System).PluginsOf(PersistenceId);
    }

    public override string PersistenceId { get; }

    /// <param name="numbered">Answered with a <see cref="UserRead"/> instead.</param>
    public static Props Props(UserId user, IActorRef to, bool numbered = false) => Akka.Actor.Props.Create(() => new UserReader(user, to, numbered));

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                _to.Tell(_numbered ? new UserRead(_state, LastSequenceNr) : _state);
                Context.Stop(Self);
                break;
            default:
                _state =
                    UserTurn.Recover(_state, message is SnapshotOffer offer ? offer.Snapshot : message)
                    ?? throw new InvalidOperationException($"{PersistenceId} cannot recover from {message.GetType().Name}");
                break;
        }
    }

    protected override void OnCommand(object message) => Unhandled(message);

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Context.GetLogger().Debug("{PersistenceId} could not be read: {Reason}", PersistenceId, reason.Message);
        _to.Tell(new Status.Failure(reason));
    }
}
