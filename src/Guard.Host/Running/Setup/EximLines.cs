using System.Net;

namespace Guard.Host.Running.Setup;

/// <summary>Exim's questions to the guard (docs/exim.md): once per message, where its id is known, by Postfix's policy protocol.</summary>
internal static class EximLines
{
    /// <summary>The macro of Debian's configuration that names a file with statements for the end of acl_smtp_data.</summary>
    public const string Hook = "CHECK_DATA_LOCAL_ACL_FILE";

    /// <summary>Statements of an ACL. Without the guard mail goes on as if it had said so.</summary>
    public static string Acl(IPEndPoint policy) =>
        $$$"""
            warn
              authenticated = *
              set acl_m_accountguard = ${readsocket{inet:{{{policy}}}}{request=smtpd_access_policy\n\
                protocol_state=DATA\nclient_address=$sender_host_address\nsasl_username=$authenticated_id\n\
                sender=$sender_address\nrecipient_count=$recipients_count\nqueue_id=$message_exim_id\n\n}{2s}{ }{action=DUNNO}}
            deny
              authenticated = *
              condition = ${if match{$acl_m_accountguard}{\N^action=REJECT\N}}
              message = ${sg{$acl_m_accountguard}{\N^action=[A-Z_]+ *\N}{}}
            defer
              authenticated = *
              condition = ${if match{$acl_m_accountguard}{\N^action=DEFER\N}}
              message = ${sg{$acl_m_accountguard}{\N^action=[A-Z_]+ *\N}{}}
            warn
              authenticated = *
              condition = ${if match{$acl_m_accountguard}{\N^action=HOLD\N}}
              control = freeze
            """;
}
