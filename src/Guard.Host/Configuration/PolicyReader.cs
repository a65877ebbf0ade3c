using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Reads policies, each on top of what it inherits: default, then site, then user. Objects merge; lists replace.</summary>
public sealed class PolicyReader(FaultCollector faults, GuardMode mode)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(31);
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    public PolicyBook Read(ConfigurationNode? node)
    {
        var policy = new NodeReader(node, "accountguard.policy", faults);
        var defaults = policy.Raw("default") ?? ConfigurationNode.Empty;
        var book = One(defaults, "accountguard.policy.default", []);
        var sites = new Dictionary<SiteId, SitePolicies>();
        var domains = new Dictionary<string, SiteId>();
        var siteNode = policy.Section("sites");
        foreach (var name in siteNode.Keys)
        {
            var site = new SiteId(name.ToLowerInvariant());
            var path = $"accountguard.policy.sites.{name}";
            var own = siteNode.Raw(name)!;
            if (own.Object is null)
            {
                siteNode.Fault(name, "is not a site's policy", "{ … }");
                continue;
            }
            var reader = new NodeReader(own, path, faults);
            foreach (var domain in reader.Words("domains", []))
            {
                if (!domains.TryAdd(domain.ToLowerInvariant(), site))
                    reader.Fault("domains", $"'{domain}' belongs to another site already", "each domain once");
            }
            var merged = own.Over(defaults);
            var users = new Dictionary<UserId, GuardPolicy>();
            var userNode = reader.Section("users");
            foreach (var local in userNode.Keys)
            {
                var user = new UserId((local.Contains('@') ? local : $"{local}@{name}").ToLowerInvariant());
                users[user] = One(userNode.Raw(local)!.Over(merged), $"{path}.users.{local}", ["users", "domains"]);
            }
            sites[site] = new SitePolicies(site, One(merged, path, ["users", "domains"]), users.ToFrozenDictionary());
        }
        policy.Close();
        return new PolicyBook(VersionOf(node), book, sites.ToFrozenDictionary(), domains.ToFrozenDictionary());
    }

    private static string VersionOf(ConfigurationNode? node) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(node))))[..12];

    private GuardPolicy One(ConfigurationNode node, string path, string[] known)
    {
        var reader = new NodeReader(node, path, faults);
        foreach (var key in known)
            reader.Raw(key);
        var otherwise = GuardPolicy.Default;
        var policy = new GuardPolicy(
            reader.Enumeration("mode", mode), Places(reader.Section("places")), Services(reader.Section("services")), Quotas(reader),
            Reactions(reader.Section("reactions")), otherwise.Learning, otherwise.BruteForce, otherwise.SiteAlarm);
        var learning = reader.Section("learning");
        policy = policy with { Learning = new LearningPolicy(learning.Number("days", otherwise.Learning.Days, 0, 366), learning.Number("active-days", otherwise.Learning.ActiveDays, 0, 100)) };
        learning.Close();
        var brute = reader.Section("brute-force");
        policy = policy with { BruteForce = new BruteForcePolicy(brute.Number("failures", otherwise.BruteForce.Failures, 0, 100_000), brute.Duration("within", otherwise.BruteForce.Within, Minute, TimeSpan.FromHours(1))) };
        brute.Close();
        var alarm = reader.Section("site-alarm");
        var usual = otherwise.SiteAlarm;
        policy = policy with
        {
            SiteAlarm = new SiteAlarmPolicy(
                alarm.Number("reported", usual.Reported, 0, 64), alarm.Number("restricted", usual.Restricted, 0, 64),
                alarm.Number("suspended", usual.Suspended, 0, 64), alarm.Number("blocked", usual.Blocked, 0, 64)),
        };
        alarm.Close();
        reader.Close();
        return policy;
    }

    private PlacesPolicy Places(NodeReader reader)
    {
        var places = new PlacesPolicy(
            PlaceWords(reader, "usual-list", []), PlaceWords(reader, "suspicious-list", []),
            reader.Choice("others", PlaceClass.Neutral, new Dictionary<string, PlaceClass> { ["usual"] = PlaceClass.Usual, ["neutral"] = PlaceClass.Neutral, ["suspicious"] = PlaceClass.Suspicious }));
        reader.Close();
        return places;
    }

    private static ImmutableArray<string> PlaceWords(NodeReader reader, string key, ImmutableArray<string> otherwise)
    {
        var words = reader.Words(key, otherwise);
        foreach (var word in words)
        {
            if (!PlaceSet.TryParse([word], out _, out var error))
                reader.Fault(key, error!.Split("; expected ")[0], error.Split("; expected ")[^1]);
        }
        return words;
    }

    private static ImmutableArray<ServicePolicy> Services(NodeReader reader)
    {
        var services = ImmutableArray.CreateBuilder<ServicePolicy>();
        foreach (var service in Enum.GetValues<Service>())
        {
            var name = service.ToString().ToLowerInvariant();
            var source = reader.Has(name) ? name : reader.Has("*") ? "*" : null;
            reader.Raw(name);
            reader.Raw("*");
            if (source is null)
                continue;
            var one = reader.Section(source);
            services.Add(new ServicePolicy(service, PlaceWords(one, "allow", ["*"]), PlaceWords(one, "deny", [])));
            one.Close();
        }
        reader.Close();
        return services.ToImmutable();
    }

    private ImmutableArray<Quota> Quotas(NodeReader reader)
    {
        var node = reader.Raw("quotas");
        if (node is null)
            return [];
        if (node.List is not { } list)
        {
            reader.Fault("quotas", "is not a list", "[ { per = 1d, recipients = 500 } ]");
            return [];
        }
        var quotas = ImmutableArray.CreateBuilder<Quota>();
        for (var i = 0; i < list.Count; i++)
        {
            var path = $"{reader.Path}.quotas[{i}]";
            if (list[i].Object is null)
            {
                faults.Add(path, "is not a quota", "{ per = 1d, recipients = 500 }");
                continue;
            }
            var one = new NodeReader(list[i], path, faults);
            var units = Enum.GetValues<QuotaUnit>().Where(unit => one.Has(unit.ToString().ToLowerInvariant())).ToArray();
            if (units.Length != 1)
                faults.Add(path, units.Length == 0 ? "counts nothing" : "counts more than one thing", "exactly one of recipients, mails, logins, failures");
            if (!one.Has("per"))
                faults.Add(path, "has no per", "the length of its window, such as per = 1d");
            var limits = Enum.GetValues<QuotaUnit>().ToDictionary(unit => unit, unit => one.Number(unit.ToString().ToLowerInvariant(), 0, 0, 100_000_000));
            var unit = units.FirstOrDefault();
            quotas.Add(new Quota(
                one.Duration("per", TimeSpan.FromDays(1), Minute, Month), unit, limits[unit],
                one.Enumeration("when", PlaceClass.Any), one.Switch("alarm", false), one.Enumeration("of", QuotaScope.User)));
            one.Close();
        }
        return quotas.ToImmutable();
    }

    private static ReactionPolicy Reactions(NodeReader reader)
    {
        var usual = ReactionPolicy.Default;
        var anomaly = reader.Section("on-anomaly");
        var thresholds = new AnomalyThresholds(
            anomaly.Score("reported", usual.OnAnomaly.Reported), anomaly.Score("restricted", usual.OnAnomaly.Restricted),
            anomaly.Score("suspended", usual.OnAnomaly.Suspended), anomaly.Score("blocked", usual.OnAnomaly.Blocked));
        anomaly.Close();
        double?[] rising = [.. new[] { thresholds.Reported, thresholds.Restricted, thresholds.Suspended, thresholds.Blocked }.Where(score => score is not null)];
        for (var i = 1; i < rising.Length; i++)
        {
            if (rising[i] < rising[i - 1])
            {
                reader.Fault("on-anomaly", $"the score {rising[i]} follows the higher {rising[i - 1]}", "scores that rise from reported to blocked");
                break;
            }
        }
        var redirect = reader.Section("redirect");
        var redirected = ReactionPolicy.NoRedirect.Select(rung => redirect.Enumeration(rung.ToString().ToLowerInvariant(), rung)).ToImmutableArray();
        redirect.Close();
        var policy = new ReactionPolicy(
            reader.Enumeration("on-quota", usual.OnQuota), reader.Enumeration("on-forbidden-place", usual.OnForbiddenPlace), thresholds,
            reader.Enumeration("highest", usual.Highest), redirected,
            reader.Duration("report-for", usual.ReportFor, Minute, Year), reader.Duration("restrict-for", usual.RestrictFor, Minute, Year),
            reader.Duration("suspend-for", usual.SuspendFor, Minute, Year), reader.Duration("block-for", usual.BlockFor, Minute, Year),
            reader.Share("restrict-to", usual.RestrictTo));
        reader.Close();
        return policy;
    }
}
