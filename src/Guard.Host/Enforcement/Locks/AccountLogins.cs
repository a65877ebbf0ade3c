using System.Collections.Frozen;
using System.Collections.Immutable;
using Guard.Host.Configuration;
using Guard.Host.Intake.Logs;
using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Locks;

/// <summary>
/// Under which names the daemons of this machine know an account: the other way round of what the guard makes of the names that they log. A bare name belongs to
/// the default domain, an alias to the account that the virtual map says; so <c>info@customer.example</c> never becomes the system user <c>info</c> of somebody else.
/// </summary>
public sealed class AccountLogins
{
    private const int MaxNames = 32;

    private const int MaxSteps = 10;

    private readonly LoginNames _form;
    private readonly string _defaultDomain;
    private readonly FrozenSet<string> _unixDomains;
    private readonly Func<IReadOnlyDictionary<string, string>> _map;
    private (IReadOnlyDictionary<string, string> Map, FrozenDictionary<string, string[]> Aliases) _inverse = (FrozenDictionary<string, string>.Empty, FrozenDictionary<string, string[]>.Empty);

    /// <param name="defaultDomain">Of mail logins without a domain.</param>
    /// <param name="unixDomains">The domains whose accounts are system users of the same local name.</param>
    /// <param name="map">The virtual map as it is now: from a name, or <c>@domain</c>, to an account or <c>@domain</c>.</param>
    public AccountLogins(LoginNames form, string defaultDomain, IEnumerable<string> unixDomains, Func<IReadOnlyDictionary<string, string>>? map = null)
    {
        (_form, _defaultDomain, _map) = (form, defaultDomain.ToLowerInvariant(), map ?? (() => FrozenDictionary<string, string>.Empty));
        _unixDomains = unixDomains.Select(domain => domain.ToLowerInvariant()).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Accounts are known by their full names alone.</summary>
    public static AccountLogins Full { get; } = new(LoginNames.Full, "", []);

    /// <summary>The names to lock, the full one first; empty when the daemons have none for it.</summary>
    public IReadOnlyList<string> Of(UserId user) => _form switch
    {
        LoginNames.Full => [user.Value],
        LoginNames.Local => [.. Bare(user, IsUnix(user.Domain) || user.Domain == _defaultDomain).Take(MaxNames)],
        _ => [.. Aliases(user).Where(name => name.Contains('@', StringComparison.Ordinal)).Prepend(user.Value).Where(name => !IsSomebodyElse(name, user)).Concat(Bare(user, user.Domain == _defaultDomain)).Distinct().Take(MaxNames)],
    };

    /// <summary>The system users that an account is; none for an account of a domain that is not declared to have any, unless the virtual map names one.</summary>
    public IReadOnlyList<string> UnixUsers(UserId user) => [.. Bare(user, IsUnix(user.Domain)).Where(name => AccountName.FaultOf(name, AccountNameUse.SystemAccount) is null).Take(MaxNames)];

    /// <summary>Why an account has no name here.</summary>
    public string Missing(UserId user) => $"accounts of {user.Domain} have no bare names here (enforcement.locks.unix-domains: {string.Join(", ", _unixDomains.Order(StringComparer.Ordinal))})";

    private bool IsUnix(string domain) => _unixDomains.Contains(domain);

    private IEnumerable<string> Bare(UserId user, bool isLocal) =>
        (isLocal && !IsSomebodyElse(user.Local, user) ? [user.Local] : Enumerable.Empty<string>()).Concat(Aliases(user).Where(name => !name.Contains('@', StringComparison.Ordinal))).Distinct();

    /// <summary>The map may give a name to another account than the one that it looks like.</summary>
    private bool IsSomebodyElse(string name, UserId user) => _map() is var map && map.TryGetValue(name, out var target) && Account(target.ToLowerInvariant(), map) != user.Value;

    private string[] Aliases(UserId user)
    {
        var map = _map();
        if (!ReferenceEquals(map, _inverse.Map))
            _inverse = (map, Invert(map));
        var own = _inverse.Aliases.GetValueOrDefault(user.Value) ?? [];
        // A domain that stands for another one takes the names of accounts and of aliases alike.
        return [.. own, .. own.Append(user.Value).SelectMany(InOtherDomains)];
    }

    private IEnumerable<string> InOtherDomains(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && _inverse.Aliases.TryGetValue(name[at..], out var domains) ? domains.Select(domain => name[..at] + domain) : [];
    }

    private FrozenDictionary<string, string[]> Invert(IReadOnlyDictionary<string, string> map) => map
        .SelectMany(pair => Spellings(pair.Key.ToLowerInvariant()), (pair, name) => (Name: name, Account: Account(pair.Value.ToLowerInvariant(), map)))
        .Where(pair => pair.Name != pair.Account)
        .GroupBy(pair => pair.Account, pair => pair.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.Order(StringComparer.Ordinal).Take(MaxNames).ToArray(), StringComparer.Ordinal);

    /// <summary>A bare name of the map stands for itself and for the one in the default domain (virtual(5)).</summary>
    private string[] Spellings(string name) => name.Contains('@', StringComparison.Ordinal) || _defaultDomain.Length == 0 ? [name] : [name, $"{name}@{_defaultDomain}"];

    /// <summary>As <see cref="UserNameRules"/> reads the right side: an alias may lead to another one.</summary>
    private string Account(string target, IReadOnlyDictionary<string, string> map)
    {
        for (var step = 0; step < MaxSteps && Next(target, map) is { } next && next != target; step++)
            target = next;
        return target.Contains('@', StringComparison.Ordinal) ? target : $"{target}@{_defaultDomain}";
    }

    private string? Next(string target, IReadOnlyDictionary<string, string> map)
    {
        var at = target.IndexOf('@', StringComparison.Ordinal);
        if (map.TryGetValue(target, out var next) || (at < 0 && map.TryGetValue($"{target}@{_defaultDomain}", out next))
            || (at > 0 && target[(at + 1)..] == _defaultDomain && map.TryGetValue(target[..at], out next)))
        {
            return next.ToLowerInvariant();
        }
        return at > 0 && map.TryGetValue(target[at..], out var domain) ? target[..at] + domain.ToLowerInvariant() : null;
    }
}
