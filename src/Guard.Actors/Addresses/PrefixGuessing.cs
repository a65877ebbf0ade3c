using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Decisions;
using Guard.Messages.Places;

namespace Guard.Actors.Addresses;

/// <summary>
/// A customer of IPv6 has a /56 or a /48, and may take another /64 of it for each guess. A prefix from which nobody logged in lately is therefore judged like one
/// address by what its /64s did together, and blocked as a whole: the narrowest one that has them. Pure; nothing is kept for it but the /64s that failed.
/// </summary>
internal static class PrefixGuessing
{
    /// <summary>So many /64s of a /56, or /56s of a /48, failed: fewer are blocked by themselves.</summary>
    public const int Parts = 4;

    /// <param name="party">The /64 that just failed.</param>
    /// <param name="isGuilty">It is to be blocked by itself.</param>
    public static (NetworkAddress Prefix, int Length, ImmutableArray<Reason> Reasons)? Find(
        NetworkState network,
        NetworkAddress party,
        bool isGuilty,
        long second,
        AddressTerms terms
    )
    {
        if (!party.IsIPv6 || network.Addresses.Length < Parts || terms.Limits.NetworkFailures == 0 || network.BlockedAround(party, second) is not null)
            return null;
        foreach (var length in AddressKeys.Wide6)
        {
            var prefix = party.Prefix(length);
            if (IsLivedIn(network, prefix, length, second) || terms.TouchesOwn(new NetworkPrefix(prefix, length)))
                return null;
            if (Judge(network, prefix, length, isGuilty, second, terms) is { IsEmpty: false } reasons)
                return (prefix, length, reasons);
        }
        return null;
    }

    /// <summary>Whether somebody logged in from a prefix lately. Where more do in its /48 than are remembered, nobody can say of a part of it.</summary>
    private static bool IsLivedIn(NetworkState network, NetworkAddress prefix, int length, long second)
    {
        var first = AddressKeys.Within(prefix);
        return (length > 48 && network.Guests.Entries.Length == Guests.Capacity)
            || network.Guests.AnyBetween(first, first | (0xFFFFu >> (length - 48)), (int)(second / FailureTimes.Day));
    }

    private static ImmutableArray<Reason> Judge(NetworkState network, NetworkAddress prefix, int length, bool isGuilty, long second, AddressTerms terms)
    {
        var (parts, blocked) = PartsOf(network, prefix, length, second);
        if (parts < Parts)
            return [];
        if (isGuilty && blocked + 1 >= Parts)
            return [new Reason(ReasonCodes.StrangersBlocked, blocked + 1, Parts, 0, $"{prefix}/{length}")];
        var limits = terms.Limits;
        Span<uint> names = stackalloc uint[TriedAccounts.Capacity];
        var few = AddressDecider.SlowLimit(limits);
        var (slowly, unknown) = Names(network, prefix, length, second, AddressDecider.SlowWindow, names);
        // Whatever was tried within the shorter window was tried within this one.
        if (limits.Accounts > 0 && slowly >= limits.Accounts)
        {
            var (accounts, _) = Names(network, prefix, length, second, limits.Within, names);
            if (accounts >= limits.Accounts)
                return [new Reason(ReasonCodes.StrangersGuessing, accounts, limits.Accounts, 0, AddressKeys.Subject(prefix, length, limits.Within))];
        }
        if (few > 0 && slowly >= few)
            return [new Reason(ReasonCodes.StrangersGuessing, slowly, few, 0, AddressKeys.Subject(prefix, length, AddressDecider.SlowWindow))];
        if (slowly < AddressDecider.SeveralAccounts && !unknown)
            return [];
        var failures = 0;
        foreach (var one in network.Addresses)
            failures += one.IsWithin(prefix, length) ? one.Failures.Within(second, limits.Within) : 0;
        return failures >= limits.Failures
            ? [new Reason(ReasonCodes.BruteForce, failures, limits.Failures, 0, AddressKeys.Subject(prefix, length, limits.Within))]
            : [];
    }

    /// <summary>How many parts of a prefix failed lately or are blocked (/64s of a /56, /56s of a /48), and how many are blocked as a whole or have a /64 that
    /// is.</summary>
    private static (int Parts, int Blocked) PartsOf(NetworkState network, NetworkAddress prefix, int length, long second)
    {
        // 256 of them in either case.
        Span<ulong> failed = stackalloc ulong[4];
        Span<ulong> blocked = stackalloc ulong[4];
        failed.Clear();
        blocked.Clear();
        var from = second - (long)AddressDecider.SlowWindow.TotalSeconds;
        foreach (var one in network.Addresses)
        {
            if (!one.IsWithin(prefix, length))
                continue;
            var part = (int)(length == 48 ? AddressKeys.Within(one.Address) >> 8 : AddressKeys.Within(one.Address) & 0xFF);
            if (one.BlockedUntil > second)
                blocked[part >> 6] |= 1UL << (part & 63);
            else if (one.Failures.Last <= from)
                continue;
            failed[part >> 6] |= 1UL << (part & 63);
        }
        return (Count(failed), Count(blocked));
    }

    private static int Count(ReadOnlySpan<ulong> bits)
    {
        var count = 0;
        foreach (var word in bits)
            count += System.Numerics.BitOperations.PopCount(word);
        return count;
    }

    /// <summary>Different names that a prefix failed at within a window, as many as there is room for, and whether one of them is unknown.</summary>
    private static (int Count, bool Unknown) Names(NetworkState network, NetworkAddress prefix, int length, long second, TimeSpan window, Span<uint> room)
    {
        var (count, unknown) = (0, false);
        var from = second - (long)window.TotalSeconds;
        foreach (var one in network.Addresses)
        {
            if (!one.IsWithin(prefix, length))
                continue;
            foreach (ref readonly var tried in one.Tried.Entries)
            {
                if (tried.Second <= from || tried.Second > second)
                    continue;
                unknown |= tried.Unknown;
                if (tried.Account != 0 && count < room.Length && !room[..count].Contains(tried.Account))
                    room[count++] = tried.Account;
            }
        }
        return (count, unknown);
    }
}
