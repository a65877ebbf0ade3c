using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Replay;

/// <summary>What a limit would have cost.</summary>
/// <param name="Limit">Recipients a day of one account.</param>
/// <param name="Accounts">Accounts that would have met it at least once.</param>
/// <param name="Days">Account-days on which it would have been met.</param>
public sealed record LimitCost(int Limit, int Accounts, int Days);

/// <summary>A proposal for one site.</summary>
/// <param name="Busiest">Recipients of the busiest day of any account.</param>
/// <param name="Usual">Recipients that 99 of 100 active account-days stay within.</param>
/// <param name="UserLimit">Proposed recipients a day of one account: twice the usual, no less than fifty.</param>
/// <param name="SiteLimit">Proposed recipients a day of the whole site: one and a half times what 99 of 100 of its days stay within.</param>
public sealed record SiteSuggestion(SiteId Site, int Accounts, int Busiest, int Usual, int UserLimit, int SiteLimit, IReadOnlyList<LimitCost> Costs);

/// <summary>Proposes quotas from what a server's own logs tell, with what each would have cost.</summary>
public sealed class QuotaSuggestions(Func<UserId, SiteId> siteOf) : IReplayListener
{
    private static readonly int[] Steps = [50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

    private readonly Dictionary<(UserId User, int Day), int> _days = [];

    public void Take(Observation observation)
    {
        if (observation is not Submission submission)
            return;
        var key = (submission.User, (int)(submission.At.ToUnixTimeSeconds() / 86_400));
        _days[key] = _days.GetValueOrDefault(key) + submission.Recipients;
    }

    public IReadOnlyList<SiteSuggestion> Suggest() =>
        [
            .. _days
                .GroupBy(day => siteOf(day.Key.User))
                .Select(site => Of(site.Key, [.. site]))
                .OrderByDescending(site => site.Busiest)
                .ThenBy(site => site.Site.Value, StringComparer.Ordinal),
        ];

    private static SiteSuggestion Of(SiteId site, KeyValuePair<(UserId User, int Day), int>[] days)
    {
        var sorted = days.Select(day => day.Value).Order().ToArray();
        var usual = sorted[(int)Math.Ceiling(sorted.Length * 0.99) - 1];
        // 99 of 100 days here too: the day of a theft must not set the limit that is to stop the next one.
        var siteDays = days.GroupBy(day => day.Key.Day).Select(day => day.Sum(one => one.Value)).Order().ToArray();
        var usualDay = siteDays[(int)Math.Ceiling(siteDays.Length * 0.99) - 1];
        var userLimit = RoundUp(Math.Max(50, usual * 2));
        int[] tried = [.. Steps.Append(userLimit).Where(limit => limit <= Math.Max(userLimit, sorted[^1])).Distinct().Order()];
        return new SiteSuggestion(
            site,
            days.Select(day => day.Key.User).Distinct().Count(),
            sorted[^1],
            usual,
            userLimit,
            RoundUp(Math.Max(userLimit, usualDay * 3 / 2)),
            [
                .. tried.Select(limit => new LimitCost(
                    limit,
                    days.Where(day => day.Value > limit).Select(day => day.Key.User).Distinct().Count(),
                    sorted.Count(amount => amount > limit)
                )),
            ]
        );
    }

    /// <summary>To two leading digits: nobody writes a quota of 2,917.</summary>
    private static int RoundUp(int amount)
    {
        var unit = 1;
        while (amount / unit >= 100)
            unit *= 10;
        return (amount + unit - 1) / unit * unit;
    }
}
