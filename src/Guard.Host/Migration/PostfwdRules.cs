using System.Text.RegularExpressions;

namespace Guard.Host.Migration;

/// <summary>
/// postfwd's limits of users who logged in (postfwd(1): <c>rate</c>, <c>rcpt</c> and <c>size</c> of <c>sasl_username</c>) as quotas, and users whom it lets pass
/// before its limits. What has no counterpart is told with its line, never guessed.
/// </summary>
/// <param name="domain">To which domain names without one belong; empty: they are told.</param>
/// <param name="perRequest">What <c>rate</c> counts where a rule does not say when it is asked: recipients, or mails.</param>
/// <param name="file">What a file that a rule names says; null: it cannot be read.</param>
internal sealed partial class PostfwdRules(string domain, string perRequest, Func<string, string?> file)
{
    public const string Program = "postfwd";
    public const string Recipients = "recipients";
    public const string Mails = "mails";

    private const int MaxNested = 8;

    private readonly ImportedLimits _limits = new();
    private readonly SortedSet<string> _answers = new(StringComparer.Ordinal);
    private readonly List<string> _untaken = [];

    public void Convert(string rules, ImportedPolicy policy)
    {
        var reader = new PostfwdRuleReader();
        foreach (var rule in reader.Read(rules))
        {
            var where = Where(rule);
            _untaken.Clear();
            if (rule.Problem is { } problem)
                policy.Leave(where, $"{problem}: {ImportedPolicy.Shown(rule.Text)}");
            else if (Taken(rule, out var why) is { } what)
                policy.Take(where, what);
            else
                policy.Leave(where, $"{why}: {ImportedPolicy.Shown(rule.Text)}");
            foreach (var name in _untaken)
                policy.Leave(where, name);
        }
        foreach (var (line, name) in reader.UnusedMacros)
            policy.Note($"line {line}", $"the macro {name} is used by no rule");
        _limits.WriteTo(policy);
        if (_answers.Count > 0)
            policy.Note(
                "answers",
                $"postfwd says {string.Join(", ", _answers)}; the guard defers mail over a quota, or what intake.answers.over-quota says (allow, defer, reject, hold)"
            );
    }

    private static string Where(PostfwdRule rule) =>
        rule.Items.LastOrDefault(item => item.Name == "id") is { } id ? $"line {rule.Line} ({id.Value})" : $"line {rule.Line}";

    /// <summary>What was taken over, in words.</summary>
    private string? Taken(PostfwdRule rule, out string why)
    {
        // Of two actions the last one counts, as postfwd has it.
        var action = rule.Items.LastOrDefault(item => item.Name == "action")?.Value ?? "";
        if (action.Length == 0)
            return No("has no action, and postfwd ignores the rule", out why);
        if (Limit().Match(action) is { Success: true } limit)
            return TakenLimit(rule, limit, out why);
        if (!Passes().IsMatch(action))
            return No("is no limit (rate, rcpt, size)", out why);
        if (Foreign(rule) is { } foreign)
            return No($"lets pass by {foreign}", out why);
        if (Names(rule, out why) is not { } names)
            return null;
        foreach (var name in names)
            _limits.Add(name, null);
        return $"no limit of the rules below for {Listed(names)}";
    }

    private string? TakenLimit(PostfwdRule rule, Match limit, out string why)
    {
        var item = limit.Groups["item"].Value;
        if (item != "sasl_username")
            return No($"counts by {item}, not by sasl_username", out why);
        if (_limits.IsClosed)
            return No("is never reached: a rule above lets everybody pass", out why);
        var answer = limit.Groups["answer"].Value;
        if (Refusal().Match(answer) is not { Success: true } refusal)
            return No("does not refuse what exceeds it, and a quota does", out why);
        if (Foreign(rule) is { } foreign)
            return No($"depends on {foreign}", out why);
        if (rule.Items.FirstOrDefault(one => one.Name is "protocol_state" && one.Comparison is not ("==" or "=" or "=~")) is { } state)
            return No($"has a condition that is not understood ({state})", out why);
        if (Names(rule, out why) is not { } names)
            return null;
        var (unit, remark) = Unit(rule, limit.Groups["kind"].Value.ToLowerInvariant());
        var text = refusal.Groups["text"].Value.Trim();
        var hasVariables = text.Contains("$$", StringComparison.Ordinal);
        if (ImportedQuota.Of(unit, limit.Groups["most"].Value, limit.Groups["time"].Value, hasVariables ? "" : text, out why) is not { } quota)
            return null;
        foreach (var name in names)
            _limits.Add(name, quota);
        _answers.Add(refusal.Groups["code"].Value.ToUpperInvariant());
        var left = hasVariables ? "; its text names attributes of the request, so the guard's own is said" : "";
        return $"{limit.Groups["most"].Value} {unit} in {limit.Groups["time"].Value} s for {Listed(names)}{remark}{left}";
    }

