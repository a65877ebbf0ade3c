using System.Collections.Frozen;
using System.Text;
using Guard.Messages.Identity;

namespace Guard.Host.Intake.Logs;

/// <summary>
/// Maps the names that servers log to <c>local@domain</c>: a default domain for bare names, a virtual map, case folding. A name with control
/// characters, blanks or more than one <c>@</c> is no account's name and yields nothing.
/// </summary>
public sealed class UserNameRules
{
    private const int MostCached = 65_536;
    private const int LongestName = 254;

    private readonly string _defaultDomain;
    private readonly string _systemDomain;
    private readonly bool _foldCase;
    private readonly FrozenDictionary<string, string> _map;
    private readonly Dictionary<string, UserId?> _cache = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UserId?>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <param name="defaultDomain">For mail logins without a domain.</param>
    /// <param name="systemDomain">For FTP and SSH logins, which are system users.</param>
    /// <param name="virtualMap">From a name, or <c>@domain</c>, to an account or <c>@domain</c>; see <see cref="ReadMap"/>.</param>
    public UserNameRules(string defaultDomain = "localhost", string? systemDomain = null, bool foldCase = true, IReadOnlyDictionary<string, string>? virtualMap = null)
    {
        _defaultDomain = defaultDomain;
        _systemDomain = systemDomain ?? defaultDomain;
        _foldCase = foldCase;
        _map = (virtualMap ?? FrozenDictionary<string, string>.Empty).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads lines <c>name account@domain</c> or <c>@old.example @new.example</c>, as Postfix virtual maps have them; # starts a comment.</summary>
    /// <exception cref="FormatException">A line has not two words.</exception>
    public static IReadOnlyDictionary<string, string> ReadMap(IEnumerable<string> lines)
    {
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
                continue;
            var words = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 2)
                throw new FormatException($"line {number}: expected a name and an account, found '{text}'");
            map[words[0]] = words[1];
        }
        return map;
    }

    /// <summary>The account, or null when the text is not a possible name. Names are remembered, so that each is mapped once.</summary>
    public UserId? Map(ReadOnlySpan<byte> name, bool system)
    {
        if (name.IsEmpty || name.Length > LongestName)
            return null;
        Span<char> key = stackalloc char[name.Length + 1];
        key[0] = system ? 's' : 'm';
        var ascii = true;
        for (var i = 0; i < name.Length; i++)
        {
            ascii &= name[i] < 0x80;
            key[i + 1] = (char)name[i];
        }
        if (_lookup.TryGetValue(key, out var known))
            return known;
        var text = ascii ? new string(key[1..]) : Encoding.UTF8.GetString(name).Normalize(NormalizationForm.FormC);
        var mapped = Map(text, system);
        if (_cache.Count >= MostCached)
            _cache.Clear();
        _cache[new string(key)] = mapped;
        return mapped;
    }

    private UserId? Map(string name, bool system)
    {
        foreach (var c in name)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or '"' or '\uFFFD' || char.IsSurrogate(c))
                return null;
        }
        if (_map.TryGetValue(name, out var mapped))
            name = mapped;
        var at = name.IndexOf('@');
        if (at != name.LastIndexOf('@') || at == 0 || at == name.Length - 1)
            return null;
        if (at > 0 && _map.TryGetValue(name[at..], out var domain))
            name = name[..at] + domain;
        else if (at < 0)
            name = $"{name}@{(system ? _systemDomain : _defaultDomain)}";
        return new UserId(_foldCase ? name.ToLowerInvariant() : name);
    }
}
