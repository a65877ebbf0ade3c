using System.Text;
using System.Text.RegularExpressions;

namespace Guard.Host.Intake.Files;

/// <summary>
/// A pattern of files as glob(7) has them: <c>*</c>, <c>?</c> and <c>[a-z]</c> stand for characters of one name, never for a slash, and not for a dot
/// at a name's beginning. What was rotated away from a log that also fits is no log of its own.
/// </summary>
public sealed class LogPattern
{
    private readonly string[] _parts;
    private readonly Regex?[] _matchers;

    public LogPattern(string text)
    {
        Text = Path.GetFullPath(text);
        _parts = Text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        _matchers =
        [
            .. _parts.Select(part =>
                IsPattern(part) ? new Regex(Translate(part), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline) : null
            ),
        ];
    }

    public string Text { get; }

    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    /// <summary>Whether the text is a pattern and not the name of a file that has such characters in it.</summary>
    public static bool Names(string text) => IsPattern(text) && FileStatus.Of(text, out _) is null;

    /// <summary>Whether a path fits, whether it is there or not.</summary>
    public bool Fits(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == _parts.Length && parts.Select((part, i) => Fits(i, part)).All(fits => fits);
    }

    /// <summary>What is there now, in the order of the names; at most so many.</summary>
    public IReadOnlyList<string> Find(int atMost)
    {
        IEnumerable<string> found = ["/"];
        for (var i = 0; i < _parts.Length; i++)
        {
            var at = i;
            found = _matchers[i] is null
                ? found.Select(directory => Path.Combine(directory, _parts[at]))
                : found.SelectMany(directory => Entries(directory, at, at == _parts.Length - 1));
        }
        var all = found.Where(file => FileStatus.Of(file, out _) is { Kind: not FileKind.Directory }).Take(atMost * 4).ToHashSet(StringComparer.Ordinal);
        all.RemoveWhere(file => RotatedName.Of(file) is { IsRotated: true } rotated && Fits(rotated.Base));
        return [.. all.Order(StringComparer.Ordinal).Take(atMost)];
    }

    private bool Fits(int at, string name) =>
        _matchers[at] is { } matcher ? (name[0] != '.' || _parts[at][0] == '.') && matcher.IsMatch(name) : name == _parts[at];

    private IEnumerable<string> Entries(string directory, int at, bool last)
    {
        try
        {
            var entries = last ? Directory.EnumerateFileSystemEntries(directory) : Directory.EnumerateDirectories(directory);
            return entries.Where(entry => Fits(at, Path.GetFileName(entry))).ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Translate(string part)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < part.Length; i++)
        {
            var close = part[i] == '[' ? part.IndexOf(']', Math.Min(part.Length, i + 2)) : -1;
            if (close > 0)
            {
                var set = part[(i + 1)..close];
                var negated = set[0] is '!' or '^';
                regex
                    .Append('[')
                    .Append(negated ? "^" : "")
                    .Append((negated ? set[1..] : set).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal))
                    .Append(']');
                i = close;
            }
            else
            {
                regex.Append(
                    part[i] switch
                    {
                        '*' => ".*",
                        '?' => ".",
                        var other => Regex.Escape(other.ToString()),
                    }
                );
            }
        }
        return regex.Append('$').ToString();
    }
}
