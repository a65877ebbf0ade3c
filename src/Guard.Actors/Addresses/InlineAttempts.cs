using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Messages.Addresses;

namespace Guard.Actors.Addresses;

/// <summary>
/// Failed logins that a server reported while it asked, by address and name: 32 bits of their hash above the second of the last one. What a log tells of the
/// same within a short time is the same login.
/// </summary>
public static class InlineAttempts
{
    /// <summary>Of a bucket, between its servers' reports and their logs.</summary>
    public const int Max = 256;

    /// <summary>Dovecot makes a failed login wait before its log tells of it.</summary>
    private const int LogFollowsWithin = 30;

    /// <summary>A log's clock has whole seconds, and is another machine's.</summary>
    private const int LogPrecedesBy = 5;

    private const uint ForgetAfterSeconds = 600;
    private const ulong HashMask = 0xFFFF_FFFF_0000_0000;

    public static bool Tell(ImmutableArray<ulong> attempts, AddressAttempt attempt)
    {
        if (attempts.IsEmpty || !attempt.IsFailure || attempt.Origin.Source.Length == 0)
            return false;
        var hash = Hash(attempt);
        var second = (uint)attempt.At.ToUnixTimeSeconds();
        foreach (var one in attempts)
        {
            if ((one & HashMask) == hash && (int)(second - (uint)one) is >= -LogPrecedesBy and <= LogFollowsWithin)
                return true;
        }
        return false;
    }

    public static ImmutableArray<ulong> Add(ImmutableArray<ulong> attempts, AddressAttempt attempt)
    {
        var hash = Hash(attempt);
        var now = (uint)attempt.At.ToUnixTimeSeconds();
        var kept = attempts.RemoveAll(one => (one & HashMask) == hash || now - (uint)one > ForgetAfterSeconds);
        return (kept.Length < Max ? kept : kept.RemoveAt(0)).Add(hash | now);
    }

    private static ulong Hash(AddressAttempt attempt)
    {
        var bits = AddressKeys.Party(attempt.Address).Bits;
        return (((ulong)bits ^ (ulong)(bits >> 64) ^ (attempt.Account * 31)) * 0x9E3779B97F4A7C15UL) & HashMask;
    }
}
