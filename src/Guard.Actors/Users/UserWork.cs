using System.Collections.Immutable;
using Akka.Actor;
using Guard.Messages;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>A command that waits or is half done: an <see cref="UserCommands.Observe"/> may pause for a slice between two observations.</summary>
internal sealed class UserWork(IWithUserId command, IActorRef sender)
{
    public IWithUserId Command { get; } = command;

    public IActorRef Sender { get; } = sender;

    /// <summary>The next observation to decide.</summary>
    public int Next { get; set; }
}

/// <summary>What one write will record, and what is to be sent once it is journaled.</summary>
internal sealed class UserWrite(UserState state)
{
    public UserState State { get; set; } = state;

    public ImmutableArray<UserEvent>.Builder Events { get; } = ImmutableArray.CreateBuilder<UserEvent>();

    public List<(IActorRef To, object Message)> Replies { get; } = [];

    public void Record(UserEvent change)
    {
        Events.Add(change);
        State = UserEvolution.Apply(State, change);
    }

    public void Record(ImmutableArray<UserEvent> changes)
    {
        foreach (var change in changes)
            Record(change);
    }
}
