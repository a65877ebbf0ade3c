using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Users;
using Guard.Messages.Addresses;
using Guard.Messages.Observations;

namespace Guard.Actors.Addresses;

/// <summary>Folds events into the state of a bucket. Total and pure; it never decides.</summary>
public static class AddressEvolution
{
    public static AddressBucketState Apply(AddressBucketState state, AddressEventBatch batch)
    {
        foreach (var one in batch.Events)
            state = Apply(state, one);
        return state;
    }

    public static AddressBucketState Apply(AddressBucketState state, AddressEvent change) =>
        change switch
        {
            AttemptCounted counted => AddressLimits.Count(Counted(state, counted.Attempt), counted.Attempt),
            AddressForgotten forgotten => Forgotten(state, forgotten),
            AddressQuotasAdopted adopted => AddressLimits.Adopt(state, adopted.Keys),
            BlockOwed owed => Owe(state, owed),
            BlockConfirmed confirmed => state with { Owed = state.Owed.RemoveAll(owed => owed.Id == confirmed.Id) },
            _ => throw new InvalidOperationException($"unknown address event {change.GetType().Name}"),
        };

    private static AddressBucketState Forgotten(AddressBucketState state, AddressForgotten forgotten)
    {
        var network = state.NetworkOf(forgotten.Address);
        var party = AddressKeys.Party(forgotten.Address);
        state = AddressLimits.Forget(state, forgotten.Address);
        var around = network.Addresses.RemoveAll(one => one.PrefixLength > 0 && forgotten.Address.Prefix(one.PrefixLength) == one.Address);
        if (around.Length < network.Addresses.Length)
        {
            state = With(state, network, network with { Addresses = around });
            network = state.NetworkOf(forgotten.Address);
        }
        return network.Find(party) is null
            ? state
            : With(state, network, network.With(AddressState.Of(party), forgotten.At.ToUnixTimeSeconds()) with { Failures = FailureTimes.None });
    }

    private static AddressBucketState Counted(AddressBucketState state, AddressAttempt attempt) => Counted(state, attempt, out _, out _);

    /// <summary>Counts an attempt; one look for its network and one copy of the bucket, since a botnet's comes from one address after the other.</summary>
    /// <param name="before">The network until now.</param>
    /// <param name="after">The network now; the same one when nothing was held against it.</param>
    internal static AddressBucketState Counted(AddressBucketState state, in AddressAttempt attempt, out NetworkState? before, out NetworkState? after)
    {
        before = after = null;
        var marks = Mark(state.Marks, attempt.Origin);
        if (attempt.Address.IsNone)
            return state with { Marks = marks };
        var inline = attempt.IsFailure && attempt.Origin.Source.Length == 0 ? InlineAttempts.Add(state.Inline, attempt) : state.Inline;
        before = state.NetworkOf(attempt.Address);
        after = Seen(before, attempt);
        if (ReferenceEquals(before, after))
            return state with { Marks = marks, Inline = inline };
        return Bounded(
            state with
            {
                Marks = marks,
                Inline = inline,
                Networks = state.Networks.With(after),
                Addresses = state.Addresses + after.Addresses.Length - before.Addresses.Length,
            },
            after
        );
    }

    private static NetworkState Seen(NetworkState network, AddressAttempt attempt)
    {
        var party = AddressKeys.Party(attempt.Address);
        var second = attempt.At.ToUnixTimeSeconds();
        var day = (int)(second / FailureTimes.Day);
        var account = AddressKeys.Account(attempt.Account);
        if (attempt.Kind == AttemptKind.Succeeded)
        {
            var guests = network.Guests.See(account, AddressKeys.Within(party), day);
            var known = network.Find(party);
            var forgiven = known?.Tried.Forget(account);
            if (known is not null && !ReferenceEquals(forgiven, known.Tried))
                network = network.With(known with { Tried = forgiven! }, second);
            return ReferenceEquals(guests, network.Guests) ? network : network with { Guests = guests, Last = Math.Max(network.Last, second) };
        }
        // A device with a former password, and whoever mistypes at home, guesses at nobody.
        if (!attempt.IsFailure || (account != 0 && network.Guests.Knows(account, day)))
            return network;
        var address = network.Find(party) ?? AddressState.Of(party);
        var failures = address.Failures.Add(second);
        // As long as only one address of a network failed, one table is both of theirs.
        var together = ReferenceEquals(network.Failures, address.Failures) ? failures : network.Failures.Add(second);
        var tried = new TriedAccount(account, (uint)Math.Clamp(second, 1, uint.MaxValue), attempt.Kind != AttemptKind.Failed);
        // What comes through all the same while a block stands is no new guess: when it is over it takes as many names again.
        var isBlocked = address.BlockedUntil > second || network.BlockedAround(party, second) is not null;
        address = address with { Failures = failures, Tried = isBlocked ? address.Tried : address.Tried.See(tried) };
        return network.With(address, second) with { Failures = together, Last = Math.Max(network.Last, second) };
    }

