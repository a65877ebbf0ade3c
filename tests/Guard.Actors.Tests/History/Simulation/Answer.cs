using Akka.Actor;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>Takes the answer to one question.</summary>
public sealed class Answer(ActorSystem system, Action<object> take) : MinimalActorRef
{
    public override ActorPath Path { get; } = ((ExtendedActorSystem)system).Provider.TempPath();

    public override IActorRefProvider Provider { get; } = ((ExtendedActorSystem)system).Provider;

    protected override void TellInternal(object message, IActorRef sender) => take(message);
}
