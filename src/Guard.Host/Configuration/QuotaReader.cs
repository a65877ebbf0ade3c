using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Reads the list <c>quotas</c>.</summary>
internal sealed class QuotaReader(FaultCollector faults)
{
    private const string Example = "{ per = 1d, recipients = 500 }";
    private const int MaxText = 200;
    private const long MaxBytes = 1_000_000_000_000_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    private static readonly QuotaUnit[] Units = Enum.GetValues<QuotaUnit>();

    /// <summary>What may be counted for whom.</summary>
    private static readonly Dictionary<QuotaScope, QuotaUnit[]> Countable = new()
    {
        [QuotaScope.User] = [.. Units.Where(unit => unit != QuotaUnit.Accounts)],
        [QuotaScope.Site] =
        [
            QuotaUnit.Recipients,
            QuotaUnit.Mails,
            QuotaUnit.Logins,
            QuotaUnit.Bytes,
            QuotaUnit.Addresses,
            QuotaUnit.Networks,
            QuotaUnit.Countries,
        ],
        [QuotaScope.Address] = [QuotaUnit.Logins, QuotaUnit.Failures, QuotaUnit.Attempts, QuotaUnit.Accounts],
        [QuotaScope.Network] = [QuotaUnit.Logins, QuotaUnit.Failures, QuotaUnit.Attempts, QuotaUnit.Accounts],
    };

    /// <summary>A guard that nobody configured still stops an account that sends to thousands.</summary>
    public static ImmutableArray<Quota> Default { get; } = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 500)];

    public ImmutableArray<Quota> Read(NodeReader policy)
    {
        var node = policy.Raw("quotas");
        if (node is null)
            return Default;
        if (node.List is not { } list)
        {
            policy.Fault("quotas", $"{node.Kind} is not a list", $"[ {Example} ]");
            return [];
        }
        return [.. list.Select(One).OfType<Quota>()];
    }

    private Quota? One(ConfigurationNode node)
    {
        if (node.Object is null)
        {
            faults.Add(node.Origin, $"{node.Kind} is not a quota", Example);
            return null;
        }
        var one = new NodeReader(node, node.Origin, faults);
        var units = Units.Where(unit => one.Has(Name(unit))).ToArray();
        if (units.Length != 1)
            faults.Add(
                node.Origin,
                units.Length == 0 ? "counts nothing" : "counts more than one thing",
                $"exactly one of {string.Join(", ", Units.Select(unit => Name(unit)))}"
            );
        if (!one.Has("per"))
            faults.Add(node.Origin, "has no per", "the length of its window, such as per = 1d");
        var unit = units.FirstOrDefault();
        var of = one.Enumeration("of", QuotaScope.User);
        var isMail = unit is QuotaUnit.Recipients or QuotaUnit.Mails or QuotaUnit.Bytes;
        var per = one.Duration("per", TimeSpan.FromDays(1), isMail || of == QuotaScope.Site ? Minute : Second, Longest);
        var quota = new Quota(per, unit, 0, one.Enumeration("when", PlaceClass.Any), one.Switch("alarm", false), of)
        {
            Then = one.Choice<Rung?>("then", null, Enum.GetValues<Rung>().ToDictionary(rung => rung.ToString().ToLowerInvariant(), rung => (Rung?)rung)),
            Text = one.Text("text", ""),
            Repeats = one.Switch("repeats", false),
        };
        quota = quota with { Limit = LimitOf(one, quota) };
        foreach (var other in Units)
            one.Raw(Name(other));
        Sense(one, node, quota);
        one.Close();
        return quota;
    }

    private static long LimitOf(NodeReader one, Quota quota) =>
        quota.Unit == QuotaUnit.Bytes ? one.Size(Name(quota.Unit), 0, 0, MaxBytes)
        : new KeyedQuota(quota).IsExact ? one.Number(Name(quota.Unit), 1, 1, quota.Of == QuotaScope.Site ? ExactWindow.MaxSiteLimit : ExactWindow.MaxLimit)
        : one.Number(Name(quota.Unit), 0, 0, 100_000_000);

    /// <summary>What cannot be counted, or done, for whom.</summary>
    private void Sense(NodeReader one, ConfigurationNode node, Quota quota)
    {
        var ofAddress = quota.Of is QuotaScope.Address or QuotaScope.Network;
        if (!Countable[quota.Of].Contains(quota.Unit))
            faults.Add(
                node.Origin,
                $"{Name(quota.Unit)} are not counted with of = {Name(quota.Of)}{Why(quota)}",
                $"one of {string.Join(", ", Countable[quota.Of].Select(unit => Name(unit)))}, or another of"
            );
        if (ofAddress && quota.When != PlaceClass.Any)
            one.Fault("when", "an address is counted wherever it is", "no when, with of = address or network");
        if (ofAddress && quota.Alarm)
            one.Fault("alarm", "an address has no report of its own", "then = blocked: blocks are reported");
        if (ofAddress && quota.Then is not (null or Rung.Normal or Rung.Blocked))
            one.Fault("then", $"an address cannot be {Name(quota.Then)}", "blocked or normal");
        if (!ofAddress && quota.IsOfStrangers && quota.Then > Rung.Reported)
            one.Fault(
                "then",
                "failed logins never lock an account: anybody could lock out its owner",
                "reported or normal; of = address, then = blocked for who fails"
            );
        if (quota.Repeats && quota.Unit != QuotaUnit.Failures)
            one.Fault("repeats", "only failures repeat", "repeats with failures");
        if (quota.Text.Length > MaxText || quota.Text.Any(char.IsControl))
            one.Fault("text", "is too long, or more than one line", $"a line of up to {MaxText} characters");
    }

    private static string Why(Quota quota) =>
        (quota.Of, quota.Unit) switch
        {
            (QuotaScope.Site, _) when quota.IsOfStrangers => ": anybody fails at its accounts, and would shut all of them out",
            (QuotaScope.User or QuotaScope.Site, QuotaUnit.Accounts) => ": they are the names that one address tries",
            (QuotaScope.Address or QuotaScope.Network, QuotaUnit.Passwords) => ": marks of them are an account's own",
            (QuotaScope.Address or QuotaScope.Network, _) when quota.IsDistinct => ": an address is one itself",
            (QuotaScope.Address or QuotaScope.Network, _) => ": mail is its account's",
            _ => "",
        };

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
