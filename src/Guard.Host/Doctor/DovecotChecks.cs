using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Guard.Host.Configuration;
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
        var values = lines.Split('\n').Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0].Trim()).ToDictionary(group => group.Key, group => group.Last()[1].Trim());
        if (!values.TryGetValue("auth_policy_server_url", out var url) || url.Length == 0)
        {
            yield return Finding.Warning("Dovecot", "does not ask the guard: a suspended account can still log in, unless it is locked otherwise", $"add auth_policy_server_url; {Documented}");
            yield break;
        }
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !IsAt(uri, address))
        {
            yield return Finding.Fault("Dovecot", $"asks {url}; the guard answers at {address}", "correct auth_policy_server_url, or intake.auth-policy.listen");
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
            yield return Finding.Fault("Dovecot", "auth_policy_hash_nonce is missing, without which it does not ask", $"set it to a long random text; {Documented}");
        if (values.GetValueOrDefault("auth_policy_reject_on_fail", "no") == "yes")
            yield return Finding.Warning("Dovecot", "auth_policy_reject_on_fail = yes: without the guard nobody can log in", "auth_policy_reject_on_fail = no");
        var patience = int.TryParse(values.GetValueOrDefault("auth_policy_server_timeout_msecs"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : UsualTimeout;
        if (patience <= settings.Inline.Deadline.TotalMilliseconds)
            yield return Finding.Warning("Dovecot", $"waits {patience} ms, no longer than the guard's own deadline", "make auth_policy_server_timeout_msecs longer than intake.deadline");
        if (settings.Inline.AuthUser.Length + settings.Inline.AuthPassword.Length > 0 && !values.GetValueOrDefault("auth_policy_server_api_header", "").Contains("Basic", StringComparison.OrdinalIgnoreCase))
            yield return Finding.Fault("Dovecot", "the guard wants a name and a password, which Dovecot does not send", "auth_policy_server_api_header = Authorization: Basic <base64 of user:password>");
    }

    private static IEnumerable<Finding> Asker(GuardSettings settings, Dictionary<string, string> values)
    {
        var user = values.GetValueOrDefault("default_internal_user", "dovecot");
        if (settings.Inline.AuthPassword.Length == 0 && !settings.Inline.AuthPeers.Lists(user))
            yield return Finding.Fault("Dovecot", $"asks as the user {user}, who is not listed: it is refused", $"add {user} to intake.auth-policy.allow-users; {Documented}");
    }

    private static bool IsAt(Uri uri, EndPoint address) => address is IPEndPoint ip && uri.Port == ip.Port
        && (uri.Host.Trim('[', ']') == ip.Address.ToString() || (uri.IsLoopback && IPAddress.IsLoopback(ip.Address)) || ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any));
}
