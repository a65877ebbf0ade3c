using System.Globalization;
using System.Text.RegularExpressions;

namespace Guard.Host.Migration;

/// <summary>
/// ConfigServer Firewall's <c>csf.conf</c> with <c>csf.allow</c> and <c>csf.ignore</c> beside it: what its login failure daemon tolerates of mail, FTP and SSH,
/// its login tracking, its relay tracking, and whom it never blocks.
/// </summary>
/// <param name="file">What a file says; null: it cannot be read.</param>
internal sealed partial class CsfFiles(Func<string, string?> file)
{
    public const string Program = "csf";

    private const int MaxIncluded = 8;

    private static readonly string[] Triggers = ["LF_SMTPAUTH", "LF_POP3D", "LF_IMAPD", "LF_FTPD", "LF_SSHD"];

    private readonly ImportedGuesses _guesses = new();
    private readonly ImportedLimits _limits = new();
    private bool _hasMail;

    public void Convert(string path, string text, ImportedPolicy policy)
    {
        var settings = new CsfSettings(text);
        foreach (var problem in settings.Unread)
            policy.Leave(problem, "is no KEY = \"value\"");
        Failures(settings, policy);
        Logins(settings, policy);
        Relays(settings, policy);
        foreach (var setting in settings.Rest().Where(setting => setting.Name.StartsWith("LF_", StringComparison.Ordinal) && setting.Value is not ("" or "0")))
            policy.Leave(setting.ToString(), "has nothing to do with logins of mail, FTP and SSH, or is how CSF itself works; it stays CSF's");
        var others = settings
            .Rest()
            .Where(setting => !setting.Name.StartsWith("LF_", StringComparison.Ordinal) || setting.Value is "" or "0")
            .Select(setting => setting.Name)
            .ToArray();
        if (others.Length > 0)
            policy.Leave($"{others.Length} others", $"stay CSF's: {string.Join(", ", others)}");
        if (settings.Idle.Count > 0)
            policy.Note("without effect there", string.Join(", ", settings.Idle));
        var networks = new ImportedNetworks(policy);
        var directory = Path.GetDirectoryName(path) ?? "";
        foreach (var list in new[] { "csf.allow", "csf.ignore" })
            Addresses(Path.Combine(directory, list), networks, policy, 0);
        _guesses.WriteTo(policy);
        networks.Write();
        if (!_limits.HasRules)
            return;
        if (!_hasMail)
        {
            // A list replaces the guard's own, whose limit of mail CSF says nothing against.
            _limits.Add(ImportedLimits.Everybody, "{ per = 86400s, recipients = 500 }");
            policy.Note("everybody", "the guard's own 500 recipients a day stay beside what was taken over");
        }
        _limits.WriteTo(policy);
    }

    private void Failures(CsfSettings settings, ImportedPolicy policy)
    {
        var window = settings.Take("LF_INTERVAL");
        var within = window?.Number ?? 3600;
        var together = settings.Take("LF_TRIGGER");
        var held = settings.Take("LF_TRIGGER_PERM");
        var isTogether = together?.Number > 0;
        foreach (var name in Triggers)
        {
            var (trigger, time) = (settings.Take(name), settings.Take($"{name}_PERM"));
            if (trigger is null)
                continue;
            if (trigger.Number is not { } count)
                policy.Leave(trigger.ToString(), "is no number");
            else if (count == 0)
                policy.Leave(trigger.ToString(), "is off there; the guard counts failures of all services together");
            else if (isTogether)
                policy.Note(trigger.ToString(), "is counted there with the others (LF_TRIGGER), as the guard does");
            else
            {
                _guesses.Tolerates(count, within);
                policy.Take(trigger.ToString(), $"{count} failures of an address in {within} s; here over all services, so the least of them counts");
            }
            if (time is not null && !isTogether && trigger.Number > 0)
                Held(time, policy);
        }
        if (isTogether)
        {
            _guesses.Tolerates(together!.Number!.Value, within);
            policy.Take(together.ToString(), $"{together.Number} failures of an address in {within} s, over all services");
            if (held is not null)
                Held(held, policy);
        }
        if (window is not null)
            policy.Take(window.ToString(), $"the window of failures, where one of them is taken over{(_guesses.HasFailures ? "" : " (none is)")}");
        if (settings.Take("LF_DISTATTACK") is { Number: > 0 } spread)
            policy.Leave(
                spread.ToString(),
                "guesses at one account by many addresses are told and judged by the account itself; each address is blocked for what it does itself"
            );
        foreach (var name in new[] { "LF_DISTSMTP", "LF_DISTFTP" })
        {
            if (settings.Take(name) is { Number: > 0 } logins)
                policy.Leave(
                    logins.ToString(),
                    "blocks addresses for successful logins; the guard restricts the account instead, by what is usual for it, or by a quota such as { per = 5m, addresses = 3 }"
                );
        }
    }

    private static void Held(CsfSetting time, ImportedPolicy policy)
    {
        if (time.Number is not { } seconds)
            policy.Leave(time.ToString(), "is no number");
        else if (seconds <= 1)
            policy.Leave(
                time.ToString(),
                "blocks for ever; here every block ends, and who comes back is held twice as long, up to enforcement.firewall.longest"
            );
        else
            policy.Leave(time.ToString(), ImportedGuesses.Held(seconds));
    }

