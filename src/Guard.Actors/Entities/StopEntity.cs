using Akka.Actor;

namespace Guard.Actors.Entities;

/// <summary>The explicit stop message of every kind of entity: a persistent actor must not be stopped by a poison pill.</summary>
public sealed class StopEntity : INoSerializationVerificationNeeded
{
    public static readonly StopEntity Instance = new();

    private StopEntity() { }
}
