using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Guard.Host.Intake.Logs.Names;
using Guard.Host.Platform;
using Guard.Messages.Identity;

namespace Guard.Host.Intake.Logs;

/// <summary>
/// Maps the names that servers log to <c>local@domain</c>: a default domain for bare names, a recipient delimiter, a virtual map, case folding. A name that
/// cannot be an account's is judged under an escaped one (see <see cref="AccountName"/>): nobody is waved through for how they spell themselves. Safe to use
/// from any thread.
/// </summary>
public sealed class UserNameRules
{
    private const int MaxCached = 65_536;

    /// <summary>Longer ones are not remembered.</summary>
    private const int LongestCached = 256;

    /// <summary>An alias of an alias of an alias, and so on.</summary>
    private const int MaxSteps = 10;

    private readonly string _defaultDomain;
    private readonly string _systemDomain;
    private readonly bool _foldCase;
    private readonly string _delimiters;
    private readonly SeenBefore _seen = new();
    private volatile Table _table;

    private sealed class Table
    {
        private int _remembered;

        public Table(VirtualMap map, VirtualMapSource? source)
        {
            (Map, Source) = (map, source);
            BySpan = Known.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public VirtualMap Map { get; }

        public VirtualMapSource? Source { get; }

        public ConcurrentDictionary<string, UserId> Known { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, UserId>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }

        /// <summary>Counted here: the dictionary's own count takes all its locks, which others want who are to be answered.</summary>
        public void Remember(string key, UserId user)
        {
            if (Interlocked.Increment(ref _remembered) > MaxCached)
            {
                Known.Clear();
                Volatile.Write(ref _remembered, 1);
            }
            Known[key] = user;
        }

        /// <summary>Whom the map makes of its names.</summary>
        public FrozenSet<string> Accounts => field ??= Map.Names.Values.Where(target => target[0] != '@').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <param name="defaultDomain">For mail logins without a domain.</param>
    /// <param name="systemDomain">For FTP and SSH logins, which are system users.</param>
    /// <param name="delimiters">What begins an extension of a mail account's local part (Postfix' <c>recipient_delimiter</c>): <c>anna+x</c> is anna. Empty:
    /// nothing does.</param>
    public UserNameRules(
        string defaultDomain = "localhost",
        string? systemDomain = null,
        bool foldCase = true,
        VirtualMap? virtualMap = null,
        string delimiters = "+",
        VirtualMapSource? source = null
    )
    {
        (_defaultDomain, _systemDomain, _foldCase, _delimiters) = (defaultDomain, systemDomain ?? defaultDomain, foldCase, delimiters);
        _table = new Table(virtualMap ?? VirtualMap.Empty, source);
    }

    /// <summary>From now on this map holds.</summary>
    public void Take(VirtualMap map, VirtualMapSource? source) => _table = new Table(map, source);

    /// <summary>Whether the virtual map makes this account of a name: there is such a mailbox, whether or not it did anything yet.</summary>
    public bool Lists(UserId user) =>
        _table.Accounts is { Count: > 0 } accounts && (accounts.Contains(user.Value) || (user.Domain == _defaultDomain && accounts.Contains(user.Local)));

    /// <summary>The account; null only for an empty name. Names are remembered, so that each is mapped once.</summary>
    public UserId? Map(ReadOnlySpan<byte> name, bool system)
    {
        if (name.IsEmpty)
            return null;
        var table = _table;
        if (name.Length > LongestCached)
            return Map(table, AccountName.Text(name), system);
        Span<char> key = stackalloc char[name.Length + 1];
        key[0] = system ? 's' : 'm';
        for (var i = 0; i < name.Length; i++)
            key[i + 1] = (char)name[i];
        if (table.BySpan.TryGetValue(key, out var found))
            return found;
        var mapped = Map(table, AccountName.Text(name), system);
        if (_seen.Check(string.GetHashCode(key)))
            table.Remember(new string(key), mapped);
        return mapped;
    }

    /// <summary>The same of text; bytes that are not UTF-8 stand in it as <see cref="AccountName.Text"/> has them.</summary>
    public UserId? Map(string name, bool system)
    {
        if (name.Length == 0)
            return null;
        var table = _table;
        var key = (system ? "S" : "M") + name;
        if (table.Known.TryGetValue(key, out var found))
            return found;
        var mapped = Map(table, name, system);
        if (name.Length <= LongestCached && _seen.Check(key.GetHashCode()))
            table.Remember(key, mapped);
        return mapped;
    }

    private UserId Map(Table table, string name, bool system)
    {
        var domain = system ? _systemDomain : _defaultDomain;
        if (name.All(c => !char.IsSurrogate(c)))
            name = name.Normalize(NormalizationForm.FormC);
        if (_foldCase)
            name = name.ToLowerInvariant();
        for (
            var step = 0;
            step < MaxSteps && Alias(table, name, domain, system) is { } next && !string.Equals(next, name, StringComparison.OrdinalIgnoreCase);
            step++
        )
            name = _foldCase ? next.ToLowerInvariant() : next;
        return new UserId(AccountName.Of(system ? name : WithoutExtension(name), domain));
    }

    /// <summary>In the order of virtual(5): the whole address, without its extension, the bare name in the default domain, the domain.</summary>
    private string? Alias(Table table, string name, string domain, bool system)
    {
        if (table.Map.Names.Count == 0 && table.Source is not { Asks: true })
            return null;
        var bare = system ? name : WithoutExtension(name);
        if (Find(table, name) is { } whole || (!ReferenceEquals(bare, name) && Find(table, bare) is { } whole2 && (whole = whole2) is not null))
            return whole;
        var at = bare.LastIndexOf('@');
        if (at < 0)
            return Find(table, $"{bare}@{domain}");
        if (bare.AsSpan(at + 1).Equals(domain, StringComparison.OrdinalIgnoreCase) && Find(table, bare[..at]) is { } local)
            return local;
        return at > 0 && Find(table, bare[at..]) is { } moved && moved[0] == '@' ? bare[..at] + moved : null;
    }

    private static string? Find(Table table, string name) =>
        table.Map.Names.TryGetValue(name, out var target) ? target
        : table.Source is { Asks: true } source && IsAskable(name) ? source.Find(name)
        : null;

    private static bool IsAskable(string name) =>
        name.Length <= AccountName.MaxBytes
        && AccountName.IsUsual(
            name[0] == '@' ? "x" + name
            : name.Contains('@') ? name
            : name + "@x"
        );

    private string WithoutExtension(string name)
    {
        if (_delimiters.Length == 0)
            return name;
        var at = name.LastIndexOf('@');
        var local = at < 0 ? name.AsSpan() : name.AsSpan(0, at);
        var cut = local.IndexOfAny(_delimiters);
        return cut <= 0 ? name : string.Concat(local[..cut], at < 0 ? "" : name.AsSpan(at));
    }
}