    private void Logins(CsfSettings settings, ImportedPolicy policy)
    {
        CsfSetting?[] both = [settings.Take("LT_POP3D"), settings.Take("LT_IMAPD")];
        var counted = both.OfType<CsfSetting>().Where(setting => setting.Number > 0).ToArray();
        if (counted.Length == 1)
            policy.Leave(
                counted[0].ToString(),
                "counts logins to one service, by account and address; a quota of logins counts those of all services and addresses, and the other service has no limit there"
            );
        if (counted.Length != 2)
            return;
        var sum = counted.Sum(setting => setting.Number!.Value);
        _limits.Add(ImportedLimits.Everybody, $"{{ per = 3600s, logins = {Math.Min(sum, ImportedQuota.MaxCount)} }}");
        foreach (var setting in counted)
            policy.Take(setting.ToString(), $"{sum} logins of an account in an hour, both services together; here from all addresses");
    }

    private void Relays(CsfSettings settings, ImportedPolicy policy)
    {
        foreach (var name in new[] { "RT_RELAY", "RT_AUTHRELAY", "RT_POPRELAY", "RT_LOCALRELAY", "RT_LOCALHOSTRELAY" })
        {
            var (limit, alert, block) = (settings.Take($"{name}_LIMIT"), settings.Take($"{name}_ALERT"), settings.Take($"{name}_BLOCK"));
            if (limit is null)
                continue;
            if (alert?.Number == 0 && block?.Number is null or 0)
                policy.Note(limit.ToString(), "neither tells nor blocks there");
            else if (limit.Number is not { } most || most > ImportedQuota.MaxCount)
                policy.Leave(limit.ToString(), "is no number that a quota can have");
            else if (name != "RT_AUTHRELAY")
                policy.Leave(limit.ToString(), Foreign(name));
            else
            {
                _hasMail = true;
                _limits.Add(ImportedLimits.Everybody, $"{{ per = 3600s, mails = {most}{(alert?.Number > 0 ? ", alarm = on" : "")} }}");
                policy.Take(
                    limit.ToString(),
                    $"{most} mails of an account in an hour{(alert?.Number > 0 ? ", told at once" : "")}{(block?.Number is null or 0 ? "; there it is only told, here a quota refuses what exceeds it" : "")}"
                );
            }
        }
    }

    private static string Foreign(string name) =>
        name switch
        {
            "RT_RELAY" => "counts mail of strangers to this server, which has no account",
            "RT_POPRELAY" => "counts mail that POP before SMTP let in, which tells no account",
            "RT_LOCALRELAY" => "counts mail of system users; they have the quotas of their accounts, and accountguard.senders names programs",
            _ => "counts mail from this machine itself; accountguard.senders says whose it is",
        };

    private void Addresses(string path, ImportedNetworks networks, ImportedPolicy policy, int depth)
    {
        var name = Path.GetFileName(path);
        if (file(path) is not { } text)
        {
            policy.Note(name, "is not there or cannot be read");
            return;
        }
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            var item = $"{name} line {++number}";
            var line = Comment().Replace(raw, "").Trim();
            if (line.Length == 0)
                continue;
            if (Include().Match(line) is { Success: true } include && depth < MaxIncluded)
                Addresses(include.Groups["path"].Value, networks, policy, depth + 1);
            else if (line.Contains('|'))
                policy.Leave(item, $"is for some ports only: {ImportedPolicy.Shown(line)}");
            else
                networks.Add(item, line);
        }
    }

    [GeneratedRegex("#.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^Include\s+(?<path>/\S+)$")]
    private static partial Regex Include();
}

/// <summary>One setting of <c>csf.conf</c>.</summary>
internal sealed record CsfSetting(int Line, string Name, string Value)
{
    public long? Number => long.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public override string ToString() => $"line {Line} ({Name} = {ImportedPolicy.Shown(Value)})";
}

/// <summary>The settings of <c>csf.conf</c>; of two of one name the last one counts.</summary>
internal sealed partial class CsfSettings
{
    private readonly Dictionary<string, CsfSetting> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CsfSetting> _seen = new(StringComparer.Ordinal);

    public CsfSettings(string text)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (Setting().Match(line) is { Success: true } setting)
                _settings[setting.Groups["name"].Value] = new CsfSetting(number, setting.Groups["name"].Value, setting.Groups["value"].Value);
            else
                Unread.Add($"line {number}");
        }
    }

    public List<string> Unread { get; } = [];

    /// <summary>Hands it out once, so that what nobody asked for can be told.</summary>
    public CsfSetting? Take(string name)
    {
        if (!_settings.Remove(name, out var setting))
            return null;
        // What belongs to a setting that is off says nothing by itself either.
        var owner = name.EndsWith("_PERM", StringComparison.Ordinal) ? name[..^5] : name;
        if (setting.Number == 0 || (owner != name && _seen.GetValueOrDefault(owner)?.Number is null or 0))
            Idle.Add(name);
        return _seen[name] = setting;
    }

    /// <summary>What is off, and what belongs to it.</summary>
    public List<string> Idle { get; } = [];

    public IReadOnlyList<CsfSetting> Rest() => [.. _settings.Values.OrderBy(setting => setting.Line)];

    [GeneratedRegex("^(?<name>[A-Za-z0-9_]+)\\s*=\\s*\"(?<value>[^\"]*)\"")]
    private static partial Regex Setting();
}
