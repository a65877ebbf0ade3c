using Akka.Actor;
using Guard.Messages.Identity;

namespace Guard.Actors.Users;

/// <summary>An account as the journal has it.</summary>
/// <param name="Number">Its last number in the journal.</param>
public sealed record UserRead(UserState State, long Number) : INoSerializationVerificationNeeded;

/// <summary>Has accounts read, each by an actor of its own.</summary>
public sealed class UserReaders : ReceiveActor
{
    public UserReaders()
    {
        Receive<UserId>(user => Context.ActorOf(UserReader.Props(user, Sender)));
        Receive<ReadNumbered>(read => Context.ActorOf(UserReader.Props(read.User, Sender, numbered: true)));
    }

    public static Props Props() => Akka.Actor.Props.Create(() => new UserReaders());

    /// <summary>Answered with <see cref="UserRead"/>.</summary>
    public sealed record ReadNumbered(UserId User) : INoSerializationVerificationNeeded;

    /// <summary>A reader that failed has told so; it is not begun again.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);
}
