using System.Collections.Immutable;
using Guard.Messages.Policies;

namespace Guard.Host.Configuration;

/// <summary>Reads the list <c>quotas</c>.</summary>
internal sealed class QuotaReader(FaultCollector faults)
{
    private const string Example = "{ per = 1d, recipients = 500 }";

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

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
        var units = Enum.GetValues<QuotaUnit>().Where(unit => one.Has(Name(unit))).ToArray();
        if (units.Length != 1)
            faults.Add(node.Origin, units.Length == 0 ? "counts nothing" : "counts more than one thing", "exactly one of recipients, mails, logins, failures");
        if (!one.Has("per"))
            faults.Add(node.Origin, "has no per", "the length of its window, such as per = 1d");
        var limits = Enum.GetValues<QuotaUnit>().ToDictionary(unit => unit, unit => one.Number(Name(unit), 0, 0, 100_000_000));
        var unit = units.FirstOrDefault();
        var quota = new Quota(
            one.Duration("per", TimeSpan.FromDays(1), Shortest, Longest),
            unit,
            limits[unit],
            one.Enumeration("when", PlaceClass.Any),
            one.Switch("alarm", false),
            one.Enumeration("of", QuotaScope.User)
        );
        one.Close();
        return quota;
    }

    private static string Name(QuotaUnit unit) => unit.ToString().ToLowerInvariant();
}
