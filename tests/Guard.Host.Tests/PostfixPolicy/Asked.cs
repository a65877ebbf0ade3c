using System.Buffers;
using System.Text;
using Guard.Host.Intake.PostfixPolicy;

namespace Guard.Host.Tests.PostfixPolicy;

/// <summary>Requests as Postfix 3.7 writes them.</summary>
internal static class Asked
{
    public static string Text(
        string stage,
        string instance = "3a92.6b04d91c.47594.0",
        string recipient = "bob@remote.test",
        int count = 0,
        string queueId = "",
        string user = "info@example.com",
        int size = 0
    ) =>
        $"""
            request=smtpd_access_policy
            protocol_state={stage}
            protocol_name=ESMTP
            client_address=203.0.113.53
            client_name=host.example.net
            client_port=36770
            reverse_client_name=host.example.net
            server_address=127.0.0.1
            server_port=10587
            helo_name=client.test
            sender=info@example.com
            recipient={recipient}
            recipient_count={count}
            queue_id={queueId}
            instance={instance}
            size={size}
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
            policy_context=submission


            """.ReplaceLineEndings("\n");

    public static PolicyRequest Recipient(string recipient = "bob@remote.test", string instance = "1.2.3.0", string user = "info@example.com") =>
        At(SmtpStage.Recipient, instance, user) with
        {
            Recipient = recipient,
        };

    public static PolicyRequest Data(int count, string instance = "1.2.3.0") => At(SmtpStage.Data, instance) with { RecipientCount = count };

    public static PolicyRequest End(int count, string instance = "1.2.3.0") => At(SmtpStage.EndOfMessage, instance) with { RecipientCount = count };

    private static PolicyRequest At(SmtpStage stage, string instance, string user = "info@example.com") =>
        new()
        {
            Stage = stage,
            Instance = instance,
            SaslUsername = user,
            ServerPort = 587,
        };

    public static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
