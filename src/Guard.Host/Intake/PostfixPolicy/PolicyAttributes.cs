using System.Text;
using Guard.Host.Intake.Logs.Names;
using Guard.Messages.Places;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>
/// Gathers the attributes of one request. Names this guard has no use for are passed over, as the protocol demands; of a name sent twice the first
/// value counts, so that nothing later in a request takes back what stood before.
/// </summary>
internal sealed class PolicyAttributes(long connection)
{
    /// <summary>The names in the order in which <see cref="Build"/> reads them.</summary>
    private static readonly byte[][] Names =
    [
        .. "request protocol_state protocol_name instance queue_id sender recipient recipient_count sasl_username sasl_method sasl_sender client_address client_port client_name reverse_client_name helo_name server_address server_port size stress encryption_protocol policy_context"
            .Split(' ')
            .Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>Two names that differ in bytes that are no UTF-8 are two accounts.</summary>
    private static readonly int UserName = Array.FindIndex(Names, name => name.AsSpan().SequenceEqual("sasl_username"u8));

    private readonly string?[] _values = new string?[Names.Length];

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (!name.SequenceEqual(Names[i]))
                continue;
            _values[i] ??= i == UserName ? AccountName.Text(value) : Encoding.UTF8.GetString(value);
            return;
        }
    }

    /// <summary>The request, or none when it is not one of SMTP access policy; forgets everything for the next one.</summary>
    public PolicyRequest? Build()
    {
        var next = 0;
        var request =
            Text(ref next) != "smtpd_access_policy"
                ? null
                : new PolicyRequest
                {
                    Connection = connection,
                    Stage = Stage(Text(ref next)),
                    ProtocolName = Text(ref next),
                    Instance = Text(ref next),
                    QueueId = Text(ref next),
                    Sender = Text(ref next),
                    Recipient = Text(ref next),
                    RecipientCount = (int)Number(Text(ref next), int.MaxValue),
                    SaslUsername = Text(ref next),
                    SaslMethod = Text(ref next),
                    SaslSender = Text(ref next),
                    ClientAddress = Address(Text(ref next)),
                    ClientPort = (int)Number(Text(ref next), ushort.MaxValue),
                    ClientName = Text(ref next),
                    ReverseClientName = Text(ref next),
                    HeloName = Text(ref next),
                    ServerAddress = Address(Text(ref next)),
                    ServerPort = (int)Number(Text(ref next), ushort.MaxValue),
                    Size = Number(Text(ref next), long.MaxValue),
                    Stress = Text(ref next).Length > 0,
                    EncryptionProtocol = Text(ref next),
                    PolicyContext = Text(ref next),
                };
        Array.Clear(_values);
        return request;
    }

    private string Text(ref int next) => _values[next++] ?? "";

    private static long Number(string text, long most) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, most)
            : 0;

    private static NetworkAddress Address(string text) => NetworkAddress.TryParse(text, out var address) ? address : default;

    private static SmtpStage Stage(string word) =>
        word switch
        {
            "CONNECT" => SmtpStage.Connect,
            "EHLO" or "HELO" => SmtpStage.Helo,
            "MAIL" => SmtpStage.Mail,
            "RCPT" => SmtpStage.Recipient,
            "DATA" => SmtpStage.Data,
            "END-OF-MESSAGE" => SmtpStage.EndOfMessage,
            "VRFY" => SmtpStage.Verify,
            "ETRN" => SmtpStage.Etrn,
            _ => SmtpStage.Other,
        };
}
