using System.Collections.Immutable;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Host.Configuration;

/// <summary>Reads one complete policy from what is left after inheriting.</summary>
/// <param name="mode">Holds where no policy says its own.</param>
/// <param name="rates">What rates of wrong alarms mean.</param>
internal sealed class PolicySections(FaultCollector faults, GuardMode mode, AlarmRates rates)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    /// <param name="known">Keys that lie beside the policy and are read elsewhere.</param>
    public GuardPolicy Read(ConfigurationNode node, params ReadOnlySpan<string> known)
    {
        var reader = new NodeReader(node, node.Origin, faults);
        foreach (var key in known)
            reader.Raw(key);
        var otherwise = GuardPolicy.Default;
        var policy = new GuardPolicy(
            reader.Enumeration("mode", mode),
            Places(reader.Section("places")),
            Services(reader.Section("services")),
            new QuotaReader(faults).Read(reader),
            Reactions(reader.Section("reactions")),
            otherwise.Learning,
            otherwise.BruteForce,
            otherwise.SiteAlarm
        );
        var effects = reader.Section("effects");
        policy = policy with { Effects = new EffectModes(Mode(effects, "lock"), Mode(effects, "block")) };
        effects.Close();
        policy = policy with { Reports = ReportPolicyReader.Read(reader.Section("reports")) };
        var learning = reader.Section("learning");
        policy = policy with
        {
            Learning = new LearningPolicy(
                learning.Number("days", otherwise.Learning.Days, 0, 366),
                learning.Number("active-days", otherwise.Learning.ActiveDays, 0, 100),
                learning.Switch("from-site", otherwise.Learning.FromSite)
            ),
        };
        learning.Close();
        var brute = reader.Section("brute-force");
        policy = policy with
        {
            BruteForce = new BruteForcePolicy(
                brute.Number("failures", otherwise.BruteForce.Failures, 0, 100_000),
                brute.Duration("within", otherwise.BruteForce.Within, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
            )
            {
                Accounts = brute.Number("accounts", otherwise.BruteForce.Accounts, 0, 60),
                AccountsDaily = brute.Number("accounts-daily", otherwise.BruteForce.AccountsDaily, 0, 60),
                NetworkFailures = brute.Number("network-failures", otherwise.BruteForce.NetworkFailures, 0, 1_000_000),
            },
        };
        brute.Close();
        var alarm = reader.Section("site-alarm");
        var usual = otherwise.SiteAlarm;
        policy = policy with
        {
            SiteAlarm = new SiteAlarmPolicy(
                alarm.Number("reported", usual.Reported, 0, 64),
                alarm.Number("restricted", usual.Restricted, 0, 64),
                alarm.Number("suspended", usual.Suspended, 0, 64),
                alarm.Number("blocked", usual.Blocked, 0, 64)
            ),
        };
        alarm.Close();
        policy = policy with { Branches = reader.Number("branches", 0, 0, BranchId.Max) };
        reader.Close();
        return policy;
    }

    /// <summary>The word <c>mode</c> leaves it to the policy's own mode.</summary>
    private static GuardMode? Mode(NodeReader reader, string key) =>
        reader.Choice<GuardMode?>(
            key,
            null,
            new Dictionary<string, GuardMode?>
            {
                ["mode"] = null,
                ["observe"] = GuardMode.Observe,
                ["enforce"] = GuardMode.Enforce,
            }
        );

    private PlacesPolicy Places(NodeReader reader)
    {
        var places = new PlacesPolicy(
            PlaceWords(reader, "usual-list", []),
            PlaceWords(reader, "suspicious-list", []),
            reader.Choice(
                "others",
                PlaceClass.Neutral,
                new Dictionary<string, PlaceClass>
                {
                    ["usual"] = PlaceClass.Usual,
                    ["neutral"] = PlaceClass.Neutral,
                    ["suspicious"] = PlaceClass.Suspicious,
                }
            )
        );
        reader.Close();
        return places;
    }

    private ImmutableArray<string> PlaceWords(NodeReader reader, string key, ImmutableArray<string> otherwise)
    {
        foreach (var word in reader.WordNodes(key))
        {
            if (!PlaceSet.TryParse([word.Text!], out _, out var error))
                faults.Add(reader.OriginOf(key) with { Line = word.Origin.Line }, error!.Split("; expected ")[0], error.Split("; expected ")[^1]);
        }
        return reader.Words(key, otherwise);
    }

    private ImmutableArray<ServicePolicy> Services(NodeReader reader)
    {
        var services = ImmutableArray.CreateBuilder<ServicePolicy>();
        foreach (var service in Enum.GetValues<Service>())
        {
            var name = service.ToString().ToLowerInvariant();
            var source =
                reader.Has(name) ? name
                : reader.Has("*") ? "*"
                : null;
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

    private ReactionPolicy Reactions(NodeReader reader)
    {
        var usual = ReactionPolicy.Default;
        var anomaly = reader.Section("on-anomaly");
        var scores = rates.Resolve([
            anomaly.Score("reported", usual.OnAnomaly.Reported),
            anomaly.Score("restricted", usual.OnAnomaly.Restricted),
            anomaly.Score("suspended", usual.OnAnomaly.Suspended),
            anomaly.Score("blocked", usual.OnAnomaly.Blocked),
        ]);
        var thresholds = new AnomalyThresholds(scores[0], scores[1], scores[2], scores[3]);
        anomaly.Close();
        double?[] rising = [.. scores.Where(score => score is not null)];
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
            reader.Enumeration("on-quota", usual.OnQuota),
            reader.Enumeration("on-forbidden-place", usual.OnForbiddenPlace),
            thresholds,
            reader.Enumeration("highest", usual.Highest),
            redirected,
            reader.Duration("report-for", usual.ReportFor, Minute, Year),
            reader.Duration("restrict-for", usual.RestrictFor, Minute, Year),
            reader.Duration("suspend-for", usual.SuspendFor, Minute, Year),
            reader.Duration("block-for", usual.BlockFor, Minute, Year),
            reader.Share("restrict-to", usual.RestrictTo)
        )
        {
            Lock = reader.Enumeration("lock", usual.Lock),
        };
        reader.Close();
        return policy;
    }
}
