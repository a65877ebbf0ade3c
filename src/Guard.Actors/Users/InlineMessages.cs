using System.Collections.Immutable;
using Guard.Actors.Behaviour;

namespace Guard.Actors.Users;

/// <summary>
/// Messages that were counted while their server waited, until its log tells of them again: 32 bits of the queue id's hash above the second it was
/// counted in. What no log asks for is forgotten, so that an account at rest carries nothing.
/// </summary>
public static class InlineMessages
{
    /// <summary>As many as one account may have between its server's answer and its log.</summary>
    public const int Most = 256;

    public const uint ForgetAfterSeconds = 600;
    private const ulong HashMask = 0xFFFF_FFFF_0000_0000;

    public static bool Contain(ImmutableArray<ulong> messages, string queueId)
    {
        var hash = StableHash.Of(queueId) & HashMask;
        foreach (var message in messages)
        {
            if ((message & HashMask) == hash)
                return true;
        }
        return false;
    }

    public static ImmutableArray<ulong> Add(ImmutableArray<ulong> messages, string queueId, long second)
    {
        var now = (uint)second;
        var kept = Contain(messages, queueId) ? Remove(messages, queueId) : messages;
        if (kept.Length > 0 && now - (uint)kept[0] > ForgetAfterSeconds)
            kept = kept.RemoveAll(message => now - (uint)message > ForgetAfterSeconds);
        return (kept.Length < Most ? kept : kept.RemoveAt(0)).Add((StableHash.Of(queueId) & HashMask) | now);
    }

    public static ImmutableArray<ulong> Remove(ImmutableArray<ulong> messages, string queueId)
    {
        var hash = StableHash.Of(queueId) & HashMask;
        return messages.RemoveAll(message => (message & HashMask) == hash);
    }
}
