using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Guard.Host.Migration;

/// <summary>
/// postfwd's limits of users who logged in (postfwd(1): <c>rate</c>, <c>size</c> and <c>rcpt</c> of <c>sasl_username</c>) as quotas. What has no counterpart is
/// told beside them with its line, never guessed.
/// </summary>
internal static partial class PostfwdRules
{
    private const string Default = "";

    /// <summary>The section of a configuration, ready to be pasted.</summary>
    public static string Convert(string rules)
    {
        var quotas = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var left = new List<string>();
        foreach (var (line, rule) in Rules(rules))
        {
            if (Quota(rule, out var who, out var why) is { } quota)
            {
                if (!quotas.TryGetValue(who, out var list))
                    quotas[who] = list = [];
                list.Add(quota);
            }
            else
            {
                left.Add($"  # line {line}: {why}: {Shown(rule)}");
            }
        }
        var text = new StringBuilder("accountguard.policy {\n");
        if (quotas.Remove(Default, out var general))
            text.Append(CultureInfo.InvariantCulture, $"  default.quotas = [{string.Join(", ", general)}]\n");
        foreach (var (who, list) in quotas)
        {
            var at = who.IndexOf('@', StringComparison.Ordinal);
            var place = at == 0 ? $"sites.\"{who[1..]}\"" : $"sites.\"{who[(at + 1)..]}\".users.\"{who[..at]}\"";
            text.Append(CultureInfo.InvariantCulture, $"  {place}.quotas = [{string.Join(", ", list)}]\n");
        }
        foreach (var told in left)
            text.Append(told).Append('\n');
        return text.Append("}\n").ToString();
    }

    /// <summary>A rule goes on in lines that begin with a blank, and behind a backslash; comments and macros are none.</summary>
    private static IEnumerable<(int Line, string Rule)> Rules(string text)
    {
        var (begun, rule, goesOn) = (0, "", false);
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = Comment().Replace(raw, "").TrimEnd();
            if (line.Length == 0)
                continue;
            if (rule.Length > 0 && !goesOn && !char.IsWhiteSpace(line[0]))
            {
                yield return (begun, rule);
                rule = "";
            }
            if (rule.Length == 0)
                begun = number;
            goesOn = line[^1] == '\\';
            rule = $"{rule} {line.TrimEnd('\\').Trim()}".Trim();
        }
        if (rule.Length > 0)
            yield return (begun, rule);
    }

    private static string? Quota(string rule, out string who, out string why)
    {
        who = Default;
        why = "";
        if (rule.StartsWith("&&", StringComparison.Ordinal))
            return No("is a macro", out why);
        var parts = rule.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Array.Find(parts, part => part.StartsWith("action", StringComparison.OrdinalIgnoreCase)) is not { } action)
            return No("has no action", out why);
        var limit = Limit().Match(action);
        if (!limit.Success)
            return No("is no limit (rate, size, rcpt)", out why);
        if (limit.Groups["item"].Value != "sasl_username")
            return No($"counts by {limit.Groups["item"].Value}, not by sasl_username", out why);
        foreach (var part in parts.Where(part => part != action))
        {
            var condition = Condition().Match(part);
            if (!condition.Success)
                return No($"has a condition that is not understood ({part})", out why);
            var (item, value) = (condition.Groups["item"].Value.ToLowerInvariant(), condition.Groups["value"].Value.Trim());
            if (item is "id" or "protocol_state" or "state")
                continue;
            if (item != "sasl_username")
                return No($"depends on {item}", out why);
            if (Whoever().IsMatch(value))
                continue;
            if (OneDomain().Match(value) is { Success: true } domain)
                who = "@" + domain.Groups["domain"].Value.Replace("\\.", ".", StringComparison.Ordinal).ToLowerInvariant();
            else if (OneUser().Match(value) is { Success: true } user)
                who = user.Groups["user"].Value.Replace("\\.", ".", StringComparison.Ordinal).Replace("\\@", "@", StringComparison.Ordinal).ToLowerInvariant();
            else
                return No($"is for names that neither one account nor one domain has ({value})", out why);
        }
        var what = limit.Groups["kind"].Value[..4] switch
        {
            "rcpt" => "recipients",
            "size" => "bytes",
            _ => "mails",
        };
        return $"{{ per = {limit.Groups["time"].Value}s, {what} = {limit.Groups["most"].Value} }}";
    }

    private static string? No(string reason, out string why)
    {
        why = reason;
        return null;
    }

    /// <summary>The file may be anybody's: one line, without what a terminal obeys.</summary>
    private static string Shown(string rule)
    {
        var text = string.Concat(rule.Select(one => char.IsControl(one) ? '?' : one));
        return text.Length > 200 ? text[..200] + "…" : text;
    }

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"^action\s*==?\s*(?<kind>rate|size|rcpt)(5321)?\s*\(\s*(\$\$)?(?<item>[a-z_]+)\s*/\s*(?<most>[0-9]{1,15})\s*/\s*(?<time>[0-9]{1,9})\s*/",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Limit();

    [GeneratedRegex(@"^(?<item>[A-Za-z_0-9]+)\s*(==|=~|=)\s*(?<value>.+)$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"^/\^?(\(?\.[+*]?\)?|\\S\+?)\$?/i?$")]
    private static partial Regex Whoever();

    [GeneratedRegex(@"^/?\^?(\.[+*])?\\?@(?<domain>([A-Za-z0-9-]+\\?\.)+[A-Za-z0-9-]+)\$?/?i?$")]
    private static partial Regex OneDomain();

    [GeneratedRegex(@"^/?\^?(?<user>[A-Za-z0-9._+\\-]+\\?@([A-Za-z0-9-]+\\?\.)+[A-Za-z0-9-]+)\$?/?i?$")]
    private static partial Regex OneUser();
}
