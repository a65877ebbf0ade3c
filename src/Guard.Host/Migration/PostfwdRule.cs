using System.Text.RegularExpressions;

namespace Guard.Host.Migration;

/// <summary>One item of a rule, <c>sasl_username =~ /^bob$/</c>.</summary>
internal sealed record PostfwdItem(string Name, string Comparison, string Value)
{
    public override string ToString() => $"{Name}{Comparison}{Value}";
}

/// <summary>A rule with its macros put in.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Problem">Why postfwd itself ignores it; null: it does not.</param>
internal sealed record PostfwdRule(int Line, string Text, IReadOnlyList<PostfwdItem> Items, string? Problem);

/// <summary>Reads rules as postfwd(1) describes them under CONFIGURATION, MACROS/ACLS and PARSER.</summary>
internal sealed partial class PostfwdRuleReader
{
    private const int MaxRule = 65_536;

    private readonly Dictionary<string, (int Line, string Content)> _macros = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Macros that no rule uses, with their lines.</summary>
    public IEnumerable<(int Line, string Name)> UnusedMacros =>
        _macros.Where(macro => !_used.Contains(macro.Key)).Select(macro => (macro.Value.Line, macro.Key));

    public IReadOnlyList<PostfwdRule> Read(string text)
    {
        var rules = new List<PostfwdRule>();
        foreach (var (line, rule) in Joined(text))
        {
            if (Macro().Match(rule) is { Success: true } macro)
                _macros[macro.Groups["name"].Value] = (line, macro.Groups["content"].Value);
            else if (One(line, rule) is { } one)
                rules.Add(one);
        }
        return rules;
    }

    /// <summary>A line goes on behind a backslash or an opening brace, and with lines that begin with a blank or a closing brace: those are items of their own.</summary>
    private static List<(int Line, string Text)> Joined(string text)
    {
        var joined = new List<(int Line, string Text)>();
        var (begun, buffer, number) = (0, "", 0);
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = Ignored().Replace(raw.TrimEnd('\r'), "");
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (buffer.Length == 0)
                begun = number;
            var end = line.TrimEnd();
            if (end[^1] is '\\' or '{')
            {
                buffer += end[^1] == '\\' ? end[..^1] : end;
                continue;
            }
            buffer += line;
            if (joined.Count > 0 && (buffer[0] == '}' || char.IsWhiteSpace(buffer[0])))
            {
                var (first, above) = joined[^1];
                joined[^1] = (first, $"{above.TrimEnd().TrimEnd(';')};{buffer}");
            }
            else
            {
                joined.Add((begun, buffer));
            }
            buffer = "";
        }
        // postfwd forgets a last line that goes on into nothing; here it is told like any other.
        if (buffer.Length > 0)
            joined.Add((begun, buffer));
        return joined;
    }

    private PostfwdRule? One(int line, string text)
    {
        var expanded = text.Trim();
        while (MacroName().Match(expanded) is { Success: true } name)
        {
            if (!_macros.TryGetValue(name.Value, out var macro))
                return new PostfwdRule(line, text, [], $"the macro {name.Value} is not defined, and postfwd ignores the rule");
            _used.Add(name.Value);
            expanded = expanded.Remove(name.Index, name.Length).Insert(name.Index, macro.Content);
            if (expanded.Length > MaxRule)
                return new PostfwdRule(line, text, [], $"the macro {name.Value} never ends");
        }
        var items = new List<PostfwdItem>();
        foreach (var part in expanded.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Item().Match(part) is not { Success: true } item)
                return new PostfwdRule(line, expanded, [], $"'{part}' is no item=value, and postfwd ignores the rule");
            var comparison = item.Groups["comparison"].Value;
            if (comparison is "<=" or ">=" or "~=")
                comparison = $"={comparison[0]}";
            items.Add(new PostfwdItem(item.Groups["name"].Value, comparison, item.Groups["value"].Value));
        }
        return items.Count == 0 ? null : new PostfwdRule(line, expanded, items, null);
    }

    [GeneratedRegex("\"|#.*")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^\s*(?<name>&&[-\w]+)\s*\{[\s;]*(?<content>.*?)[\s;]*\}[\s;]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Macro();

    [GeneratedRegex(@"&&[-\w]+")]
    private static partial Regex MacroName();

    [GeneratedRegex(@"^(?<name>[^=\s!~<>]+)\s*(?<comparison>[=~<>]=|[<>]|[=!][=~<>]|=)\s*(?<value>\S.*)$")]
    private static partial Regex Item();
}
