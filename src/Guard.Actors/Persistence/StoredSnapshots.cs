using Akka.Actor;
using Guard.Actors.Entities;

namespace Guard.Actors.Persistence;

/// <summary>Reads stored snapshots: of a garbled one there is the one before it, or the journal.</summary>
internal static class StoredSnapshots
{
    /// <returns>Null when it is garbled, which is told.</returns>
    /// <exception cref="StoredFormException">A newer version wrote it: to go on from what was before would be wrong.</exception>
    public static object? Read(ActorSystem system, StoreFaults faults, string id, long number, byte[] bytes, int serializer, string manifest)
    {
        try
        {
            return UnreadableState.Read(system, FormattableString.Invariant($"snapshot {number}"), bytes, serializer, manifest);
        }
        catch (StoredFormException damaged) when (!damaged.IsNewer)
        {
            faults.Tell(StoreFaults.Snapshot(id), $"{damaged.Message}; it is rebuilt from the one before it or from its events, as far back as they are kept");
            return null;
        }
        catch (StoredFormException newer)
        {
            faults.Tell(StoreFaults.Snapshot(id), newer.Message);
            if (!UnreadableState.IsServedBy(id))
                throw;
            return new UnreadableState(id, newer.Message);
        }
    }
}
