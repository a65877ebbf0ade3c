using System.Text.RegularExpressions;

namespace Guard.Host.Running.Setup;

/// <summary>A parameter of main.cf, or of a service in master.cf: <c>submission/inet/smtpd_recipient_restrictions</c>.</summary>
internal readonly record struct PostfixChange(string Name, string Value)
{
    public bool IsOfService => Name.Contains('/', StringComparison.Ordinal);

    public override string ToString() => $"{Name} = {Value}";
}

/// <summary>
/// What has to be said to Postfix so that the guard is asked wherever users log in. What is asked stands in two parameters of main.cf with names of their own;
/// restriction lists begin with them, and stay as they are behind.
/// </summary>
internal static partial class PostfixLines
{
    public const string RecipientCheck = "accountguard_recipient_check";
    public const string EndOfDataCheck = "accountguard_end_of_data_check";

    private const string Sasl = "smtpd_sasl_auth_enable";

    private static readonly (string List, string Check)[] Lists =
    [
        ("smtpd_recipient_restrictions", RecipientCheck),
        ("smtpd_end_of_data_restrictions", EndOfDataCheck),
    ];

    /// <summary>What main.cf is asked for.</summary>
    public static IReadOnlyList<string> Asked { get; } = [Sasl, .. Lists.Select(one => one.List)];

    /// <param name="services">What <c>postconf -M</c> prints.</param>
    /// <param name="overrides">What <c>postconf -P</c> prints.</param>
    /// <param name="main">What <c>postconf</c> prints of <see cref="Asked"/> and, with <c>-n</c>, of all.</param>
    /// <returns>Nothing when all is as it should be, or nobody can log in.</returns>
    public static IReadOnlyList<PostfixChange> Of(string services, string overrides, string main, string ask, string heedLocks)
    {
        var own = Parameters(overrides);
        var general = Parameters(main);
        var asking = Services(services).Where(service => IsOn(own.GetValueOrDefault($"{service}/{Sasl}") ?? general.GetValueOrDefault(Sasl, "no"))).ToArray();
        if (asking.Length == 0)
            return [];
        var wanted = new List<PostfixChange> { new(RecipientCheck, $"{heedLocks}, {ask}"), new(EndOfDataCheck, ask) };
        foreach (var (list, check) in Lists)
        {
            var inherited = general.GetValueOrDefault(list, "");
            foreach (var service in asking)
            {
                if (own.TryGetValue($"{service}/{list}", out var value))
                    wanted.Add(new PostfixChange($"{service}/{list}", First(check, value, ",")));
                else if (inherited.Length == 0)
                    wanted.Add(new PostfixChange($"{service}/{list}", $"${check}"));
            }
            // A list that main.cf has for all: repeated in each service it would no longer follow main.cf.
            if (inherited.Length > 0 && asking.Any(service => !own.ContainsKey($"{service}/{list}")))
                wanted.Add(new PostfixChange(list, First(check, inherited, ", ")));
        }
        return [.. wanted.Where(one => (one.IsOfService ? own : general).GetValueOrDefault(one.Name) != one.Value)];
    }

    /// <summary>The guard's part taken out again, where others changed the files since; empty lists stay as empty lists.</summary>
    public static IReadOnlyList<PostfixChange> Without(string overrides, string main) =>
        [
            .. Parameters(overrides)
                .Concat(Parameters(main))
                .Where(one => one.Value.Contains("$accountguard_", StringComparison.Ordinal))
                .Select(one => new PostfixChange(one.Key, OwnPart().Replace(one.Value, ""))),
        ];

    private static string First(string check, string value, string separator) =>
        value.Contains($"${check}", StringComparison.Ordinal) ? value
        : value.Length == 0 ? $"${check}"
        : $"${check}{separator}{(separator == "," ? Compact(value) : value)}";

    /// <summary>postconf takes values of services without blanks; commas part as well as they do.</summary>
    private static string Compact(string value) =>
        Blanks().Replace(AroundBraces().Replace(AroundCommas().Replace(value.Trim(), ","), match => match.Value.Trim()), ",");

    private static IEnumerable<string> Services(string lines) =>
        lines
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            // What a content filter hands back on loopback came from a user once, and was asked about then.
            .Where(fields => fields.Length >= 8 && fields[1] is "inet" or "pass" && fields[7] == "smtpd" && !IsLoopback(fields[0]))
            .Select(fields => $"{fields[0]}/{fields[1]}");

    private static bool IsLoopback(string service) =>
        service.StartsWith("127.", StringComparison.Ordinal)
        || service.StartsWith("[::1]", StringComparison.Ordinal)
        || service.StartsWith("::1:", StringComparison.Ordinal)
        || service.StartsWith("localhost:", StringComparison.Ordinal);

    private static bool IsOn(string value) => value.Length > 0 && value != "no";

    private static Dictionary<string, string> Parameters(string lines) =>
        lines
            .Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0].Trim())
            .ToDictionary(parts => parts.Key, parts => parts.Last()[1].Trim());

    [GeneratedRegex(@"\s*,\s*")]
    private static partial Regex AroundCommas();

    [GeneratedRegex(@"\{\s+|\s+\}")]
    private static partial Regex AroundBraces();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\$accountguard_\w+(,\s*)?")]
    private static partial Regex OwnPart();
}
