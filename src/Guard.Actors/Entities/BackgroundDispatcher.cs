using Akka.Actor;
using Akka.Dispatch;

namespace Guard.Actors.Entities;

/// <summary>
/// Threads of its own for what nobody waits for: logs on their way to accounts, and addresses that strangers come from. A flood of them fills these threads'
/// queue, and never that of the threads that answer mail servers.
/// </summary>
public static class BackgroundDispatcher
{
    /// <summary>Its key in Akka's configuration.</summary>
    public const string Id = "akka.actor.guard-background";

    /// <summary>The default dispatcher where there is none, as in tests.</summary>
    public static string Of(IActorRefFactory actors)
    {
        var system = actors as ActorSystem ?? ((IActorContext)actors).System;
        return system.Dispatchers.HasDispatcher(Id) ? Id : Dispatchers.DefaultDispatcherId;
    }
}
