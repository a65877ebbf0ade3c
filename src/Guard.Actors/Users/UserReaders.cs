using Akka.Actor;
using Guard.Messages.Identity;

namespace Guard.Actors.Users;

/// <summary>Has accounts read, each by an actor of its own.</summary>
public sealed class UserReaders : ReceiveActor
{
    public UserReaders() => Receive<UserId>(user => Context.ActorOf(UserReader.Props(user, Sender)));

    public static Props Props() => Akka.Actor.Props.Create(() => new UserReaders());

    /// <summary>A reader that failed has told so; it is not begun again.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
}
