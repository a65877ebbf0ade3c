using Google.Protobuf;
using Guard.Actors.Behaviour;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>The snapshot form of a baseline.</summary>
internal static class BaselineWire
{
    public static BaselineRecord Write(Baseline baseline)
    {
        var record = new BaselineRecord
        {
            Countries = Write(baseline.Countries),
            Wide = Write(baseline.WideNetworks),
            Narrow = Write(baseline.NarrowNetworks),
            Systems = Write(baseline.AutonomousSystems),
            Subdivisions = Write(baseline.Subdivisions),
            Services = Write(baseline.Services),
            ActiveDays = Write(baseline.ActiveDays),
            Week = baseline.Week.Week,
            WeekHours = ByteString.CopyFrom(baseline.Week.Bits),
            Logins = Write(baseline.Logins),
            Mails = Write(baseline.Mails),
            Recipients = Write(baseline.Recipients),
            Failures = Write(baseline.Failures),
            FailedRecipientsSecond = baseline.FailedRecipients.Second,
            Latitude = baseline.Position.Latitude,
            Longitude = baseline.Position.Longitude,
            PositionSecond = baseline.Position.Second,
            BulkProven = baseline.Bulk.Proven,
            BulkToday = baseline.Bulk.Today,
            BulkDay = baseline.Bulk.Day,
            UnprovenHour = baseline.Unproven.Hour,
            UnprovenDay = baseline.Unproven.Day,
            UnprovenSecond = baseline.Unproven.Second,
            UnprovenMinute = baseline.Unproven.Minute,
            AnchorsTotal = baseline.Anchors.Total,
            AnchorsLast = baseline.Anchors.Last,
        };
        foreach (var anchor in baseline.Anchors.Entries)
            record.Anchors.Add(
                new AnchorRecord
                {
                    Key = anchor.Key,
                    Weight = anchor.Weight,
                    Block = anchor.Block,
                }
            );
        if (baseline.ContradictoryDays.Entries.Length > 0)
            record.ContradictoryDays = Write(baseline.ContradictoryDays);
        if (baseline.UnreadDays.Entries.Length > 0)
            record.UnreadDays = Write(baseline.UnreadDays);
        if (baseline.Presence.Home.IsKnown)
            record.Home = Write(baseline.Presence.Home);
        if (baseline.Presence.Abroad.IsKnown)
            record.Abroad = Write(baseline.Presence.Abroad);
        foreach (var entry in baseline.Recent.Entries)
            record.Recent.Add(
                new RecentRecord
                {
                    Narrow = entry.Narrow,
                    Country = entry.Country,
                    Second = entry.Second,
                    Failures = entry.Failures,
                    Strange = entry.Strange,
                }
            );
        foreach (var entry in baseline.Probation.Entries)
            record.Probation.Add(
                new ProbationRecord
                {
                    Narrow = entry.Narrow,
                    Country = entry.Country,
                    First = entry.FirstHour,
                    Last = entry.LastHour,
                    Hostile = entry.Hostile,
                    BlockedUntil = entry.BlockedUntilHour,
                    Read = entry.Read,
                    Unread = entry.Unread,
                }
            );
        var failed = baseline.FailedRecipients;
        record.FailedRecipients.Add([failed.RecentFailed, failed.RecentAll, failed.UsualFailed, failed.UsualAll]);
        return record;
    }

