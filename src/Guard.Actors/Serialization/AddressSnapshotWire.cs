using System.Collections.Immutable;
using Guard.Actors.Addresses;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Actors.Users;
using Guard.Messages.Addresses;
using Guard.Messages.Policies;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>A bucket of addresses in its snapshot, and what is told of one.</summary>
internal static class AddressSnapshotWire
{
    public static AddressSnapshotRecord Write(AddressBucketState state)
    {
        var record = new AddressSnapshotRecord { Bucket = state.Bucket, NextId = state.NextId };
        record.Networks.Add(state.Networks.OrderBy(network => network.Network.Bits).Select(Write));
        record.Marks.Add(state.Marks.Select(mark => new MarkRecord { Source = mark.Source, Position = mark.Position }));
        record.Owed.Add(
            state.Owed.Select(owed => new OwedBlockRecord
            {
                Id = owed.Id,
                At = Time(owed.Block.At),
                Block = AddressWire.Write(owed.Block),
            })
        );
        record.Inline.Add(state.Inline);
        record.Adopted.Add(state.Adopted);
        record.Counted.Add(state.Counted.OrderBy(one => one.Key.Of).ThenBy(one => one.Key.Address.Bits).Select(one => Write(one.Key, one.Value)));
        return record;
    }

    public static AddressBucketState Read(AddressSnapshotRecord record) =>
        new(record.Bucket)
        {
            Networks = NetworkTable.Of([.. record.Networks.Select(Read).DistinctBy(network => network.Network)]),
            Addresses = record.Networks.Sum(network => network.Addresses.Count),
            Marks = [.. record.Marks.Select(mark => new SourceMark(mark.Source, mark.Position))],
            Owed = [.. record.Owed.Select(owed => new OwedBlock(owed.Id, AddressWire.Read(owed.Block, Time(owed.At))))],
            Inline = [.. record.Inline],
            Adopted = [.. record.Adopted],
            Counted = record.Counted.ToImmutableDictionary(one => new CountedKey(Address(one.Address), (QuotaScope)one.Of), Read),
            NextId = record.NextId,
        };

    private static CountedAddressRecord Write(CountedKey key, CountedAddress counted)
    {
        var record = new CountedAddressRecord
        {
            Address = Address(key.Address),
            Of = (int)key.Of,
            Last = counted.Last,
        };
        record.Slots.Add(counted.Use.Slots.Select(SnapshotWire.Write));
        record.Exact.Add(counted.Use.Exact.Select(SnapshotWire.Write));
        return record;
    }

    private static CountedAddress Read(CountedAddressRecord record) =>
        new(record.Last, new QuotaUse([.. record.Slots.Select(SnapshotWire.Read)], [.. record.Exact.Select(SnapshotWire.ReadExact)]));

    public static AddressStatusRecord Write(AddressStatus status) =>
        new()
        {
            Address = Address(status.Address),
            Failures = status.Failures,
            Accounts = status.Accounts,
            NetworkFailures = status.NetworkFailures,
            AtHome = status.AtHome,
            BlockedUntil = Time(status.BlockedUntil),
        };

    public static AddressStatus Read(AddressStatusRecord record) =>
        new(Address(record.Address), record.Failures, record.Accounts, record.NetworkFailures, record.AtHome, OptionalTime(record.BlockedUntil));

    private static NetworkStateRecord Write(NetworkState network)
    {
        var record = new NetworkStateRecord { Network = Address(network.Network), Last = (uint)network.Last };
        record.FailureSeconds.Add(network.Failures.Seconds.ToArray());
        record.FailureCounts.Add(network.Failures.Counts.ToArray().Select(count => (uint)count));
        record.Addresses.Add(network.Addresses.Select(Write));
        foreach (ref readonly var guest in network.Guests.Entries)
            record.Guests.Add(
                new GuestRecord
                {
                    Account = guest.Account,
                    Address = guest.Address,
                    FirstDay = guest.FirstDay,
                    LastDay = guest.LastDay,
                    Moves = guest.Moves,
                }
            );
        return record;
    }

    private static NetworkState Read(NetworkStateRecord record) =>
        new(
            Address(record.Network),
            record.Last,
            FailureTimes.Of(record.FailureSeconds, record.FailureCounts),
            [.. record.Addresses.Select(Read)],
            new Guests([.. record.Guests.Select(guest => new Guest(guest.Account, guest.Address, (ushort)guest.FirstDay, (ushort)guest.LastDay, guest.Moves))])
        );

    private static AddressStateRecord Write(AddressState address)
    {
        var record = new AddressStateRecord
        {
            Address = Address(address.Address),
            BlockedUntil = (uint)address.BlockedUntil,
            PrefixLength = address.PrefixLength,
        };
        record.FailureSeconds.Add(address.Failures.Seconds.ToArray());
        record.FailureCounts.Add(address.Failures.Counts.ToArray().Select(count => (uint)count));
        foreach (ref readonly var tried in address.Tried.Entries)
            record.Tried.Add(
                new TriedRecord
                {
                    Account = tried.Account,
                    Second = tried.Second,
                    Unknown = tried.Unknown,
                    Times = tried.Times,
                }
            );
        return record;
    }

    private static AddressState Read(AddressStateRecord record) =>
        new(
            Address(record.Address),
            FailureTimes.Of(record.FailureSeconds, record.FailureCounts),
            new TriedAccounts([
                .. record.Tried.Select(tried => new TriedAccount(tried.Account, tried.Second, tried.Unknown, (ushort)Math.Min(ushort.MaxValue, tried.Times))),
            ]),
            record.BlockedUntil
        )
        {
            PrefixLength = record.PrefixLength,
        };
}
