using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;
using Guard.Host.Platform;

namespace Guard.Host.Doctor;

/// <summary>Whether Postfix asks the guard, by what postconf(1) says of main.cf and master.cf.</summary>
internal static class PostfixChecks
{
    private const string Documented = "the lines are in docs/postfix.md";

    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, IProcessRunner runner, string? directory, CancellationToken cancellation)
    {
        ImmutableArray<string> where = directory is null ? [] : ["-c", directory];
        try
        {
            var main = await runner.Run(new ProcessRequest("postconf", [.. where, "-x", "-n"]), cancellation).ConfigureAwait(false);
            var master = await runner.Run(new ProcessRequest("postconf", [.. where, "-x", "-P"]), cancellation).ConfigureAwait(false);
            return main.Succeeded && master.Succeeded
                ? [.. Judge(settings, $"{main.Output}\n{master.Output}")]
                :
                [
                    Finding.Warning(
                        "Postfix",
                        $"postconf cannot tell: {(main.Succeeded ? master : main).Complaint}",
                        "run doctor as root, or name the directory with --postfix-config"
                    ),
                ];
        }
        catch (EnforcementException absent)
        {
            return directory is null ? [] : [Finding.Fault("Postfix", absent.Message, "is Postfix installed?")];
        }
    }

    /// <param name="lines"><c>name = value</c> of main.cf, <c>service/type/name = value</c> of master.cf.</param>
    public static IEnumerable<Finding> Judge(GuardSettings settings, string lines)
    {
        var parameters = lines
            .Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .Select(parts => (Name: parts[0].Trim(), Value: parts[1].Trim()))
            .ToArray();
        var asking = parameters.Where(one => one.Value.Contains("check_policy_service", StringComparison.Ordinal)).ToArray();
        var filtering = parameters
            .Where(one => Last(one.Name) == "smtpd_milters" && settings.Inline.Milter is { } milter && Names(one.Value, milter))
            .ToArray();
        if (settings.Inline.Policy is { } policy)
        {
            var right = asking.Where(one => Names(one.Value, policy)).ToArray();
            if (right.Length > 0)
            {
                var usual = parameters.LastOrDefault(one => one.Name == "smtpd_policy_service_timeout").Value ?? "100s";
                foreach (var finding in right.SelectMany(one => Details(one.Name, one.Value, policy, settings.Inline.Deadline, usual)))
                    yield return finding;
                var tries = parameters.LastOrDefault(one => one.Name == "smtpd_policy_service_try_limit").Value ?? "2";
                if (right.Any(one => Own(one.Value, one.Value.IndexOf("check_policy_service", StringComparison.Ordinal), "try_limit", tries) != "1"))
                    yield return Finding.Warning(
                        "Postfix",
                        "tries the guard more than once: while it is away each recipient takes a second longer",
                        $"try_limit=1 beside timeout=2s; {Documented}"
                    );
                if (!right.Any(one => Last(one.Name) == "smtpd_end_of_data_restrictions"))
                    yield return Finding.Warning(
                        "Postfix",
                        "the guard is not asked at the end of a message: what a broken-off one reserved stays counted, and logs count it again",
                        $"add it to smtpd_end_of_data_restrictions; {Documented}"
                    );
                if (filtering.Length > 0)
                    yield return Finding.Warning("Postfix", "asks by policy and by milter: each recipient counts twice", "keep one of the two");
                if (parameters.LastOrDefault(one => one.Name == "mail_owner").Value is { Length: > 0 } owner && !settings.Inline.PolicyPeers.Lists(owner))
                    yield return Finding.Fault(
                        "Postfix",
                        $"asks as the user {owner}, who is not listed: it is answered as if there were no guard",
                        $"add {owner} to intake.postfix-policy.allow-users; {Documented}"
                    );
                yield break;
            }
            if (filtering.Length == 0)
            {
                yield return asking.Length == 0
                    ? Finding.Warning(
                        "Postfix",
                        "does not ask the guard: mail is only seen in the log, after it was accepted",
                        $"add check_policy_service; {Documented}"
                    )
                    : Finding.Fault(
                        "Postfix",
                        $"asks another policy server ({asking[0].Name} = {asking[0].Value}); the guard answers at {policy}",
                        "correct the address in Postfix, or intake.postfix-policy.listen"
                    );
            }
        }
        foreach (var one in filtering)
        {
            var wait = TimeOf(parameters.LastOrDefault(other => Last(other.Name) == "milter_command_timeout").Value ?? "30s");
            if (wait <= settings.Inline.Deadline)
                yield return Finding.Warning(
                    "Postfix",
                    string.Create(CultureInfo.InvariantCulture, $"waits {wait.TotalMilliseconds:0} ms for the milter, no longer than the guard's own deadline"),
                    $"milter_command_timeout longer than intake.deadline; {Documented}"
                );
            var safe =
                one.Value.Contains("default_action=accept", StringComparison.Ordinal)
                || parameters.Any(other => Last(other.Name) == "milter_default_action" && other.Value == "accept");
            yield return safe
                ? Finding.Ok("Postfix", $"asks the milter ({one.Name})")
                : Finding.Warning("Postfix", $"{one.Name}: without the guard mail is deferred", $"milter_default_action = accept; {Documented}");
        }
    }

    private static IEnumerable<Finding> Details(string name, string value, EndPoint policy, TimeSpan deadline, string usual)
    {
        var asked = value.IndexOf("check_policy_service", StringComparison.Ordinal);
        var permitted = value.IndexOf("permit_sasl_authenticated", StringComparison.Ordinal);
        if (permitted >= 0 && permitted < asked)
            yield return Finding.Fault(
                "Postfix",
                $"{name}: permit_sasl_authenticated stands before check_policy_service, so that the guard is never asked",
                $"put check_policy_service first; {Documented}"
            );
        else if (!value.Contains("default_action=DUNNO", StringComparison.OrdinalIgnoreCase))
            yield return Finding.Warning(
                "Postfix",
                $"{name}: without the guard mail is refused with 451",
                $"check_policy_service {{ {Form(policy)}, timeout=2s, try_limit=1, default_action=DUNNO }}; {Documented}"
            );
        else if (Timeout(value, asked, usual) is var patience && patience <= deadline)
            yield return Finding.Warning(
                "Postfix",
                string.Create(CultureInfo.InvariantCulture, $"{name}: waits {patience.TotalMilliseconds:0} ms, no longer than the guard's own deadline"),
                $"timeout=2s, or intake.deadline shorter than it; {Documented}"
            );
        else
            yield return Finding.Ok("Postfix", $"asks the guard ({name}, waits {patience.TotalSeconds:0.###} s)");
    }

    /// <summary>How long Postfix waits: what stands in the braces behind check_policy_service, else smtpd_policy_service_timeout.</summary>
    private static TimeSpan Timeout(string value, int asked, string usual) => TimeOf(Own(value, asked, "timeout", usual));

    private static string Own(string value, int asked, string name, string usual)
    {
        var end = value.IndexOf('}', asked);
        var within = end < 0 ? "" : value[asked..end];
        var own = within.Split([',', '{', ' ', '\t']).FirstOrDefault(part => part.StartsWith($"{name}=", StringComparison.Ordinal));
        return own is null ? usual : own[(name.Length + 1)..];
    }

    /// <summary>A time as postconf(5) has it: a number with s, m, h, d or w, seconds without.</summary>
    private static TimeSpan TimeOf(string text) =>
        !double.TryParse(text.Trim().TrimEnd('s', 'm', 'h', 'd', 'w'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.MaxValue
            : text.Trim()[^1] switch
            {
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                'w' => TimeSpan.FromDays(7 * number),
                _ => TimeSpan.FromSeconds(number),
            };

    private static bool Names(string value, EndPoint address) =>
        value.Contains(Form(address), StringComparison.Ordinal)
        || (
            address is IPEndPoint ip
            && (
                value.Contains($"inet:localhost:{ip.Port}", StringComparison.Ordinal)
                || (IPAddress.Any.Equals(ip.Address) && value.Contains($":{ip.Port}", StringComparison.Ordinal))
            )
        )
        // A path relative to Postfix's queue directory.
        || (
            address is UnixDomainSocketEndPoint
            && address.ToString() is { } path
            && value.Contains("unix:", StringComparison.Ordinal)
            && value.Split("unix:").Skip(1).Any(rest => path.EndsWith('/' + rest.Split([' ', ',', '}', '\t'], 2)[0].TrimStart('/'), StringComparison.Ordinal))
        );

    private static string Form(EndPoint address) => address is UnixDomainSocketEndPoint ? $"unix:{address}" : $"inet:{address}";

    private static string Last(string name) => name[(name.LastIndexOf('/') + 1)..];
}
