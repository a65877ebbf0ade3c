using Guard.Actors.Addresses;
using Guard.Messages.Addresses;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Contracts of addresses.</summary>
internal static class AddressManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        GuardManifests.Of<AddressEventBatch, AddressEventBatchRecord>("d.batch.1", AddressWire.Write, AddressEventBatchRecord.Parser, AddressWire.Read),
        GuardManifests.Of<AddressBucketState, CompressedRecord>(
            "d.snap.1",
            state => CompressedWire.Write(AddressSnapshotWire.Write(state)),
            CompressedRecord.Parser,
            record => AddressSnapshotWire.Read(AddressSnapshotRecord.Parser.ParseFrom(CompressedWire.Read(record)))
        ),
        // Between nodes.
        GuardManifests.Of<AddressCommands.Observe, AddressAttemptsRecord>("d.observe.1", AddressWire.Write, AddressAttemptsRecord.Parser, AddressWire.Read),
        GuardManifests.Of<AttemptsNoted, AttemptsNotedRecord>(
            "d.noted.1",
            noted => new AttemptsNotedRecord
            {
                Bucket = noted.Bucket,
                Source = noted.Source,
                Position = noted.Position,
            },
            AttemptsNotedRecord.Parser,
            record => new AttemptsNoted(record.Bucket, record.Source, record.Position)
        ),
        GuardManifests.Of<AddressCommands.GetStatus, AddressStatusRecord>(
            "d.get.1",
            get => new AddressStatusRecord { Address = BasicWire.Address(get.Address), Bucket = get.Bucket },
            AddressStatusRecord.Parser,
            record => new AddressCommands.GetStatus(record.Bucket, BasicWire.Address(record.Address))
        ),
        GuardManifests.Of<AddressCommands.Check, AddressCheckRecord>("d.check.1", AddressWire.Write, AddressCheckRecord.Parser, AddressWire.Read),
        GuardManifests.Of<AddressCommands.Forget, AddressCheckRecord>(
            "d.forget.1",
            forget => new AddressCheckRecord
            {
                Bucket = forget.Bucket,
                Address = BasicWire.Address(forget.Address),
                At = BasicWire.Time(forget.At),
            },
            AddressCheckRecord.Parser,
            record => new AddressCommands.Forget(record.Bucket, BasicWire.Address(record.Address), BasicWire.Time(record.At))
        ),
        GuardManifests.Of<AddressVerdict, AddressVerdictRecord>("d.verdict.1", AddressWire.Write, AddressVerdictRecord.Parser, AddressWire.Read),
        GuardManifests.Of<AddressStatus, AddressStatusRecord>("d.status.1", AddressSnapshotWire.Write, AddressStatusRecord.Parser, AddressSnapshotWire.Read),
    ];

    /// <summary>What is stored: these have golden files.</summary>
    public static IReadOnlyList<string> Stored { get; } = ["d.batch.1", "d.snap.1"];
}
