using System.Net;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Guard.Host.Migration;

/// <summary>
/// policyd-rate-limit's YAML (policyd-rate-limit.yaml(5)): limits of each SASL user, and those of single ones, as quotas of recipients: Postfix asks it once for
/// each.
/// </summary>
/// <param name="domain">To which domain names without one belong; empty: they are told.</param>
internal sealed class PolicydRateLimitFile(string domain)
{
    public const string Program = "policyd-rate-limit";

    private const int MaxDepth = 32;

    /// <summary>How its daemon runs, which says nothing about accounts. Their values may be passwords, and are not shown.</summary>
    private static readonly HashSet<string> Running =
    [
        "debug",
        "user",
        "group",
        "pidfile",
        "mysql_config",
        "sqlite_config",
        "pgsql_config",
        "backend",
        "SOCKET",
        "socket_permission",
        "delay_to_close",
        "smtp_server",
        "smtp_starttls",
        "smtp_credentials",
        "config_file",
    ];

    private readonly ImportedLimits _limits = new();

    /// <exception cref="FormatException">It is no YAML, or no mapping.</exception>
    public void Convert(string text, ImportedPolicy policy)
    {
        var settings = Settings(text);
        var isBySasl = !settings.TryGetValue("limit_by_sasl", out var bySasl) || IsOn(bySasl.Value);
        var others = new List<string>();
        // Its own list goes before the general one there, and so do the guard's: each in the order of the file.
        foreach (var (name, (item, value)) in settings)
        {
            if (name == "limits")
                General(item, value, isBySasl, policy);
            else if (name == "limits_by_id")
                Single(value, isBySasl, policy);
            else if (name == "limit_by_sasl")
                policy.Note(item, isBySasl ? "as the guard counts: by account" : "off: nothing there holds for who logged in");
            else if (name is "limit_by_sender" or "limit_by_ip")
            {
                if (IsOn(value))
                    policy.Leave(item, "is for mail without a login; the guard's quotas are an account's (accountguard.senders names programs and machines)");
                else
                    policy.Note(item, "off");
            }
            else if (name == "limited_networks")
            {
                if (value is YamlSequenceNode { Children.Count: > 0 })
                    policy.Leave(item, "is for mail without a login, by address");
                else
                    policy.Note(item, "empty");
            }
            else if (name == "fail_action")
                policy.Leave(item, $"'{Shown(value)}' is what intake.answers.over-quota says here (allow, defer, reject, hold), and a quota's text");
            else if (name is "success_action" or "db_error_action")
                policy.Leave(
                    item,
                    $"'{Shown(value)}'; the guard lets others decide what is within its quotas, and intake.unanswered says what holds when it cannot answer"
                );
            else if (name.StartsWith("report", StringComparison.Ordinal))
                policy.Leave(item, "reports are the guard's own: accountguard.reports, and alarm = on of a quota");
            else if (Running.Contains(name))
                others.Add(name);
            else
                policy.Leave(item, "is not known");
        }
        if (others.Count > 0)
            policy.Note("how its daemon runs", $"nothing to take over from {string.Join(", ", others)}");
        _limits.WriteTo(policy);
    }

    private void General(string item, YamlNode value, bool isBySasl, ImportedPolicy policy)
    {
        if (!isBySasl)
            policy.Leave(item, "holds for nobody who logged in, since limit_by_sasl is off");
        else
            foreach (var quota in Quotas(item, value, policy))
                _limits.Add(ImportedLimits.Everybody, quota);
    }

    private void Single(YamlNode value, bool isBySasl, ImportedPolicy policy)
    {
        if (value is not YamlMappingNode ids)
        {
            policy.Leave("limits_by_id", "is no mapping");
            return;
        }
        foreach (var (key, list) in ids.Children)
        {
            var id = Shown(key).ToLowerInvariant();
            var item = $"line {key.Start.Line} (limits_by_id, {id})";
            if (IPAddress.TryParse(id, out _))
                policy.Leave(item, "is an address; quotas of mail are an account's");
            else if (!isBySasl)
                policy.Leave(item, "holds for nobody who logged in, since limit_by_sasl is off");
            else if (LoginPattern.Exactly(id.Contains('@') || domain.Length == 0 ? id : $"{id}@{domain}") is not [var account] || !account.Contains('@'))
                policy.Leave(item, "has no domain; --domain says which one such names belong to");
            else if (account[0] == '@')
                policy.Leave(item, "is no account");
            else
            {
                var quotas = Quotas(item, list, policy);
                _limits.Only(account, quotas);
                if (list is YamlSequenceNode { Children.Count: 0 })
                    policy.Take(item, "no limit");
            }
        }
    }

    /// <summary>Pairs of a number and seconds.</summary>
    private static List<string> Quotas(string item, YamlNode value, ImportedPolicy policy)
    {
        var quotas = new List<string>();
        if (value is not YamlSequenceNode pairs)
        {
            policy.Leave(item, "is no list of pairs");
            return quotas;
        }
        foreach (var pair in pairs.Children)
        {
            if (pair is not YamlSequenceNode { Children: [YamlScalarNode { Value: { } most }, YamlScalarNode { Value: { } seconds }] })
                policy.Leave($"{item}, line {pair.Start.Line}", "is no pair of a number and seconds");
            else if (ImportedQuota.Of("recipients", most, seconds, "", out var why) is { } quota)
            {
                quotas.Add(quota);
                policy.Take(item, $"{most} recipients in {seconds} s");
            }
            else
                policy.Leave(item, why);
        }
        return quotas;
    }

    private static Dictionary<string, (string Item, YamlNode Value)> Settings(string text)
    {
        try
        {
            // The tree is built by recursion, so its depth is looked at before.
            var (parser, depth) = (new Parser(new StringReader(text)), 0);
            while (parser.MoveNext())
            {
                depth += parser.Current!.NestingIncrease;
                if (depth > MaxDepth)
                    throw new FormatException($"more than {MaxDepth} levels within each other");
            }
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
                throw new FormatException("no mapping of settings");
            var settings = new Dictionary<string, (string, YamlNode)>(StringComparer.Ordinal);
            foreach (var (key, value) in root.Children)
                settings[Shown(key)] = ($"line {key.Start.Line} ({Shown(key)})", value);
            return settings;
        }
        catch (YamlException failure)
        {
            throw new FormatException($"no YAML: line {failure.Start.Line}: {ImportedPolicy.Shown(failure.Message)}", failure);
        }
    }

    private static bool IsOn(YamlNode value) => value is YamlScalarNode { Value: { } word } && word.ToLowerInvariant() is ("true" or "yes" or "on" or "y");

    private static string Shown(YamlNode node) => node is YamlScalarNode { Value: { } value } ? ImportedPolicy.Shown(value) : "";
}
