using Guard.Host.ConsoleModel.Contracts;

namespace Guard.Host.Web.Pages;

/// <summary>Where a mailbox was used on a day, for its owner: everything of one country together, what is unusual apart from what is not.</summary>
/// <param name="Address">The last of that day.</param>
/// <param name="Logins">With the right password.</param>
/// <param name="Mails">Sent.</param>
/// <param name="Stopped">Logins and mails that were refused.</param>
public sealed record MailboxUse(DateTimeOffset From, DateTimeOffset To, string Country, string Address, bool Unusual, long Logins, long Mails, long Stopped)
{
    /// <summary>Newest first.</summary>
    /// <param name="all">Everything there is, as far back as it is wanted.</param>
    /// <param name="notable">What was strange or refused, alike things of a day as one.</param>
    public static IReadOnlyList<MailboxUse> Of(IEnumerable<TimelineEntry> all, IEnumerable<TimelineEntry> notable) =>
        [
            .. all.Where(entry => entry.Judgement.Length == 0)
                .Concat(notable.Where(entry => entry.Judgement.Length > 0))
                .Where(entry => entry.Kind is TimelineKind.Login or TimelineKind.Mail && entry.Address.Length > 0)
                .GroupBy(entry => (entry.At.UtcDateTime.Date, entry.Country, IsUnusual: entry.Judgement.Length > 0))
                .Select(group => new MailboxUse(
                    group.Min(entry => entry.At),
                    group.Max(entry => entry.At),
                    group.Key.Country,
                    group.MaxBy(entry => entry.At)!.Address,
                    group.Key.IsUnusual,
                    Count(group, TimelineKind.Login, refused: false),
                    Count(group, TimelineKind.Mail, refused: false),
                    Count(group, null, refused: true)
                ))
                .OrderByDescending(use => use.To),
        ];

    private static long Count(IEnumerable<TimelineEntry> entries, TimelineKind? kind, bool refused) =>
        entries
            .Where(entry => (kind is null || entry.Kind == kind) && entry.WasRefused() == refused)
            .Sum(entry => (long)entry.Times);
}
