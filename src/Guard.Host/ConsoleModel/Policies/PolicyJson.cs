using System.Globalization;
using System.Text.Json.Nodes;
using Guard.Messages.Policies;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>Writes a whole policy in the configuration file's own form, so that it can be read back, shown as a form and compared field by field.</summary>
internal static class PolicyJson
{
    public static JsonObject Write(GuardPolicy policy)
    {
        var reactions = policy.Reactions;
        return new JsonObject
        {
            ["mode"] = Name(policy.Mode),
            ["effects"] = new JsonObject { ["lock"] = Name(policy.Effects.Lock), ["block"] = Name(policy.Effects.Block) },
            ["places"] = new JsonObject
            {
                ["usual-list"] = Words(policy.Places.Usual),
                ["suspicious-list"] = Words(policy.Places.Suspicious),
                ["others"] = Name(policy.Places.Others),
            },
            ["services"] = new JsonObject(
                policy.Services.Select(service =>
                    KeyValuePair.Create<string, JsonNode?>(
                        Name(service.Service),
                        new JsonObject { ["allow"] = Words(service.Allow), ["deny"] = Words(service.Deny) }
                    )
                )
            ),
            ["quotas"] = new JsonArray([.. policy.Quotas.Select(Write)]),
            ["reactions"] = new JsonObject
            {
                ["on-quota"] = Name(reactions.OnQuota),
                ["on-forbidden-place"] = Name(reactions.OnForbiddenPlace),
                ["on-anomaly"] = new JsonObject
                {
                    ["reported"] = Score(reactions.OnAnomaly.Reported),
                    ["restricted"] = Score(reactions.OnAnomaly.Restricted),
                    ["suspended"] = Score(reactions.OnAnomaly.Suspended),
                    ["blocked"] = Score(reactions.OnAnomaly.Blocked),
                },
                ["highest"] = Name(reactions.Highest),
                ["lock"] = Name(reactions.Lock),
                ["redirect"] = new JsonObject(
                    ReactionPolicy.NoRedirect.Select((rung, index) => KeyValuePair.Create<string, JsonNode?>(Name(rung), Name(reactions.Redirect[index])))
                ),
                ["report-for"] = Duration(reactions.ReportFor),
                ["restrict-for"] = Duration(reactions.RestrictFor),
                ["suspend-for"] = Duration(reactions.SuspendFor),
                ["block-for"] = Duration(reactions.BlockFor),
                ["restrict-to"] = Share(reactions.RestrictTo),
            },
            ["learning"] = new JsonObject
            {
                ["days"] = policy.Learning.Days,
                ["active-days"] = policy.Learning.ActiveDays,
                ["from-site"] = policy.Learning.FromSite ? "on" : "off",
            },
            ["brute-force"] = new JsonObject
            {
                ["failures"] = policy.BruteForce.Failures,
                ["within"] = Duration(policy.BruteForce.Within),
                ["accounts"] = policy.BruteForce.Accounts,
                ["accounts-daily"] = policy.BruteForce.AccountsDaily,
                ["network-failures"] = policy.BruteForce.NetworkFailures,
            },
            ["site-alarm"] = new JsonObject
            {
                ["reported"] = policy.SiteAlarm.Reported,
                ["restricted"] = policy.SiteAlarm.Restricted,
                ["suspended"] = policy.SiteAlarm.Suspended,
                ["blocked"] = policy.SiteAlarm.Blocked,
            },
            ["reports"] = Write(policy.Reports),
            ["branches"] = policy.Branches,
        };
    }

    private static JsonObject Write(ReportPolicy reports) =>
        new()
        {
            ["admin"] = Switch(reports.Admin),
            ["owner"] = Switch(reports.Owner),
            ["user"] = Switch(reports.User),
            ["webhook"] = Switch(reports.Webhook),
            ["abuse"] = Switch(reports.Abuse),
            ["links"] = Switch(reports.Links),
            ["from-rung"] = Name(reports.FromRung),
            ["owner-address"] = reports.OwnerAddress,
            ["user-address"] = reports.UserAddress,
            ["language"] = reports.Language,
        };

    private static string Switch(bool on) => on ? "on" : "off";

    private static JsonObject Write(Quota quota)
    {
        var written = new JsonObject
        {
            ["per"] = Duration(quota.Per),
            [Name(quota.Unit)] = quota.Limit,
            ["when"] = Name(quota.When),
            ["alarm"] = quota.Alarm ? "on" : "off",
            ["of"] = Name(quota.Of),
        };
        if (quota.Then is { } rung)
            written["then"] = Name(rung);
        if (quota.Text.Length > 0)
            written["text"] = quota.Text;
        if (quota.Repeats)
            written["repeats"] = "on";
        return written;
    }

    /// <summary>With the largest unit that is exact: what is read back is the same.</summary>
    public static string Duration(TimeSpan span) =>
        span switch
        {
            _ when span.Ticks % TimeSpan.TicksPerSecond != 0 => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalMilliseconds}ms"),
            _ when span.Ticks % TimeSpan.TicksPerMinute != 0 => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalSeconds}s"),
            _ when span.Ticks % TimeSpan.TicksPerHour != 0 => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalMinutes}m"),
            _ when span.Ticks % TimeSpan.TicksPerDay != 0 => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours}h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalDays}d"),
        };

    /// <summary>As a percentage where that is exact.</summary>
    private static string Share(double share)
    {
        var percent = (share * 100).ToString("0.####", CultureInfo.InvariantCulture);
        return double.Parse(percent, CultureInfo.InvariantCulture) / 100 == share ? percent + "%" : share.ToString("R", CultureInfo.InvariantCulture);
    }

    private static JsonNode Score(double? score) => score is { } bits ? JsonValue.Create(bits) : JsonValue.Create("off");

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(word => (JsonNode?)JsonValue.Create(word))]);

    private static string Name(GuardMode? mode) => mode is { } own ? Name((Enum)own) : "mode";

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
