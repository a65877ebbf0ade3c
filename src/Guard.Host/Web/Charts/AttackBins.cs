using Guard.Host.ConsoleModel.Contracts;

namespace Guard.Host.Web.Charts;

/// <summary>A while of an incident.</summary>
/// <param name="Let">Logins and mails of the account that were let through.</param>
/// <param name="Refused">Those that were refused.</param>
/// <param name="Blocks">Addresses that were blocked then.</param>
public sealed record AttackBin(DateTimeOffset From, long Let, long Refused, long Blocks);

/// <summary>An incident over time: what was refused against what was let through.</summary>
public static class AttackBins
{
    private const int Bins = 60;

    /// <summary>At least a minute each, all of one length, without gaps; empty without entries.</summary>
    public static IReadOnlyList<AttackBin> Of(IEnumerable<TimelineEntry> entries, DateTimeOffset from, DateTimeOffset to)
    {
        var own = entries.Where(entry => entry.At >= from && entry.At <= to && Counts(entry.Kind)).ToList();
        if (own.Count == 0)
            return [];
        var last = own.Max(entry => entry.At);
        var minutes = Math.Max(1, Math.Ceiling((last - from).TotalMinutes / Bins));
        var length = TimeSpan.FromMinutes(minutes);
        var byBin = own.ToLookup(entry => (int)((entry.At - from) / length));
        return
        [
            .. Enumerable
                .Range(0, byBin.Max(bin => bin.Key) + 1)
                .Select(bin => new AttackBin(
                    from + bin * length,
                    byBin[bin].Where(entry => entry.Kind != TimelineKind.Block && !entry.WasRefused()).Sum(entry => (long)entry.Times),
                    byBin[bin].Where(entry => entry.Kind != TimelineKind.Block && entry.WasRefused()).Sum(entry => (long)entry.Times),
                    byBin[bin].Count(entry => entry.Kind == TimelineKind.Block)
                )),
        ];
    }

    private static bool Counts(TimelineKind kind) => kind is TimelineKind.Login or TimelineKind.Mail or TimelineKind.Block;
}