    /// <summary>What one request of Postfix's is, by when it asks: once for each recipient, or once for each mail.</summary>
    private (string Unit, string Remark) Unit(PostfwdRule rule, string kind)
    {
        var states = rule.Items.Where(item => item.Name == "protocol_state").Select(item => item.Value.Trim('/', '^', '$').ToUpperInvariant()).ToArray();
        var isAtRecipient = states.Contains("RCPT");
        if (kind == "size")
            return ("bytes", isAtRecipient ? " (postfwd counts the announced size once for each recipient; here a mail counts once)" : "");
        if (kind == "rcpt")
            return (Recipients, isAtRecipient ? " (Postfix tells no number of recipients at RCPT, so postfwd counts none there; here each one counts)" : "");
        if (states.Length > 0)
            return isAtRecipient ? (Recipients, " (rate at RCPT counts recipients)") : (Mails, "");
        return perRequest == Mails
            ? (Mails, " (rate counts requests: taken as mails)")
            : (
                Recipients,
                " (rate counts requests, one for each recipient in smtpd_recipient_restrictions; --requests mails where Postfix asks at the end of data)"
            );
    }

    /// <summary>An item that has to do with something else than the account.</summary>
    private static string? Foreign(PostfwdRule rule) =>
        rule
            .Items.FirstOrDefault(item =>
                item.Name is not ("id" or "action" or "protocol_state" or "sasl_username" or "score")
                && !(item.Name == "sasl_method" && LoginPattern.Names(item.Value, out _) is [ImportedLimits.Everybody])
            )
            ?.Name;

    /// <summary>Whom the rule is for: several items of one name are alternatives.</summary>
    private List<string>? Names(PostfwdRule rule, out string why)
    {
        why = "";
        var items = rule.Items.Where(item => item.Name == "sasl_username").ToArray();
        if (items.Length == 0)
            return [ImportedLimits.Everybody];
        var names = new List<string>();
        foreach (var (comparison, value) in items.SelectMany(item => Values(item, 0)))
        {
            if (comparison == "!~" && value.Trim('/') is "^$")
                names.Add(ImportedLimits.Everybody);
            else if (Meant(comparison, value, out var isOpen) is not { } meant)
                _untaken.Add($"'{value}' says neither accounts nor domains one by one ({comparison})");
            else
                foreach (var name in meant)
                    Add(name, isOpen);
        }
        if (names.Contains(ImportedLimits.Everybody))
            return [ImportedLimits.Everybody];
        if (names.Count > 0)
            return [.. names.Distinct()];
        why = "is for names that are not taken over";
        return null;

        void Add(string name, bool isOpen)
        {
            if (isOpen)
                _untaken.Add($"longer names that '{name}' fits as well, since the pattern is open");
            if (name.Length == 0 || name.Contains('@'))
                names.Add(name);
            else if (domain.Length > 0)
                names.Add($"{name}@{domain}");
            else
                _untaken.Add($"'{name}' has no domain; --domain says which one such names belong to");
        }
    }

    private static IReadOnlyList<string>? Meant(string comparison, string value, out bool isOpen)
    {
        isOpen = false;
        if (value.Contains("!!", StringComparison.Ordinal) || value.Contains("$$", StringComparison.Ordinal))
            return null;
        return comparison switch
        {
            "==" => LoginPattern.Exactly(value),
            "=" or "=~" => LoginPattern.Names(value, out isOpen),
            _ => null,
        };
    }

    /// <summary>The value itself, or what the file says that it names: one in a line, of a table the first word.</summary>
    private List<(string Comparison, string Value)> Values(PostfwdItem item, int depth)
    {
        if (NamedFile().Match(item.Value) is not { Success: true } named)
            return [(item.Comparison, item.Value)];
        if (depth == MaxNested || file(named.Groups["path"].Value) is not { } text)
        {
            _untaken.Add($"the file {named.Groups["path"].Value} cannot be read");
            return [];
        }
        var isTable = named.Groups["kind"].Value is "table" or "ltable";
        return
        [
            .. text.Split('\n')
                .Select(line => Comment().Replace(line, "").Trim())
                .Select(line => isTable ? LastWord().Replace(line, "") : line)
                .Where(line => line.Length > 0)
                .SelectMany(line => Values(item with { Value = line }, depth + 1)),
        ];
    }

    private static string Listed(List<string> names) =>
        names is [ImportedLimits.Everybody] ? "everybody" : string.Join(", ", names.Take(5)) + (names.Count > 5 ? $" and {names.Count - 5} more" : "");

    private static string? No(string reason, out string why)
    {
        why = reason;
        return null;
    }

    [GeneratedRegex(
        @"^(?<kind>rate|size|rcpt)(5321)?\s*\(\s*(\$\$)?(?<item>[A-Za-z_]+)\s*/\s*(?<most>[0-9]{1,18})\s*/\s*(?<time>[0-9]{1,18})\s*/\s*(?<answer>.*?)\s*\)$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Limit();

    [GeneratedRegex(@"^(dunno|ok|permit|permit_auth_destination|permit_sasl_authenticated)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Passes();

    [GeneratedRegex(
        @"^(?<code>REJECT|DEFER(_IF_PERMIT|_IF_REJECT)?|HOLD|[45][0-9][0-9])\b\s*([245]\.[0-9]{1,3}\.[0-9]{1,3}\b)?(?<text>.*)$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Refusal();

    [GeneratedRegex(@"^(?<kind>l?file|l?table):(?<path>/.+)$")]
    private static partial Regex NamedFile();

    [GeneratedRegex("#.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+\S+$")]
    private static partial Regex LastWord();
}
