using System.Collections.Immutable;
using Guard.Messages.Places;

namespace Guard.Actors.Behaviour;

/// <summary>An address from which logins to one account failed.</summary>
/// <param name="Address">IPv6: its /64.</param>
/// <param name="BlockedUntil">A block was ordered until then, seconds since 1970.</param>
public readonly record struct Guesser(NetworkAddress Address, FailureTimes Failures, long BlockedUntil);

/// <summary>
/// From where logins to one account failed, address by address: an account knows where its owner is at home, and judges who tries it alone. At most a few, the
/// one that has been quiet for longest gives way.
/// </summary>
public static class Guesses
{
    public const int Max = 10;

    public static Guesser Of(ImmutableArray<Guesser> guesses, NetworkAddress address)
    {
        var party = AddressKeys.Party(address);
        foreach (var guesser in guesses)
        {
            if (guesser.Address == party)
                return guesser;
        }
        return new Guesser(party, FailureTimes.None, 0);
    }

    public static ImmutableArray<Guesser> See(ImmutableArray<Guesser> guesses, NetworkAddress address, long second)
    {
        if (address.IsNone)
            return guesses;
        var known = Of(guesses, address);
        return With(guesses, known with { Failures = known.Failures.Add(second) });
    }

    /// <summary>A block was ordered: it is not ordered again with each attempt, and counting begins anew.</summary>
    public static ImmutableArray<Guesser> Block(ImmutableArray<Guesser> guesses, NetworkAddress address, long until)
    {
        var known = Of(guesses, address);
        return known.Failures.Last == 0 ? guesses : With(guesses, known with { Failures = FailureTimes.None, BlockedUntil = until });
    }

    /// <summary>From how many networks logins failed within a day, or are blocked for it: IPv4 /16, IPv6 /32. A carrier's pool is one or few.</summary>
    public static int Networks(ImmutableArray<Guesser> guesses, long second)
    {
        Span<NetworkAddress> seen = stackalloc NetworkAddress[Max];
        var count = 0;
        foreach (var guesser in guesses)
        {
            var last = Math.Max(guesser.Failures.Last, guesser.BlockedUntil);
            var network = guesser.Address.Prefix(guesser.Address.IsIPv4 ? 16 : 32);
            if (last + FailureTimes.Day > second && !seen[..count].Contains(network))
                seen[count++] = network;
        }
        return count;
    }

    private static ImmutableArray<Guesser> With(ImmutableArray<Guesser> guesses, Guesser guesser)
    {
        var oldest = 0;
        for (var i = 0; i < guesses.Length; i++)
        {
            if (guesses[i].Address == guesser.Address)
                return guesses.SetItem(i, guesser);
            if (Math.Max(guesses[i].Failures.Last, guesses[i].BlockedUntil) < Math.Max(guesses[oldest].Failures.Last, guesses[oldest].BlockedUntil))
                oldest = i;
        }
        return guesses.Length < Max ? guesses.Add(guesser) : guesses.SetItem(oldest, guesser);
    }
}
