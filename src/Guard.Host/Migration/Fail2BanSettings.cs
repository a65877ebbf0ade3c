using System.Text;
using System.Text.RegularExpressions;

namespace Guard.Host.Migration;

/// <summary>
/// Sections of fail2ban's files as jail.conf(5) has them: later files go before earlier ones, <c>[DEFAULT]</c> stands behind every section, <c>[INCLUDES]</c>
/// names files to be read before and after, and <c>%(name)s</c>, <c>%(section/name)s</c>, <c>%(known/name)s</c> stand for other values.
/// </summary>
internal sealed partial class Fail2BanSettings(Func<string, string?> file)
{
    public const string Default = "DEFAULT";

    private const int MaxIncluded = 16;
    private const int MaxValue = 65_536;

    private readonly Dictionary<string, Dictionary<string, string>> _sections = new(StringComparer.Ordinal) { [Default] = [] };

    public List<string> Problems { get; } = [];

    public IEnumerable<string> Sections => _sections.Keys.Where(name => name is not (Default or "INCLUDES")).Order(StringComparer.Ordinal);

    public void Read(string path, int depth = 0)
    {
        if (file(path) is not { } text)
        {
            Problems.Add($"{path} cannot be read");
            return;
        }
        var own = Parsed(text, path);
        Included(own, "before", path, depth);
        foreach (var (name, settings) in own.Where(section => section.Key != "INCLUDES"))
        {
            if (!_sections.TryGetValue(name, out var known))
                _sections[name] = known = [];
            foreach (var (key, value) in settings)
                known[key] = Known().Replace(value, match => known.GetValueOrDefault(match.Groups["name"].Value.ToLowerInvariant(), ""));
        }
        Included(own, "after", path, depth);
    }

    /// <summary>A value with others put in; null: there is none. What cannot be put in is told.</summary>
    public string? Value(string section, string name) => Raw(section, name) is { } raw ? Filled(section, raw, 0) : null;

    /// <summary>Whether the section itself says it, and not <c>[DEFAULT]</c> alone.</summary>
    public IEnumerable<string> OwnKeys(string section) => _sections.TryGetValue(section, out var own) ? own.Keys : [];

    private string? Raw(string section, string name) =>
        _sections.TryGetValue(section, out var own) && own.TryGetValue(name, out var value) ? value : _sections[Default].GetValueOrDefault(name);

    private string Filled(string section, string value, int depth)
    {
        if (depth > MaxIncluded || value.Length > MaxValue)
        {
            Problems.Add($"[{section}] has values that stand for each other without end");
            return "";
        }
        return Placeholder()
            .Replace(
                value,
                match =>
                {
                    if (match.Value == "%%")
                        return "%";
                    var name = match.Groups["name"].Value;
                    if (name == "__name__")
                        return section;
                    var (from, key) = name.Split('/', 2) is [var other, var inner]
                        ? (other.Equals("default", StringComparison.OrdinalIgnoreCase) ? Default : other, inner)
                        : (section, name);
                    if (Raw(from, key.ToLowerInvariant()) is { } found)
                        return Filled(section, found, depth + 1);
                    Problems.Add($"[{section}] %({name})s stands for nothing");
                    return "";
                }
            );
    }

    private void Included(Dictionary<string, Dictionary<string, string>> own, string which, string path, int depth)
    {
        if (!own.TryGetValue("INCLUDES", out var includes) || !includes.TryGetValue(which, out var names))
            return;
        foreach (var name in names.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (depth == MaxIncluded)
                Problems.Add($"{path} includes more than {MaxIncluded} files within each other");
            else
                Read(Path.Combine(Path.GetDirectoryName(path) ?? "", name), depth + 1);
        }
    }

    /// <summary>A line that begins with a blank goes on with the value above; a comment is a line of its own, or begins with a blank and a semicolon.</summary>
    private Dictionary<string, Dictionary<string, string>> Parsed(string text, string path)
    {
        var sections = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        var (section, key) = (Default, "");
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = Inline().Replace(raw.TrimEnd(), "");
            if (line.Trim() is "" or ['#' or ';', ..])
                continue;
            if (char.IsWhiteSpace(line[0]) && key.Length > 0)
                sections[section][key] = new StringBuilder(sections[section][key]).Append('\n').Append(line.Trim()).ToString();
            else if (Header().Match(line.Trim()) is { Success: true } header)
            {
                (section, key) = (header.Groups["name"].Value, "");
                sections.TryAdd(section, []);
            }
            else if (Setting().Match(line.Trim()) is { Success: true } setting)
            {
                sections.TryAdd(section, []);
                key = setting.Groups["name"].Value.ToLowerInvariant();
                sections[section][key] = setting.Groups["value"].Value;
            }
            else
                Problems.Add($"{path} line {number} is no name = value");
        }
        return sections;
    }

    [GeneratedRegex(@"%\(known/(?<name>[^)]+)\)s")]
    private static partial Regex Known();

    [GeneratedRegex(@"%%|%\((?<name>[^)]+)\)s")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\s;.*$")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\[(?<name>[^\]]+)\]$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^(?<name>[^=:\s\[][^=:]*?)\s*[=:]\s*(?<value>.*)$")]
    private static partial Regex Setting();
}
