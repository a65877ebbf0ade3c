using System.Collections.Frozen;
using Guard.Host.Configuration;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// Under which names the daemons of this machine know an account: the other way round of what the guard makes of the names that they log. A bare name
/// belongs to the default domain, an alias to the account that the virtual map says; so <c>info@customer.example</c> never becomes the system user
/// <c>info</c> of somebody else.
/// </summary>
public sealed class AccountLogins
{
    private const int MaxNames = 32;

    private readonly LoginNames _form;
    private readonly string _defaultDomain;
    private readonly string _systemDomain;
    private readonly FrozenSet<string> _unixDomains;
    private readonly Func<LoginRules> _rules;
    private volatile Inverse _inverse = new(VirtualMap.Empty, FrozenDictionary<UserId, string[]>.Empty, []);

    /// <param name="Aliases">The names that the map leads to an account.</param>
    /// <param name="Domains">Domains that became another one.</param>
    private sealed record Inverse(VirtualMap Map, FrozenDictionary<UserId, string[]> Aliases, string[] Domains);

    /// <param name="defaultDomain">Of mail logins without a domain.</param>
    /// <param name="systemDomain">Of logins of system users.</param>
    /// <param name="unixDomains">The domains whose accounts are system users of the same local name.</param>
    /// <param name="rules">What the guard makes of a name now.</param>
    public AccountLogins(LoginNames form, string defaultDomain, string systemDomain, IEnumerable<string> unixDomains, Func<LoginRules> rules)
    {
        (_form, _defaultDomain, _systemDomain, _rules) = (form, defaultDomain.ToLowerInvariant(), systemDomain.ToLowerInvariant(), rules);
        _unixDomains = unixDomains.Select(domain => domain.ToLowerInvariant()).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Accounts are known by their full names alone.</summary>
    public static AccountLogins Full { get; } = new(LoginNames.Full, "", "", [], () => new LoginRules(new UserNameRules(), VirtualMap.Empty));

    /// <summary>The names to lock, the full one first; empty when the daemons have none for it.</summary>
    public IReadOnlyList<string> Of(UserId user) =>
        _form switch
        {
            LoginNames.Full => [user.Value],
            LoginNames.Local => [.. Bare(user).Take(MaxNames)],
            _ => [.. Candidates(user).Where(name => Leads(name, user)).Distinct().Take(MaxNames)],
        };

    /// <summary>The system users that an account is; none for one of a domain that is not declared to have any, unless the virtual map names one.</summary>
    public IReadOnlyList<string> UnixUsers(UserId user) =>
        [
            .. (IsUnix(user) ? [user.Local] : Enumerable.Empty<string>())
                .Concat(Current.Aliases.GetValueOrDefault(user) ?? [])
                .Distinct()
                .Where(name => ToolName.FaultOf(name, ToolNameUse.SystemAccount) is null && IsOnlyThisUser(name, user))
                .Take(MaxNames),
        ];

    /// <summary>Why an account has no name here.</summary>
    public string Missing(UserId user) =>
        $"accounts of {user.Domain} have no bare names here (enforcement.locks.unix-domains: {string.Join(", ", _unixDomains.Order(StringComparer.Ordinal))})";

    private Inverse Current
    {
        get
        {
            var rules = _rules();
            var known = _inverse;
            return ReferenceEquals(known.Map, rules.Map) ? known : _inverse = Invert(rules);
        }
    }

    private bool IsUnix(UserId user) => _unixDomains.Contains(user.Domain);

    private IEnumerable<string> Bare(UserId user) =>
        Candidates(user).Where(name => !name.Contains('@', StringComparison.Ordinal) && Leads(name, user)).Concat(UnixUsers(user)).Distinct();

    private IEnumerable<string> Candidates(UserId user)
    {
        var known = Current;
        string[] names = [user.Value, .. user.Domain == _defaultDomain ? [user.Local] : Array.Empty<string>(), .. known.Aliases.GetValueOrDefault(user) ?? []];
        return names.Concat(names.Select(name => name.Split('@')[0]).Distinct().SelectMany(local => known.Domains.Select(domain => local + domain)));
    }

    /// <summary>The map may give a name to another account than the one that it looks like.</summary>
    private bool Leads(string name, UserId user) => _rules().Names.Map(name, system: false) == user;

    private bool IsOnlyThisUser(string name, UserId user) =>
        _rules().Names.Map(name, system: true) is { } mapped
        && (mapped == user || (name == user.Local && mapped.Local == name && (mapped.Domain == _systemDomain || mapped.Domain == _defaultDomain)));

    private Inverse Invert(LoginRules rules)
    {
        var keys = rules.Map.Names.Keys.Select(name => name.ToLowerInvariant()).ToLookup(name => name[0] == '@');
        var aliases = keys[false]
            .SelectMany(Spellings)
            .Distinct(StringComparer.Ordinal)
            .Select(name => (Name: name, Account: rules.Names.Map(name, system: false)))
            .Where(pair => pair.Account is not null && pair.Account.Value.Value != pair.Name)
            .GroupBy(pair => pair.Account!.Value, pair => pair.Name)
            .ToFrozenDictionary(group => group.Key, group => group.Order(StringComparer.Ordinal).Take(MaxNames).ToArray());
        return new Inverse(rules.Map, aliases, [.. keys[true].Order(StringComparer.Ordinal).Take(MaxNames)]);
    }

    /// <summary>An alias counts with the default domain and without it.</summary>
    private string[] Spellings(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? [name, $"{name}@{_defaultDomain}"]
            : name[(at + 1)..] == _defaultDomain ? [name, name[..at]]
            : [name];
    }
}
