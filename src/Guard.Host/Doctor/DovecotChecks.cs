using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;
using Guard.Host.Platform;

namespace Guard.Host.Doctor;

/// <summary>Whether Dovecot asks the guard, by what doveconf(1) says.</summary>
internal static class DovecotChecks
{
    private const string Documented = "the lines are in docs/dovecot.md";

    /// <summary>Dovecot's own when it is not set.</summary>
    private const int UsualTimeout = 2000;

    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, IProcessRunner runner, string? file, CancellationToken cancellation)
    {
        ImmutableArray<string> where = file is null ? [] : ["-c", file];
        try
        {
            var said = await runner.Run(new ProcessRequest("doveconf", [.. where, "-n"]), cancellation).ConfigureAwait(false);
            return said.Succeeded
                ? [.. Judge(settings, said.Output)]
                : [Finding.Warning("Dovecot", $"doveconf cannot tell: {said.Complaint}", "run doctor as root, or name the file with --dovecot-config")];
        }
        catch (EnforcementException absent)
        {
            return file is null ? [] : [Finding.Fault("Dovecot", absent.Message, "is Dovecot installed?")];
        }
    }

    public static IEnumerable<Finding> Judge(GuardSettings settings, string lines)
    {
        if (settings.Inline.AuthPolicy is not { } address)
            yield break;
        var values = Values(lines);
        if (!values.TryGetValue("auth_policy_server_url", out var url) || url.Length == 0)
        {
            yield return Finding.Warning(
                "Dovecot",
                "does not ask the guard: a suspended account can still log in, unless it is locked otherwise",
                $"add auth_policy_server_url; {Documented}"
            );
            yield break;
        }
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !IsAt(uri, address))
        {
            yield return Finding.Fault(
                "Dovecot",
                $"asks {url}; the guard answers at {address}",
                "correct auth_policy_server_url, or intake.auth-policy.listen"
            );
            yield break;
        }
        var faults = Details(settings, values).Concat(Asker(settings, values)).ToArray();
        foreach (var fault in faults)
            yield return fault;
        if (faults.Length == 0)
            yield return Finding.Ok("Dovecot", $"asks the guard at {url}");
    }

    private static IEnumerable<Finding> Details(GuardSettings settings, Dictionary<string, string> values)
    {
        if (values.GetValueOrDefault("auth_policy_hash_nonce", "").Length == 0)
            yield return Finding.Fault(
                "Dovecot",
                "auth_policy_hash_nonce is missing, without which it does not ask",
                $"set it to a long random text; {Documented}"
            );
        if (values.GetValueOrDefault("auth_policy_reject_on_fail", "no") == "yes")
            yield return Finding.Warning("Dovecot", "auth_policy_reject_on_fail = yes: without the guard nobody can log in", "auth_policy_reject_on_fail = no");
        if (values.GetValueOrDefault("auth_policy_log_only", "no") == "yes")
            yield return Finding.Warning("Dovecot", "auth_policy_log_only = yes: what the guard refuses is let in all the same", "auth_policy_log_only = no");
        if (values.GetValueOrDefault("auth_policy_check_before_auth", "yes") == "no" && values.GetValueOrDefault("auth_policy_check_after_auth", "yes") == "no")
            yield return Finding.Fault(
                "Dovecot",
                "auth_policy_check_before_auth = no and auth_policy_check_after_auth = no: the guard is never asked",
                "set one of them to yes"
            );
        if (values.GetValueOrDefault("auth_policy_report_after_auth", "yes") == "no")
            yield return Finding.Warning(
                "Dovecot",
                "auth_policy_report_after_auth = no: the guard does not hear how a login ended",
                "auth_policy_report_after_auth = yes"
            );
        var (patience, key) = Patience(values);
        if (patience <= settings.Inline.Deadline.TotalMilliseconds)
            yield return Finding.Warning("Dovecot", $"waits {patience} ms, no longer than the guard's own deadline", $"make {key} longer than intake.deadline");
        if (
            settings.Inline.AuthUser.Length + settings.Inline.AuthPassword.Length > 0
            && !values.GetValueOrDefault("auth_policy_server_api_header", "").Contains("Basic", StringComparison.OrdinalIgnoreCase)
        )
            yield return Finding.Fault(
                "Dovecot",
                "the guard wants a name and a password, which Dovecot does not send",
                "auth_policy_server_api_header = Authorization: Basic <base64 of user:password>"
            );
    }

    /// <summary>
    /// The settings that doveconf prints, those of a block under its name and theirs: <c>auth_policy/http_client_request_absolute_timeout</c>. Only 2.4 has
    /// what matters here in a block.
    /// </summary>
    private static Dictionary<string, string> Values(string lines)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var blocks = new Stack<string>();
        foreach (var line in lines.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[^1] == '{')
                blocks.Push(line[..^1].Trim());
            else if (line == "}")
                blocks.TryPop(out _);
            else if (line.Split('=', 2) is [var key, var value])
            {
                values[string.Join('/', blocks.Reverse().Append(key.Trim()))] = value.Trim();
                // 2.4 prints settings whose names begin alike as a block of that name: auth_policy { server_url = … }.
                if (blocks.Count == 1)
                    values.TryAdd($"{blocks.Peek()}_{key.Trim()}", value.Trim());
            }
        }
        return values;
    }

    /// <summary>
    /// How long Dovecot waits for an answer, in milliseconds, and the setting that says so. 2.3: <c>auth_policy_server_timeout_msecs</c>; 2.4: the HTTP
    /// client's time-outs within <c>auth_policy { }</c>, of which the absolute one ends a request whatever happens.
    /// </summary>
    private static (double Milliseconds, string Key) Patience(Dictionary<string, string> values)
    {
        foreach (var key in (string[])["http_client_request_absolute_timeout", "http_client_request_timeout"])
        {
            foreach (var place in (string[])[$"auth_policy/{key}", key])
            {
                if (values.TryGetValue(place, out var text) && Milliseconds(text) is { } told and > 0)
                    return (told, $"auth_policy {{ {key} }}");
            }
        }
        const string Before24 = "auth_policy_server_timeout_msecs";
        return (
            int.TryParse(values.GetValueOrDefault(Before24), NumberStyles.None, CultureInfo.InvariantCulture, out var patience) ? patience : UsualTimeout,
            Before24
        );
    }

    /// <summary>A time as doveconf writes it, such as <c>500 msecs</c>, <c>2s</c>, <c>1 mins</c>; null when it is none.</summary>
    private static double? Milliseconds(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (!double.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[digits..].Trim() switch
        {
            "msecs" or "msec" or "ms" or "milliseconds" => number,
            "" or "s" or "sec" or "secs" or "second" or "seconds" => number * 1000,
            "m" or "min" or "mins" or "minute" or "minutes" => number * 60_000,
            "h" or "hour" or "hours" => number * 3_600_000,
            _ => null,
        };
    }

    private static IEnumerable<Finding> Asker(GuardSettings settings, Dictionary<string, string> values)
    {
        var user = values.GetValueOrDefault("default_internal_user", "dovecot");
        if (settings.Inline.AuthPassword.Length == 0 && !settings.Inline.AuthPeers.Lists(user))
            yield return Finding.Fault(
                "Dovecot",
                $"asks as the user {user}, who is not listed: it is refused",
                $"add {user} to intake.auth-policy.allow-users; {Documented}"
            );
    }

    private static bool IsAt(Uri uri, EndPoint address) =>
        address is IPEndPoint ip
        && uri.Port == ip.Port
        && (
            uri.Host.Trim('[', ']') == ip.Address.ToString()
            || (uri.IsLoopback && IPAddress.IsLoopback(ip.Address))
            || ip.Address.Equals(IPAddress.Any)
            || ip.Address.Equals(IPAddress.IPv6Any)
        );
}
