using Akka.Actor;
using Guard.Messages;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>A command that waits or is half done: an <see cref="UserCommands.Observe"/> may pause for a slice between two observations.</summary>
internal sealed class UserWork(IWithUserId command, IActorRef sender)
{
    public IWithUserId Command { get; } = command;

    public IActorRef Sender { get; } = sender;

    /// <summary>The next observation to decide.</summary>
    public int Next { get; set; }

    /// <summary>The account's rung may have ended.</summary>
    public static UserWork Expiry(UserId user) => new(new TimeIsUp(user), ActorRefs.Nobody);

    public bool IsExpiry => Command is TimeIsUp;

    private sealed record TimeIsUp(UserId User) : IWithUserId, INoSerializationVerificationNeeded;
}
