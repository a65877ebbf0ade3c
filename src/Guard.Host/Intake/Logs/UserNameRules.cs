using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Numerics;
using System.Runtime.InteropServices;
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
    private const int CachedBits = 16;

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
        public Table(VirtualMap map, VirtualMapSource? source)
        {
            (Map, Source) = (map, source);
        }

        public VirtualMap Map { get; }

        public VirtualMapSource? Source { get; }

        /// <summary>By the bytes that a log has, and by text.</summary>
        public SlotCache<NameOfBytes> Bytes { get; } = new(CachedBits);

        public SlotCache<NameOfText> Texts { get; } = new(CachedBits);

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
        var hash = Hash(name, system);
        if (table.Bytes.At(hash) is { } known && known.System == system && name.SequenceEqual(known.Name))
            return known.Account;
        var mapped = Map(table, AccountName.Text(name), system);
        if (_seen.Check((int)hash))
            table.Bytes.Set(hash, new NameOfBytes(name.ToArray(), system, mapped));
        return mapped;
    }

    /// <summary>The same of text; bytes that are not UTF-8 stand in it as <see cref="AccountName.Text"/> has them.</summary>
    public UserId? Map(string name, bool system)
    {
        if (name.Length == 0)
            return null;
        var table = _table;
        var hash = Hash(MemoryMarshal.AsBytes(name.AsSpan()), system);
        if (table.Texts.At(hash) is { } known && known.System == system && string.Equals(known.Name, name, StringComparison.Ordinal))
            return known.Account;
        var mapped = Map(table, name, system);
        if (name.Length <= LongestCached && _seen.Check((int)hash))
            table.Texts.Set(hash, new NameOfText(name, system, mapped));
        return mapped;
    }

    /// <summary>Strangers write names: what falls together costs a mapping, and no more.</summary>
    private static ulong Hash(ReadOnlySpan<byte> name, bool system)
    {
        var hash = (ulong)name.Length + (system ? 1UL << 32 : 0);
        for (; name.Length >= 8; name = name[8..])
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name), 29) * 0x9E37_79B9_7F4A_7C15;
        foreach (var c in name)
            hash = (hash ^ c) * 0x100_0000_01B3;
        return hash ^ (hash >> 32);
    }

    private sealed record NameOfBytes(byte[] Name, bool System, UserId Account);

    private sealed record NameOfText(string Name, bool System, UserId Account);

    /// <summary>Whether the map makes another account of a mail login's name than its spelling does.</summary>
    public bool IsAlias(string name)
    {
        if (name.Length == 0)
            return false;
        var spelled = Spelled(name);
        return new UserId(AccountName.Of(WithoutExtension(spelled), _defaultDomain)) != Map(_table, name, false);
    }

    private string Spelled(string name)
    {
        if (!Ascii.IsValid(name))
            name = CanonicalComposition.Of(name);
        return _foldCase ? name.ToLowerInvariant() : name;
    }

    private UserId Map(Table table, string name, bool system)
    {
        var domain = system ? _systemDomain : _defaultDomain;
        name = Spelled(name);
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
