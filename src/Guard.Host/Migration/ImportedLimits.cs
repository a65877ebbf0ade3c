namespace Guard.Host.Migration;

/// <summary>
/// Limits in the order of another program's rules, all of which hold together, as the lists of quotas that say the same: a list of the guard's replaces the one
/// that it would inherit, so the list of an account repeats what holds for everybody and for its domain.
/// </summary>
internal sealed class ImportedLimits
{
    private readonly List<(string Who, string? Quota)> _rules = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _own = new(StringComparer.Ordinal);

    /// <summary>Stands for everybody.</summary>
    public const string Everybody = "";

    /// <param name="who">Everybody, <c>@domain</c>, or an account.</param>
    /// <param name="quota">As HOCON; null: what follows does not hold for it.</param>
    public void Add(string who, string? quota) => _rules.Add((who, quota));

    /// <summary>An account for which nothing else holds.</summary>
    public void Only(string account, IReadOnlyList<string> quotas) => _own[account] = quotas;

    public bool HasRules => _rules.Count > 0;

    /// <summary>Whether what follows holds for nobody any more.</summary>
    public bool IsClosed => _rules.Exists(rule => rule is { Who: Everybody, Quota: null });

    public void WriteTo(ImportedPolicy policy)
    {
        var everybody = QuotasOf(Everybody);
        if (everybody.Count > 0)
            policy.Set("policy.default.quotas", List(everybody));
        foreach (var domain in Names(name => name.StartsWith('@')).Where(name => !QuotasOf(name).SequenceEqual(everybody) || everybody.Count == 0))
            policy.Set($"{ImportedPolicy.PlaceOf(domain)}.quotas", List(QuotasOf(domain)));
        foreach (var account in Names(name => name.IndexOf('@', StringComparison.Ordinal) > 0))
            policy.Set($"{ImportedPolicy.PlaceOf(account)}.quotas", List(QuotasOf(account)));
        if (everybody.Count == 0)
            policy.Note("everybody", "no limit was found, so the guard's own stands (500 recipients a day); policy.default.quotas = [] takes it away");
    }

    private IEnumerable<string> Names(Func<string, bool> wanted) =>
        _rules.Select(rule => rule.Who).Concat(_own.Keys).Where(wanted).Distinct().Order(StringComparer.Ordinal);

    private List<string> QuotasOf(string name)
    {
        if (_own.TryGetValue(name, out var own))
            return [.. own];
        var quotas = new List<string>();
        foreach (
            var (_, quota) in _rules.Where(rule =>
                rule.Who == Everybody || rule.Who == name || (rule.Who[0] == '@' && name.EndsWith(rule.Who, StringComparison.Ordinal))
            )
        )
        {
            if (quota is null)
                break;
            if (!quotas.Contains(quota))
                quotas.Add(quota);
        }
        return quotas;
    }

    private static string List(List<string> quotas) => quotas.Count == 0 ? "[]" : $"[{string.Join(", ", quotas)}]";
}
