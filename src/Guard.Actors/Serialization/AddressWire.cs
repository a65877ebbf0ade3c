using Google.Protobuf.Collections;
using Guard.Messages.Addresses;
using Guard.Messages.Observations;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>Addresses in the journal and between nodes.</summary>
internal static class AddressWire
{
    public static AddressAttemptsRecord Write(AddressCommands.Observe command)
    {
        var record = new AddressAttemptsRecord { Bucket = command.Bucket, Base = command.Attempts.IsEmpty ? 0 : Time(command.Attempts[0].At) };
        var sources = new SourceTable(record.Sources);
        foreach (var attempt in command.Attempts)
        {
            var item = Write(attempt, record.Base, sources);
            item.Site = attempt.Site;
            record.Items.Add(item);
        }
        return record;
    }

    public static AddressCommands.Observe Read(AddressAttemptsRecord record) =>
        new(record.Bucket, [.. record.Items.Select(item => Read(item, record.Base, record.Sources))]);

    public static AddressEventBatchRecord Write(AddressEventBatch batch)
    {
        var record = new AddressEventBatchRecord { Bucket = batch.Bucket, Base = batch.Events.IsEmpty ? 0 : Time(batch.Events[0].At) };
        var sources = new SourceTable(record.Sources);
        foreach (var one in batch.Events)
            record.Events.Add(Write(one, record.Base, sources));
        return record;
    }

    public static AddressEventBatch Read(AddressEventBatchRecord record) => new(record.Bucket, [.. record.Events.Select(one => Read(one, record))]);

    public static BlockOwedRecord Write(BlockOwed owed)
    {
        var record = new BlockOwedRecord
        {
            Address = Address(owed.Address),
            Until = Time(owed.Until),
            Observe = owed.Observe,
            PrefixLength = owed.PrefixLength,
        };
        BasicWire.Write(owed.Reasons, record.Reasons);
        return record;
    }

    public static BlockOwed Read(BlockOwedRecord record, DateTimeOffset at) =>
        new(at, Address(record.Address), Time(record.Until), record.Observe, BasicWire.Read(record.Reasons)) { PrefixLength = record.PrefixLength };

    public static AddressCheckRecord Write(AddressCommands.Check check) =>
        new()
        {
            Bucket = check.Bucket,
            RequestId = check.RequestId,
            Address = Address(check.Address),
            Account = check.Account,
            Site = check.Site,
            At = Time(check.At),
        };

    public static AddressCommands.Check Read(AddressCheckRecord record) =>
        new(record.Bucket, record.RequestId, Address(record.Address), record.Account, record.Site, Time(record.At));

    public static AddressVerdictRecord Write(AddressVerdict verdict)
    {
        var record = new AddressVerdictRecord { RequestId = verdict.RequestId, Enforced = verdict.Enforced };
        BasicWire.Write(verdict.Reasons, record.Reasons);
        return record;
    }

    public static AddressVerdict Read(AddressVerdictRecord record) => new(record.RequestId, BasicWire.Read(record.Reasons), record.Enforced);

    private static AddressEventRecord Write(AddressEvent one, long timeBase, SourceTable sources)
    {
        var record = new AddressEventRecord { At = Time(one.At) - timeBase };
        switch (one)
        {
            case AttemptCounted counted:
                record.Attempt = Write(counted.Attempt, timeBase, sources);
                break;
            case BlockOwed owed:
                record.Owed = Write(owed);
                break;
            case BlockConfirmed confirmed:
                record.Confirmed = confirmed.Id;
                break;
            case AddressForgotten forgotten:
                record.Forgotten = Address(forgotten.Address);
                break;
            case AddressQuotasAdopted adopted:
                record.QuotasAdopted = new AddressQuotasRecord();
                record.QuotasAdopted.Keys.Add(adopted.Keys);
                break;
            default:
                throw new ArgumentException($"no wire form for {one.GetType().Name}");
        }
        return record;
    }

    private static AddressEvent Read(AddressEventRecord record, AddressEventBatchRecord batch)
    {
        var at = Time(batch.Base + record.At);
        return record.EventCase switch
        {
            AddressEventRecord.EventOneofCase.Attempt => new AttemptCounted(Read(record.Attempt, batch.Base, batch.Sources)),
            AddressEventRecord.EventOneofCase.Owed => Read(record.Owed, at),
            AddressEventRecord.EventOneofCase.Confirmed => new BlockConfirmed(at, record.Confirmed),
            AddressEventRecord.EventOneofCase.Forgotten => new AddressForgotten(at, Address(record.Forgotten)),
            AddressEventRecord.EventOneofCase.QuotasAdopted => new AddressQuotasAdopted(at, [.. record.QuotasAdopted.Keys]),
            _ => throw new FormatException($"unknown address event {record.EventCase}"),
        };
    }

    private static AddressAttemptRecord Write(AddressAttempt attempt, long timeBase, SourceTable sources) =>
        new()
        {
            Address = Address(attempt.Address),
            Kind = (int)attempt.Kind,
            Account = attempt.Account,
            At = Time(attempt.At) - timeBase,
            Source = sources.Of(attempt.Origin.Source),
            Position = attempt.Origin.Position,
        };

    private static AddressAttempt Read(AddressAttemptRecord record, long timeBase, RepeatedField<string> sources) =>
        new(
            Address(record.Address),
            (AttemptKind)record.Kind,
            record.Account,
            Time(timeBase + record.At),
            new ObservationOrigin(record.Source == 0 ? "" : sources[(int)record.Source - 1], record.Position),
            record.Site
        );

    /// <summary>Each source's name once.</summary>
    private sealed class SourceTable(RepeatedField<string> names)
    {
        private readonly Dictionary<string, uint> _numbers = [];

        public uint Of(string source)
        {
            if (source.Length == 0)
                return 0;
            if (_numbers.TryGetValue(source, out var number))
                return number;
            names.Add(source);
            return _numbers[source] = (uint)names.Count;
        }
    }
}