    public static Baseline Read(BaselineRecord record)
    {
        var empty = Baseline.Empty;
        var failed = record.FailedRecipients;
        return new Baseline
        {
            Countries = Read(record.Countries, empty.Countries.Capacity),
            WideNetworks = Read(record.Wide, empty.WideNetworks.Capacity),
            NarrowNetworks = Read(record.Narrow, empty.NarrowNetworks.Capacity),
            AutonomousSystems = Read(record.Systems, empty.AutonomousSystems.Capacity),
            Subdivisions = Read(record.Subdivisions, empty.Subdivisions.Capacity),
            Services = Read(record.Services, empty.Services.Capacity),
            ActiveDays = Read(record.ActiveDays, empty.ActiveDays.Capacity),
            Week = record.WeekHours.Length == WeekPattern.Hours ? new WeekPattern(record.Week, record.WeekHours.ToByteArray()) : WeekPattern.Empty,
            Logins = Read(record.Logins),
            Mails = Read(record.Mails),
            Recipients = Read(record.Recipients),
            Failures = Read(record.Failures),
            Recent = new RecentPlaces([
                .. record.Recent.Select(entry => new RecentPlace(entry.Narrow, (ushort)entry.Country, entry.Second, (ushort)entry.Failures, entry.Strange)),
            ]),
            Probation = new Probation([
                .. record.Probation.Select(entry => new ProbationEntry(
                    entry.Narrow,
                    (ushort)entry.Country,
                    entry.First,
                    entry.Last,
                    entry.Hostile,
                    entry.BlockedUntil,
                    entry.Read,
                    entry.Unread
                )),
            ]),
            FailedRecipients = failed.Count == 4 ? new FailedRecipients(failed[0], failed[1], failed[2], failed[3], record.FailedRecipientsSecond) : default,
            Position = new LastPosition(record.Latitude, record.Longitude, record.PositionSecond),
            Bulk = new BulkPeak(record.BulkProven, record.BulkToday, record.BulkDay),
            Unproven = new UnprovenSending(record.UnprovenHour, record.UnprovenDay, record.UnprovenSecond, record.UnprovenMinute),
            Anchors = new Anchors(
                record.AnchorsTotal,
                record.AnchorsLast,
                [.. record.Anchors.Select(anchor => new Anchor(anchor.Key, anchor.Weight, anchor.Block))]
            ),
            Presence = new Presence(Read(record.Home), Read(record.Abroad)),
            ContradictoryDays = Read(record.ContradictoryDays, empty.ContradictoryDays.Capacity),
            UnreadDays = Read(record.UnreadDays, empty.UnreadDays.Capacity),
        };
    }

    private static SightingRecord Write(Sighting sighting) =>
        new()
        {
            Latitude = sighting.Latitude,
            Longitude = sighting.Longitude,
            Second = sighting.Second,
            Address = BasicWire.Address(sighting.Address),
            Country = sighting.Country,
        };

    private static Sighting Read(SightingRecord? record) =>
        record is null ? default : new Sighting(record.Latitude, record.Longitude, record.Second, BasicWire.Address(record.Address), (ushort)record.Country);

    private static FamiliarRecord Write(FamiliarityTable table)
    {
        var record = new FamiliarRecord();
        foreach (var entry in table.Entries)
        {
            record.Keys.Add(entry.Key);
            record.Weights.Add(entry.Weight);
            record.Days.Add(entry.Day);
        }
        return record;
    }

    private static FamiliarityTable Read(FamiliarRecord? record, int capacity)
    {
        if (record is null || record.Keys.Count == 0)
            return FamiliarityTable.Empty(capacity);
        // A later version may have made the table smaller: the first ones are kept.
        var entries = new FamiliarKey[Math.Min(capacity, record.Keys.Count)];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = new FamiliarKey(record.Keys[i], record.Weights[i], record.Days[i]);
        return new FamiliarityTable(capacity, entries);
    }

    private static RateRecord Write(RateHistory rates)
    {
        var record = new RateRecord();
        foreach (var cell in rates.Cells)
            record.Cells.Add(
                new RateCellRecord
                {
                    Window = cell.Window,
                    Current = cell.Current,
                    Previous = cell.Previous,
                    Withheld = cell.Withheld,
                    Windows = cell.Windows,
                    Sum = cell.Sum,
                }
            );
        return record;
    }

    private static RateHistory Read(RateRecord? record) =>
        record is null || record.Cells.Count != RateHistory.Scales.Length
            ? RateHistory.Empty
            : new RateHistory([.. record.Cells.Select(cell => new RateCell(cell.Window, cell.Current, cell.Previous, cell.Withheld, cell.Windows, cell.Sum))]);
}
