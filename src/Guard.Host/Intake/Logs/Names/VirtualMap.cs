using System.Collections.Frozen;
using System.Text;
using Guard.Messages.Identity;

namespace Guard.Host.Intake.Logs.Names;

/// <summary>Whose login a name is: a table as Postfix has it for virtual aliases (virtual(5)).</summary>
/// <param name="Odd">Lines that were passed over, each with its number and why.</param>
public sealed record VirtualMap(FrozenDictionary<string, string> Names, IReadOnlyList<string> Odd)
{
    /// <summary>What is kept of odd lines.</summary>
    private const int MaxOdd = 20;

    public static VirtualMap Empty { get; } = new(FrozenDictionary<string, string>.Empty, []);

    /// <summary>
    /// Reads the text form. A line that begins with a blank goes on with the line before; <c>#</c> begins a comment; a name may be quoted. A name with several
    /// targets is a list, and nobody's login; a domain that stands for itself says that there are aliases in it.
    /// </summary>
    public static VirtualMap Read(IEnumerable<string> lines)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var odd = new List<string>();
        foreach (var (number, text) in Logical(lines, odd))
        {
            if (!TryKey(text, out var key, out var rest))
                Note(odd, $"line {number}: '{Shown(text)}' has no value: expected a name, blanks, and an account");
            else if (Single(rest) is { } target && key.Contains('@') || !key.Contains('.'))
                Add(names, odd, number, key, Single(rest));
        }
        return new VirtualMap(names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), odd);
    }

    private static void Add(Dictionary<string, string> names, List<string> odd, int number, string key, string? target)
    {
        if (target is null)
            return;
        // A whole domain becomes another one; "everything of it to one mailbox" tells of mail, not of who logs in.
        if (key[0] == '@' != (target[0] == '@'))
        {
            if (target[0] == '@' && key[0] != '@')
                Note(odd, $"line {number}: '{Shown(key)}' cannot become a whole domain");
            return;
        }
        if (!names.TryAdd(key, target))
            Note(odd, $"line {number}: '{Shown(key)}' was told before; the first line counts");
    }

    /// <summary>Lines put together with those that go on with them.</summary>
    private static IEnumerable<(int Number, string Text)> Logical(IEnumerable<string> lines, List<string> odd)
    {
        StringBuilder? text = null;
        var (number, begun) = (0, 0);
        foreach (var line in lines)
        {
            number++;
            if (line.AsSpan().Trim().IsEmpty || line.AsSpan().TrimStart()[0] == '#')
                continue;
            if (line[0] is ' ' or '\t')
            {
                if (text is null)
                    Note(odd, $"line {number}: begins with a blank, and there is none before it to go on with");
                else
                    text.Append(' ').Append(line.AsSpan().Trim());
                continue;
            }
            if (text is not null)
                yield return (begun, text.ToString());
            (text, begun) = (new StringBuilder(line.TrimEnd()), number);
        }
        if (text is not null)
            yield return (begun, text.ToString());
    }

    private static bool TryKey(string line, out string key, out string rest)
    {
        var quoted = false;
        var name = new StringBuilder();
        var i = 0;
        for (; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (quoted && line[i] == '\\' && i + 1 < line.Length)
                name.Append(line[++i]);
            else if (!quoted && line[i] is ' ' or '\t' && !quoted)
                break;
            else
                name.Append(line[i]);
        }
        key = name.ToString();
        rest = line[i..].Trim();
        return key.Length > 0 && rest.Length > 0 && !quoted;
    }

    /// <summary>The only target; null when there are several, or it is a command, a file or an include.</summary>
    internal static string? Single(string value)
    {
        var text = value.Trim().Trim(',').Trim();
        if (text.Length == 0 || text.IndexOfAny([',', ' ', '\t', '|', '/', ':', '"']) >= 0)
            return null;
        return text;
    }

    private static void Note(List<string> odd, string what)
    {
        if (odd.Count < MaxOdd)
            odd.Add(what);
    }

    private static string Shown(string text) => Printable.Of(text.Length > 80 ? text[..80] : text);
}
