using Guard.Actors.Policies;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>Whether one value of a policy is as strict as another policy's.</summary>
/// <param name="Path">As in HOCON, such as <c>reactions.highest</c>.</param>
/// <param name="Within">Of what is proposed, the ceiling, and how far places may be changed.</param>
internal sealed record BoundRule(string Path, Func<GuardPolicy, GuardPolicy, OwnerFreedom, bool> Within);

/// <summary>
/// What "not looser" means, key by key. Stricter is not always harmless: what blocks addresses in the firewall blocks them for everybody on the server, so it is
/// neither loosened nor tightened by owners.
/// </summary>
internal static class BoundRules
{
    private static readonly PlaceClass[] Classes = [PlaceClass.Usual, PlaceClass.Neutral, PlaceClass.Suspicious];

    public static IReadOnlyList<BoundRule> All { get; } =
    [
        new("mode", (next, most, _) => next.Mode >= most.Mode),
        new("effects.lock", (next, most, _) => (next.Effects.Lock ?? next.Mode) >= (most.Effects.Lock ?? most.Mode)),
        new("effects.block", (next, most, _) => next.Effects.Block == most.Effects.Block),
        new("places", ArePlacesWithin),
        new("services", (next, most, _) => Enum.GetValues<Service>().All(service => IsServiceWithin(service, next, most))),
        new("quotas", (next, most, places) => MissingQuota(next, most, places) is null),
        new("reactions.on-quota", (next, most, _) => IsRungWithin(next.Reactions.OnQuota, most.Reactions.OnQuota)),
        new("reactions.on-forbidden-place", (next, most, _) => IsRungWithin(next.Reactions.OnForbiddenPlace, most.Reactions.OnForbiddenPlace)),
        new("reactions.on-anomaly.reported", (next, most, _) => IsScoreWithin(next.Reactions.OnAnomaly.Reported, most.Reactions.OnAnomaly.Reported)),
        new("reactions.on-anomaly.restricted", (next, most, _) => IsScoreWithin(next.Reactions.OnAnomaly.Restricted, most.Reactions.OnAnomaly.Restricted)),
        new("reactions.on-anomaly.suspended", (next, most, _) => IsScoreWithin(next.Reactions.OnAnomaly.Suspended, most.Reactions.OnAnomaly.Suspended)),
        new("reactions.on-anomaly.blocked", (next, most, _) => next.Reactions.OnAnomaly.Blocked.Equals(most.Reactions.OnAnomaly.Blocked)),
        new("reactions.highest", (next, most, _) => IsRungWithin(next.Reactions.Highest, most.Reactions.Highest)),
        new("reactions.redirect", (next, most, _) => next.Reactions.Redirect.Zip(most.Reactions.Redirect, IsRungWithin).All(within => within)),
        new("reactions.lock", (next, most, _) => next.Reactions.Lock == most.Reactions.Lock || next.Reactions.Lock == LockGrade.Everything),
        new("reactions.report-for", (next, most, _) => next.Reactions.ReportFor >= most.Reactions.ReportFor),
        new("reactions.restrict-for", (next, most, _) => next.Reactions.RestrictFor >= most.Reactions.RestrictFor),
        new("reactions.suspend-for", (next, most, _) => next.Reactions.SuspendFor >= most.Reactions.SuspendFor),
        new("reactions.block-for", (next, most, _) => next.Reactions.BlockFor == most.Reactions.BlockFor),
        new("reactions.restrict-to", (next, most, _) => next.Reactions.RestrictTo <= most.Reactions.RestrictTo),
        new("learning.days", (next, most, _) => next.Learning.Days <= most.Learning.Days),
        new("learning.active-days", (next, most, _) => next.Learning.ActiveDays <= most.Learning.ActiveDays),
        new("learning.from-site", (next, most, _) => next.Learning.FromSite == most.Learning.FromSite),
        new("brute-force", (next, most, _) => next.BruteForce == most.BruteForce),
        new("site-alarm.reported", (next, most, _) => IsCountWithin(next.SiteAlarm.Reported, most.SiteAlarm.Reported)),
        new("site-alarm.restricted", (next, most, _) => IsCountWithin(next.SiteAlarm.Restricted, most.SiteAlarm.Restricted)),
        new("site-alarm.suspended", (next, most, _) => IsCountWithin(next.SiteAlarm.Suspended, most.SiteAlarm.Suspended)),
        new("site-alarm.blocked", (next, most, _) => next.SiteAlarm.Blocked == most.SiteAlarm.Blocked),
        new("branches", (next, most, _) => next.Branches == most.Branches),
        new("reports.admin", (next, most, _) => next.Reports.Admin || !most.Reports.Admin),
        new("reports.webhook", (next, most, _) => next.Reports.Webhook || !most.Reports.Webhook),
        new("reports.abuse", (next, most, _) => next.Reports.Abuse == most.Reports.Abuse),
        new("reports.from-rung", (next, most, _) => next.Reports.FromRung <= most.Reports.FromRung),
        // Who else is told, and in which language, is the owner's own affair.
        new("reports.owner", (_, _, _) => true),
        new("reports.user", (_, _, _) => true),
        new("reports.links", (_, _, _) => true),
        new("reports.owner-address", (_, _, _) => true),
        new("reports.user-address", (_, _, _) => true),
        new("reports.language", (_, _, _) => true),
    ];

