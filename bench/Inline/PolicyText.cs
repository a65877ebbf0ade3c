using System.Text;

namespace Guard.Bench.Inline;

/// <summary>Questions as Postfix 3.7 asks them at RCPT, each about a message of its own.</summary>
internal static class PolicyText
{
    public const int Accounts = 1000;

    private static int _messages;

    public static byte[] Next(Random random, int connection)
    {
        var user = $"user{random.Next(Accounts)}@example.com";
        var message = Interlocked.Increment(ref _messages);
        return Encoding.ASCII.GetBytes(
            $"""
            request=smtpd_access_policy
            protocol_state=RCPT
            protocol_name=ESMTP
            client_address=198.51.100.{1 + (connection % 250)}
            client_name=client.test
            client_port={20_000 + connection}
            reverse_client_name=client.test
            server_address=127.0.0.1
            server_port=587
            helo_name=client.test
            sender={user}
            recipient=bob@remote.test
            recipient_count=0
            queue_id=
            instance={connection:x}.{message:x}.47594.0
            size=0
            etrn_domain=
            stress=
            sasl_method=PLAIN
            sasl_username={user}
            sasl_sender=
            ccert_subject=
            ccert_issuer=
            ccert_fingerprint=
            ccert_pubkey_fingerprint=
            encryption_protocol=TLSv1.3
            encryption_cipher=
            encryption_keysize=0
            policy_context=


            """.ReplaceLineEndings("\n")
        );
    }
}
