using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Serilog;

namespace Guard.Host.Clustering.Wire;

/// <summary>A message of another node that is of no kind that nodes send each other.</summary>
public sealed class RefusedMessageException(string message) : SerializationException(message);

/// <summary>Counts messages that were not taken from other nodes, and tells of the 1st, 2nd, 4th, 8th … of each kind.</summary>
internal sealed class RefusedMessages(ILogger log)
{
    /// <summary>A stranger names the kinds: more than so many are told of together.</summary>
    private const int MaxKinds = 64;

    private readonly ConcurrentDictionary<string, long> _kinds = new();
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    /// <param name="kind">What was sent, in the sender's words.</param>
    public RefusedMessageException Refuse(int serializer, string? kind)
    {
        Interlocked.Increment(ref _count);
        var named = $"{serializer}/{Intake.Sockets.ReplyText.Clean(kind ?? "")}";
        var counted = _kinds.AddOrUpdate(_kinds.ContainsKey(named) || _kinds.Count < MaxKinds ? named : "others", 1, static (_, count) => count + 1);
        if (long.IsPow2(counted))
            log.Warning("Cluster: a message of a kind that nodes do not send each other was refused: {Kind:l}, {Count} so far", named, counted);
        return new RefusedMessageException($"{named} is refused: nodes send each other nothing of this kind");
    }
}
