using System.Buffers;
using System.Text;
using CsCheck;
using Guard.Host.Intake.PostfixPolicy;
using Xunit;

namespace Guard.Host.Tests.PostfixPolicy;

public sealed class PolicyRequestParserSpecs
{
    [Fact(DisplayName = "Every attribute of a captured request arrives")]
    public void Complete()
    {
        var request = Assert.Single(All(Asked.Text("END-OF-MESSAGE", "46cf.6b04da45.641c6.0", count: 1, queueId: "64488B20422", size: 275)));
        Assert.Equal(SmtpStage.EndOfMessage, request.Stage);
        Assert.Equal(
            ("46cf.6b04da45.641c6.0", "64488B20422", "info@example.com", "bob@remote.test", 1),
            (request.Instance, request.QueueId, request.Sender, request.Recipient, request.RecipientCount)
        );
        Assert.Equal(
            ("info@example.com", "PLAIN", "203.0.113.53", 36770, 275L),
            (request.SaslUsername, request.SaslMethod, request.ClientAddress.ToString(), request.ClientPort, request.Size)
        );
        Assert.Equal(
            ("127.0.0.1", 10587, "TLSv1.3", "submission", "client.test"),
            (request.ServerAddress.ToString(), request.ServerPort, request.EncryptionProtocol, request.PolicyContext, request.HeloName)
        );
        Assert.False(request.Stress);
    }

    [Theory(DisplayName = "Each documented stage is known")]
    [InlineData("CONNECT", SmtpStage.Connect)]
    [InlineData("EHLO", SmtpStage.Helo)]
    [InlineData("HELO", SmtpStage.Helo)]
    [InlineData("MAIL", SmtpStage.Mail)]
    [InlineData("RCPT", SmtpStage.Recipient)]
    [InlineData("DATA", SmtpStage.Data)]
    [InlineData("END-OF-MESSAGE", SmtpStage.EndOfMessage)]
    [InlineData("VRFY", SmtpStage.Verify)]
    [InlineData("ETRN", SmtpStage.Etrn)]
    [InlineData("BDAT", SmtpStage.Other)]
    public void Stages(string word, SmtpStage stage) => Assert.Equal(stage, Assert.Single(All(Asked.Text(word))).Stage);

    [Fact(DisplayName = "Byte by byte the same requests are read as at once")]
    public void ByteByByte()
    {
        var text = Asked.Text("RCPT") + Asked.Text("RCPT", recipient: "eve@remote.test") + Asked.Text("DATA", count: 2);
        var parser = new PolicyRequestParser();
        var pending = new List<byte>();
        var read = new List<PolicyRequest>();
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            pending.Add(one);
            var bytes = new ReadOnlySequence<byte>(pending.ToArray());
            while (parser.TryRead(ref bytes, out var request))
                read.Add(request);
            pending = [.. bytes.ToArray()];
        }
        Assert.Equal(All(text), read);
        Assert.Equal(3, read.Count);
        Assert.False(parser.IsWithin);
    }

    [Fact(DisplayName = "Unknown names, a value with an equals sign and CRLF are no trouble")]
    public void Odd()
    {
        var request = Assert.Single(
            All(
                "request=smtpd_access_policy\r\nnew_in_postfix_9=x\r\nsasl_username=a=b%20c\r\nclient_address=unknown\r\nclient_port=unknown\r\nsize=-5\r\n\r\n"
            )
        );
        Assert.Equal("a=b%20c", request.SaslUsername);
        Assert.True(request.ClientAddress.IsNone);
        Assert.Equal((0, 0L), (request.ClientPort, request.Size));
    }

    [Fact(DisplayName = "Nothing later in a request takes back what stood before")]
    public void FirstCounts() =>
        Assert.Equal("thief@example.com", Assert.Single(All("request=smtpd_access_policy\nsasl_username=thief@example.com\nsasl_username=\n\n")).SaslUsername);

    [Theory(DisplayName = "What is no policy request is refused")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("=x\n")]
    [InlineData("request=junk\n\n")]
    [InlineData("\n")]
    [InlineData("protocol_state=RCPT\n\n")]
    [InlineData("request=smtpd_access_policy\nsender=a\0b\n")]
    public void Refused(string text) => Assert.Throws<PolicyProtocolException>(() => All(text));

    [Fact(DisplayName = "Lines and attributes over the limits are refused, complete or not")]
    public void Limits()
    {
        Assert.Single(All("request=smtpd_access_policy\nx=" + new string('a', 8190) + "\n\n"));
        Assert.Throws<PolicyProtocolException>(() => All("x=" + new string('a', 8191) + "\n"));
        Assert.Throws<PolicyProtocolException>(() => All("x=" + new string('a', 8191)));
        Assert.Throws<PolicyProtocolException>(() => All(string.Concat(Enumerable.Repeat("x=y\n", 101))));
    }

    [Fact(DisplayName = "Whatever comes, cut anywhere: requests or a refusal, the same as uncut")]
    public void Fuzz() =>
        Gen.Select(Gen.OneOf(Mangled, Gen.String[Gen.Char["\n\r=\0ab"], 0, 200]), Gen.Int[1, 40])
            .Sample((text, piece) => Assert.Equal(Outcome(text, int.MaxValue), Outcome(text, piece)), iter: FuzzEffort.Inputs);

    private static readonly Gen<string> Mangled = Gen.Select(Gen.Int[0, 700], Gen.Char["\n\r=\0aé"], Gen.Int[1, 3])
        .Select(
            (at, with, times) =>
            {
                var text = new StringBuilder();
                for (var i = 0; i < times; i++)
                    text.Append(Asked.Text("RCPT", queueId: "4ABC" + i));
                return text.Insert(Math.Min(at, text.Length), with).ToString();
            }
        );

    /// <summary>The requests read, and how it ended.</summary>
    private static string Outcome(string text, int piece)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var parser = new PolicyRequestParser(longestLine: 100);
        var outcome = new StringBuilder();
        var pending = ReadOnlySequence<byte>.Empty;
        try
        {
            for (var at = 0; at < bytes.Length; at += Math.Min(piece, bytes.Length))
            {
                var next = bytes.AsSpan(at, Math.Min(piece, bytes.Length - at));
                pending = new ReadOnlySequence<byte>([.. pending.ToArray(), .. next]);
                while (parser.TryRead(ref pending, out var request))
                    outcome.Append(request).Append('\n');
            }
        }
        catch (PolicyProtocolException)
        {
            outcome.Append("refused");
        }
        return outcome.ToString();
    }

    private static List<PolicyRequest> All(string text)
    {
        var parser = new PolicyRequestParser();
        var bytes = Asked.Bytes(text);
        var all = new List<PolicyRequest>();
        while (parser.TryRead(ref bytes, out var request))
            all.Add(request);
        return all;
    }
}
