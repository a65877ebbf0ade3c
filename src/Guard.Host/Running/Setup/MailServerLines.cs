using System.Net;

namespace Guard.Host.Running.Setup;

/// <summary>The lines by which mail servers ask the guard and heed what it locks: written by setup, and shown by the guides (docs/postfix.md, docs/dovecot.md,
/// docs/enforcement.md), which a test compares with them.</summary>
internal static class MailServerLines
{
    public const string DenyFile = "/etc/dovecot/accountguard-deny";
    public const string AccessMap = "/etc/postfix/accountguard-access";

    /// <summary>Says whose a file is.</summary>
    public const string Mark = "# Written by accountguard setup --mail-server; accountguard setup --undo takes it away.";

    /// <summary>
    /// The guard's place in a restriction list. One try: without the guard a recipient costs nothing, where Postfix's own two tries cost a second each
    /// (smtpd_policy_service_try_limit in postconf(5)).
    /// </summary>
    public static string Ask(EndPoint policy) =>
        $"check_policy_service {{ inet:{policy}, timeout=2s, try_limit=1, default_action=DUNNO, policy_context=submission }}";

    /// <param name="type">Of the map, as in main.cf: hash or lmdb.</param>
    public static string HeedLocks(string type) => $"check_sasl_access {type}:{AccessMap}";

    /// <summary>Dovecot's passdb of locked accounts, which has to be the first one.</summary>
    public static string Deny(bool is24) =>
        is24
            ? $$"""
                passdb accountguard {
                  driver = passwd-file
                  passwd_file_path = {{DenyFile}}
                  deny = yes
                }
                """
            : $$"""
                passdb {
                  driver = passwd-file
                  args = {{DenyFile}}
                  deny = yes
                }
                """;

    /// <param name="nonce">Goes into the hashes of passwords that Dovecot tells of; any long random text.</param>
    public static string AuthPolicy(bool is24, EndPoint authPolicy, string nonce) =>
        $"auth_policy_server_url = http://{authPolicy}/\nauth_policy_hash_nonce = {nonce}\n"
        + (is24 ? "auth_policy {\n  http_client_request_absolute_timeout = 2 secs\n}" : "auth_policy_server_timeout_msecs = 2000");
}
