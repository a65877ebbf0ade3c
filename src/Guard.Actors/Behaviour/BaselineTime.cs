namespace Guard.Actors.Behaviour;

/// <summary>
/// Brings a baseline back whose time ran ahead, by a line with a wrong date or a jump of the clock: nothing lies behind the present. What fades by time cannot
/// be regained, but from here on everything counts as it did.
/// </summary>
internal static class BaselineTime
{
    /// <param name="second">Now, seconds since 1970.</param>
    public static Baseline SetBack(Baseline baseline, long second)
    {
        var day = (int)(second / 86_400);
        return baseline with
        {
            Countries = SetBack(baseline.Countries, day),
            WideNetworks = SetBack(baseline.WideNetworks, day),
            NarrowNetworks = SetBack(baseline.NarrowNetworks, day),
            AutonomousSystems = SetBack(baseline.AutonomousSystems, day),
            Subdivisions = SetBack(baseline.Subdivisions, day),
            Services = SetBack(baseline.Services, day),
            ContradictoryDays = SetBack(baseline.ContradictoryDays, day),
            UnreadDays = SetBack(baseline.UnreadDays, day),
            ActiveDays = SetBack(baseline.ActiveDays, day),
            Week = baseline.Week.Week > second / 604_800 ? new WeekPattern((int)(second / 604_800), baseline.Week.Bits.ToArray()) : baseline.Week,
            Logins = SetBack(baseline.Logins, second),
            Mails = SetBack(baseline.Mails, second),
            Recipients = SetBack(baseline.Recipients, second),
            Failures = SetBack(baseline.Failures, second),
            Recent = new RecentPlaces([.. Kept(baseline.Recent.Entries, entry => entry.Second <= second)]),
            Probation = new Probation([
                .. Kept(baseline.Probation.Entries, entry => entry.FirstHour <= second / 3600)
                    .Select(entry => entry with { LastHour = Math.Min(entry.LastHour, (int)(second / 3600)) }),
            ]),
            CrowdedDays = SetBack(baseline.CrowdedDays, day),
            NovelDays = SetBack(baseline.NovelDays, day),
            Senders = SetBack(baseline.Senders, day),
            Pools = new AddressPools([.. Kept(baseline.Pools.Entries, _ => true).Select(pool => pool with { Day = Math.Min(pool.Day, day) })]),
            Fresh = baseline.Fresh.Day > day ? baseline.Fresh with { Day = day, Today = 0, All = 0 } : baseline.Fresh,
            LargestMail = baseline.LargestMail with { Day = Math.Min(baseline.LargestMail.Day, day) },
            SpamRefusals = baseline.SpamRefusals with { Second = Math.Min(baseline.SpamRefusals.Second, second) },
            FailedRecipients = baseline.FailedRecipients with { Second = Math.Min(baseline.FailedRecipients.Second, second) },
            Unproven = baseline.Unproven.Second > second ? default : baseline.Unproven,
            Bulk = baseline.Bulk with { Day = Math.Min(baseline.Bulk.Day, day), DoubtedDay = Math.Min(baseline.Bulk.DoubtedDay, day) },
            Anchors = SetBack(baseline.Anchors, second),
            Presence = new Presence(Before(baseline.Presence.Home, second), Before(baseline.Presence.Abroad, second)),
        };
    }

    private static FamiliarityTable SetBack(FamiliarityTable table, int day) =>
        new(table.Capacity, [.. Kept(table.Entries, _ => true).Select(entry => entry with { Day = Math.Min(entry.Day, day) })]);

    /// <summary>What a window of the future holds is not of this time; what was learnt stays.</summary>
    private static RateHistory SetBack(RateHistory rates, long second)
    {
        var cells = rates.Cells.ToArray();
        for (var scale = 0; scale < cells.Length; scale++)
        {
            if (cells[scale].Window > second / RateHistory.Scales[scale])
                cells[scale] = cells[scale] with { Window = second / RateHistory.Scales[scale], Current = 0, Previous = 0, Withheld = 0 };
        }
        return new RateHistory(cells);
    }

    private static Anchors SetBack(Anchors anchors, long second)
    {
        var block = (int)(second / Anchors.BlockSeconds);
        return anchors.Last <= block
            ? anchors
            : new Anchors(anchors.Total, block, [.. Kept(anchors.Entries, _ => true).Select(entry => entry with { Block = Math.Min(entry.Block, block) })]);
    }

    private static Sighting Before(Sighting sighting, long second) => sighting.Second > second ? default : sighting;

    private static List<T> Kept<T>(ReadOnlySpan<T> entries, Func<T, bool> keep)
    {
        var kept = new List<T>(entries.Length);
        foreach (var entry in entries)
        {
            if (keep(entry))
                kept.Add(entry);
        }
        return kept;
    }
}
