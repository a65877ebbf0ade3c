using System.Buffers;
using System.Text;
using Guard.Host.Intake.PostfixPolicy;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

public sealed class PolicyFuzzTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "\n",
            "\n\n",
            "\r\n",
            "=",
            "==",
            "\0",
            "request=smtpd_access_policy\n",
            "protocol_state=",
            "RCPT",
            "DATA",
            "END-OF-MESSAGE",
            "instance=",
            "instance=\n",
            "sasl_username=",
            "recipient=",
            "recipient_count=2147483648\n",
            "recipient_count=-1\n",
            "size=99999999999999999999\n",
            "client_address=::ffff:1.2.3.4\n",
            "client_address=1.2.3\n",
            "client_port=unknown\n",
            "é",
            "\u2028",
            new string('a', 9000),
        }.Select(Encoding.UTF8.GetBytes),
        [0xC3, 0x28],
        [0xFF, 0xFE],
    ];

    [Fact(DisplayName = "Whatever comes, at once or in pieces: requests that the joining of messages copes with, or a refusal")]
    public void Fuzz()
    {
        List<byte[]> seeds = [.. FuzzSeeds.Of("policy"), .. FuzzSeeds.Captured("postfix-policy-requests.txt", "request=")];
        Fuzzer.Run("policy", new Mutations(seeds, Words), Feed, 512 * 1024);
    }

    private static void Feed(byte[] input)
    {
        var (whole, refusedWhole) = Requests(input, int.MaxValue);
        var (pieces, refusedPieces) = Requests(input, 1 + (input.Length % 97));
        Assert.Equal((whole.Count, refusedWhole), (pieces.Count, refusedPieces));
        var transactions = new PolicyTransactions(TimeSpan.FromMinutes(5), maxOpen: 8, maxRecipients: 8);
        foreach (var request in whole)
        {
            var step = transactions.Take(request, Now);
            if (step.Total % 3 == 0)
                Assert.InRange(transactions.Refused(step), 0, int.MaxValue);
            else
                transactions.Granted(step);
            transactions.Forget(Now);
            Assert.InRange(transactions.Count, 0, 8);
        }
    }

    private static (List<PolicyRequest> Requests, bool Refused) Requests(byte[] input, int piece)
    {
        var parser = new PolicyRequestParser(connection: 1);
        var requests = new List<PolicyRequest>();
        var (from, to) = (0, 0);
        try
        {
            while (to < input.Length)
            {
                to = (int)Math.Min((long)to + piece, input.Length);
                var bytes = new ReadOnlySequence<byte>(input, from, to - from);
                while (parser.TryRead(ref bytes, out var request))
                    requests.Add(request);
                from = to - (int)bytes.Length;
            }
        }
        catch (PolicyProtocolException refused)
        {
            Assert.NotEmpty(refused.Message);
            return (requests, true);
        }
        return (requests, false);
    }
}
