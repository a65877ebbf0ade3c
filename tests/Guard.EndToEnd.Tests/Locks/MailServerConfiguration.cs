using System.Net;
using Guard.Host.Running.Setup;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>The files that the test's own Dovecot and Postfix read.</summary>
internal static class MailServerConfiguration
{
    public static string Dovecot(string root, int imap, int pop3, int? authPolicy, string listen = "127.0.0.1") =>
        $$"""
            base_dir = {{root}}/run
            state_dir = {{root}}/state
            instance_name = accountguard-test
            protocols = imap pop3
            listen = {{listen}}
            log_path = {{root}}/dovecot.log
            ssl = no
            disable_plaintext_auth = no
            auth_mechanisms = plain login
            auth_failure_delay = 0
            auth_cache_size = 1M
            auth_cache_ttl = 1 hour
            mail_location = maildir:{{root}}/mail/%u
            first_valid_uid = 1000
            passdb {
              driver = passwd-file
              deny = yes
              auth_verbose = no
              args = username_format=%u {{root}}/deny
            }
            passdb {
              driver = passwd-file
              args = scheme=PLAIN username_format=%u {{root}}/users
            }
            userdb {
              driver = static
              args = uid=65534 gid=65534 home={{root}}/mail/%u
            }
            service imap-login {
              inet_listener imap {
                port = {{imap}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service pop3-login {
              inet_listener pop3 {
                port = {{pop3}}
              }
              inet_listener pop3s {
                port = 0
              }
            }
            service auth {
              unix_listener {{root}}/queue/private/auth {
                mode = 0660
                user = postfix
                group = postfix
              }
            }
            {{(
                authPolicy is null
                    ? ""
                    : $"auth_policy_server_url = http://127.0.0.1:{authPolicy}/\nauth_policy_hash_nonce = a-long-random-text\nauth_policy_server_timeout_msecs = 2000"
            )}}

            """;

    /// <summary>Outgoing mail is not tried; what somebody has tried all the same meets a closed port, and waits on.</summary>
    public static string PostfixMain(string root, string interfaces = "127.0.0.1") =>
        $"""
            compatibility_level = 3.6
            queue_directory = {root}/queue
            data_directory = {root}/data
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            meta_directory = {root}/postfix
            shlib_directory = /usr/lib/postfix
            mail_owner = postfix
            setgid_group = postdrop
            myhostname = mail.example.com
            mydestination =
            inet_interfaces = {interfaces}
            inet_protocols = ipv4
            mynetworks = 10.255.255.255/32
            maillog_file = {root}/postfix.log
            maillog_file_prefixes = /tmp, /var
            defer_transports = smtp
            relayhost = [127.0.0.1]:9
            alias_maps =
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = private/auth
            smtpd_authorized_xclient_hosts = 127.0.0.0/8
            smtpd_client_connection_count_limit = 0
            default_process_limit = 200
            max_idle = 2s

            """;

    /// <param name="everywhere">The guard stands in every restriction list, so that it is asked several times about the same recipient.</param>
    public static string PostfixMaster(string listen, string accessMap, int? policy, bool everywhere = false, bool patient = false) =>
        $$"""
            {{listen}} inet n - n - - smtpd
              -o smtpd_sasl_auth_enable=yes
              -o { smtpd_client_restrictions = check_sasl_access hash:{{accessMap}}{{(everywhere ? ", " + Asking(policy, patient) : "")}} }
              -o smtpd_relay_restrictions=permit_sasl_authenticated,reject{{(
                policy is null
                    ? ""
                    : $"\n  -o {{ smtpd_recipient_restrictions = {Asking(policy, patient)}, permit_sasl_authenticated, reject }}\n  -o {{ smtpd_end_of_data_restrictions = {Asking(policy, patient)} }}"
            )}}{{(
                everywhere ? string.Concat(new[] { "helo", "sender", "data" }.Select(list => $"\n  -o {{ smtpd_{list}_restrictions = {Asking(policy, patient)} }}")) : ""
            )}}
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd

            """;

    private static string Asking(int? policy, bool patient)
    {
        var line = MailServerLines.Ask(new IPEndPoint(IPAddress.Loopback, policy ?? 0));
        // A process of Postfix's that waits its turn notices only with its next question that a guard was killed; with one try that mail flows unasked.
        return patient
            ? line.Replace("timeout=2s", "timeout=30s", StringComparison.Ordinal).Replace("try_limit=1", "try_limit=2", StringComparison.Ordinal)
            : line;
    }
}