    private static AddressBucketState Owe(AddressBucketState state, BlockOwed owed)
    {
        var network = state.NetworkOf(owed.Address);
        var party = AddressKeys.Party(owed.Address);
        var (until, second) = (owed.Until.ToUnixTimeSeconds(), owed.At.ToUnixTimeSeconds());
        // Counting begins anew: when the block is over, or was taken back, it takes as much again.
        var after =
            owed.PrefixLength > 0
                ? network.WithPrefix(owed.Address, owed.PrefixLength, until, second)
                : network.With(AddressState.Of(party) with { BlockedUntil = until }, second);
        return With(state, network, after) with
        {
            // Who goes on earns it anew, so that the oldest may go when nobody takes them for long.
            Owed = (state.Owed.Length < AddressBucketState.MaxOwed ? state.Owed : state.Owed.RemoveAt(0)).Add(new OwedBlock(state.NextId, owed)),
            NextId = state.NextId + 1,
        };
    }

    private static ImmutableArray<SourceMark> Mark(ImmutableArray<SourceMark> marks, ObservationOrigin origin)
    {
        if (origin.Source.Length == 0)
            return marks;
        var source = StableHash.Of(origin.Source);
        for (var i = 0; i < marks.Length; i++)
        {
            if (marks[i].Source != source)
                continue;
            return marks[i].Position >= origin.Position ? marks
                : i == marks.Length - 1 ? marks.SetItem(i, new SourceMark(source, origin.Position))
                : marks.RemoveAt(i).Add(new SourceMark(source, origin.Position));
        }
        return (marks.Length < AddressBucketState.MaxMarks ? marks : marks.RemoveAt(0)).Add(new SourceMark(source, origin.Position));
    }

    private static AddressBucketState With(AddressBucketState state, NetworkState before, NetworkState after) =>
        state with
        {
            Networks = state.Networks.With(after),
            Addresses = state.Addresses + after.Addresses.Length - before.Addresses.Length,
        };

    /// <summary>An eighth goes at once, so that a flood of networks costs each of them little. Networks where somebody is at home go last.</summary>
    private static AddressBucketState Bounded(AddressBucketState state, NetworkState latest)
    {
        if (state.Networks.Count <= AddressBucketState.MaxNetworks && state.Addresses <= AddressBucketState.MaxAddresses)
            return state;
        var (second, day) = (latest.Last, (int)(latest.Last / FailureTimes.Day));
        var least = new Dispensable[state.Networks.Count];
        var count = 0;
        foreach (var network in state.Networks)
        {
            if (network.Network != latest.Network)
                least[count++] = new Dispensable(network, second, day);
        }
        Array.Sort(least, 0, count);
        var (gone, addresses) = (0, state.Addresses);
        while (gone < count && (state.Networks.Count - gone > AddressBucketState.MaxNetworks * 7 / 8 || addresses > AddressBucketState.MaxAddresses * 7 / 8))
            addresses -= least[gone++].Network.Addresses.Length;
        return state with { Networks = NetworkTable.Of([latest, .. least[gone..count].Select(one => one.Network)]), Addresses = addresses };
    }

    /// <summary>A network by how little would be lost with it: nobody at home, few failures lately, long ago.</summary>
    private readonly struct Dispensable(NetworkState network, long second, int day) : IComparable<Dispensable>
    {
        private readonly int _rank = (network.Guests.AtHome(day) > 0 ? 4 : 0) + Math.Min(3, network.Failures.Within(second, TimeSpan.FromDays(1)));
        private readonly long _last = network.Last;

        public NetworkState Network { get; } = network;

        public int CompareTo(Dispensable other)
        {
            var order = _rank.CompareTo(other._rank);
            if (order == 0)
                order = _last.CompareTo(other._last);
            return order != 0 ? order : Network.Network.Bits.CompareTo(other.Network.Network.Bits);
        }
    }
}