    /// <summary>A ceiling's quota that nothing in the proposed ones is as strict as; null when all are kept.</summary>
    public static Quota? MissingQuota(GuardPolicy next, GuardPolicy most, OwnerFreedom places)
    {
        var moved = !SamePlaces(next.Places, most.Places);
        return most.Quotas.FirstOrDefault(quota => !ClassesOf(quota.When, moved ? places : OwnerFreedom.No).All(when => IsKept(quota, when, next)));
    }

    /// <summary>The classes that places of a class may have been moved to: a quota of that class has to hold there too.</summary>
    private static IEnumerable<PlaceClass> ClassesOf(PlaceClass when, OwnerFreedom places) =>
        (when, places) switch
        {
            (PlaceClass.Usual, OwnerFreedom.Home or OwnerFreedom.Stricter) or (PlaceClass.Neutral, OwnerFreedom.Home) => Classes,
            (PlaceClass.Neutral, OwnerFreedom.Stricter) => [PlaceClass.Neutral, PlaceClass.Suspicious],
            (PlaceClass.Elsewhere, OwnerFreedom.Home) => [PlaceClass.Usual, PlaceClass.Elsewhere],
            _ => [when],
        };

    /// <summary>At most so much in any window: kept by a smaller amount in a longer one, or by amounts that add up to no more in shorter ones.</summary>
    private static bool IsKept(Quota quota, PlaceClass when, GuardPolicy next) =>
        next.Quotas.Any(other =>
            other.Unit == quota.Unit
            && other.When.Includes(when)
            && (other.Of == quota.Of || (other.Of == QuotaScope.Site && quota.Of == QuotaScope.User))
            && (other.Alarm || !quota.Alarm)
            && Math.Ceiling(quota.Per / other.Per) * other.Limit <= quota.Limit
        );

    private static bool ArePlacesWithin(GuardPolicy next, GuardPolicy most, OwnerFreedom freedom)
    {
        var (proposed, allowed) = (next.Places, most.Places);
        // Everywhere else is suspicious: all that is not usual.
        var suspicious =
            allowed.Others == PlaceClass.Suspicious
                ? proposed.Others == PlaceClass.Suspicious && Covers(allowed.Usual, proposed.Usual)
                : Covers(proposed.Suspicious, allowed.Suspicious);
        return suspicious
            && Covers(proposed.Suspicious, allowed.Suspicious)
            && (freedom == OwnerFreedom.Home || (Covers(allowed.Usual, proposed.Usual) && proposed.Others >= allowed.Others));
    }

    private static bool IsServiceWithin(Service service, GuardPolicy next, GuardPolicy most)
    {
        var (proposed, allowed) = (Of(next), Of(most));
        return Covers(allowed.Allow, proposed.Allow) && Covers(proposed.Deny, allowed.Deny);

        ServicePolicy Of(GuardPolicy policy) => policy.Services.FirstOrDefault(one => one.Service == service) ?? new ServicePolicy(service, ["*"], []);
    }

    private static bool SamePlaces(PlacesPolicy one, PlacesPolicy other) =>
        one.Others == other.Others && one.Usual.SequenceEqual(other.Usual) && one.Suspicious.SequenceEqual(other.Suspicious);

    private static bool Covers(IEnumerable<string> wide, IEnumerable<string> narrow) =>
        PlaceSet.TryParse(wide, out var outer, out _) && PlaceSet.TryParse(narrow, out var inner, out _) && outer.Covers(inner);

    /// <summary>Not lower; and to the rung that blocks addresses only where the administrator goes there.</summary>
    private static bool IsRungWithin(Rung next, Rung most) => next >= most && (next < Rung.Blocked || most == Rung.Blocked);

    private static bool IsScoreWithin(double? next, double? most) => most is null || next <= most;

    private static bool IsCountWithin(int next, int most) => most == 0 || (next > 0 && next <= most);
}
