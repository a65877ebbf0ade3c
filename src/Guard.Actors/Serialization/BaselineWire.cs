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
            BulkDoubted = baseline.Bulk.Doubted,
            BulkDoubtedDay = baseline.Bulk.DoubtedDay,
            UnprovenHour = baseline.Unproven.Hour,
            UnprovenDay = baseline.Unproven.Day,
            UnprovenSecond = baseline.Unproven.Second,
            UnprovenMinute = baseline.Unproven.Minute,
            AnchorsTotal = baseline.Anchors.Total,
            AnchorsLast = baseline.Anchors.Last,
        };
        WriteCorrespondents(baseline, record);
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
                    Pool = entry.Pool,
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
                    Told = entry.Told,
                }
            );
        var failed = baseline.FailedRecipients;
        record.FailedRecipients.Add([failed.RecentFailed, failed.RecentAll, failed.UsualFailed, failed.UsualAll]);
        return record;
    }

    /// <summary>What is not there yet is left out, so that a quiet account's snapshot stays as small as it was.</summary>
    private static void WriteCorrespondents(Baseline baseline, BaselineRecord record)
    {
        foreach (var pool in baseline.Pools.Entries)
            record.Pools.Add(
                new PoolRecord
                {
                    Key = pool.Key,
                    News = pool.News,
                    Moves = pool.Moves,
                    Last = pool.Last,
                    Day = pool.Day,
                }
            );
        if (baseline.NovelDays.Entries.Length > 0)
            record.NovelDays = Write(baseline.NovelDays);
        if (baseline.CrowdedDays.Entries.Length > 0)
            record.CrowdedDays = Write(baseline.CrowdedDays);
        if (baseline.Senders.Entries.Length > 0)
            record.Senders = Write(baseline.Senders);
        if (baseline.Known.Added > 0)
        {
            record.KnownRecipients = ByteString.CopyFrom(baseline.Known.Young);
            record.FormerRecipients = ByteString.CopyFrom(baseline.Known.Old);
            record.KnownRecipientsAdded = baseline.Known.Added;
        }
        if (baseline.Fresh != default)
        {
            record.Fresh.Add([baseline.Fresh.Proven, baseline.Fresh.Today, baseline.Fresh.All]);
            record.FreshDay = baseline.Fresh.Day;
            record.FreshDoubted = baseline.Fresh.Doubted;
            record.FreshAtOneGo = baseline.Fresh.AtOneGo;
        }
        if (baseline.LargestMail != default)
        {
            record.LargestMail.Add([baseline.LargestMail.Proven, baseline.LargestMail.Today]);
            record.LargestMailDay = baseline.LargestMail.Day;
        }
        var spam = baseline.SpamRefusals;
        if (spam != default)
        {
            record.SpamRefusals.Add([spam.RecentFailed, spam.RecentAll, spam.UsualFailed, spam.UsualAll]);
            record.SpamRefusalsSecond = spam.Second;
        }
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
                .. record.Recent.Select(entry => new RecentPlace(
                    entry.Narrow,
                    (ushort)entry.Country,
                    entry.Second,
                    (ushort)entry.Failures,
                    entry.Strange,
                    entry.Pool
                )),
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
                    entry.Unread,
                    entry.Told
                )),
            ]),
            FailedRecipients = failed.Count == 4 ? new FailedRecipients(failed[0], failed[1], failed[2], failed[3], record.FailedRecipientsSecond) : default,
            Position = new LastPosition(record.Latitude, record.Longitude, record.PositionSecond),
            Bulk = new BulkPeak(record.BulkProven, record.BulkToday, record.BulkDay, record.BulkDoubted, record.BulkDoubtedDay),
            Unproven = new UnprovenSending(record.UnprovenHour, record.UnprovenDay, record.UnprovenSecond, record.UnprovenMinute),
            Anchors = new Anchors(
                record.AnchorsTotal,
                record.AnchorsLast,
                [.. record.Anchors.Select(anchor => new Anchor(anchor.Key, anchor.Weight, anchor.Block))]
            ),
            Presence = new Presence(Read(record.Home), Read(record.Abroad)),
            ContradictoryDays = Read(record.ContradictoryDays, empty.ContradictoryDays.Capacity),
            UnreadDays = Read(record.UnreadDays, empty.UnreadDays.Capacity),
            Pools = new AddressPools([
                .. record.Pools.Take(AddressPools.Capacity).Select(pool => new AddressPool(pool.Key, pool.News, pool.Moves, pool.Last, pool.Day)),
            ]),
            NovelDays = Read(record.NovelDays, empty.NovelDays.Capacity),
            CrowdedDays = Read(record.CrowdedDays, empty.CrowdedDays.Capacity),
            Senders = Read(record.Senders, empty.Senders.Capacity),
            Known = new RecipientSketch(record.KnownRecipients.ToByteArray(), record.FormerRecipients.ToByteArray(), record.KnownRecipientsAdded),
            Fresh =
                record.Fresh.Count == 3
                    ? new FreshRecipients(record.Fresh[0], record.Fresh[1], record.Fresh[2], record.FreshDay, record.FreshDoubted, record.FreshAtOneGo)
                    : default,
            LargestMail = record.LargestMail.Count == 2 ? new BulkPeak(record.LargestMail[0], record.LargestMail[1], record.LargestMailDay) : default,
            SpamRefusals =
                record.SpamRefusals.Count == 4
                    ? new FailedRecipients(
                        record.SpamRefusals[0],
                        record.SpamRefusals[1],
                        record.SpamRefusals[2],
                        record.SpamRefusals[3],
                        record.SpamRefusalsSecond
                    )
                    : default,
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
