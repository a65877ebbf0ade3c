using System.Buffers;
using System.Text;
using Guard.Host.Intake.Milter;
using Guard.Host.Intake.Sockets;
using Guard.Host.Tests.Milter;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

public sealed class MilterFuzzTests
{
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "\0",
            "\0\0",
            "{auth_authen}\0",
            "{daemon_name}\0",
            "i\0",
            "<",
            ">",
            "IPv6:",
            "4",
            "6",
            "L",
            "U",
            "blocked@remote.test",
            "hang@remote.test",
            "fail@remote.test",
            "é",
            new string('a', 9000),
        }.Select(Encoding.UTF8.GetBytes),
        .. "OCHMRTNEAQKDLBU".Select(command => Packets.Packet(command, "")),
        Packets.Offer,
        Packets.Connect,
        Packets.Number(0),
        Packets.Number(0xFFFFFFFF),
        Packets.Number(128 * 1024),
        Packets.Number(128 * 1024 + 1),
    ];

    [Fact(DisplayName = "Whatever comes is answered in whole packets, or refused")]
    public void Fuzz() => Fuzzer.Run("milter", new Mutations(FuzzSeeds.Of("milter"), Words), Feed, 512 * 1024);

    private static void Feed(byte[] input)
    {
        var conversation = new MilterConversation(
            static () => new RecordingSession([], hangs: false),
            new DecisionGate("x", 10, TimeSpan.FromMinutes(10), Logger.None),
            MilterReply.Continue
        );
        var answers = new ArrayBufferWriter<byte>();
        var bytes = new ReadOnlySequence<byte>(input);
        try
        {
            while (MilterPacketReader.TryRead(ref bytes, out var command, out var data))
            {
                var left = bytes.Length;
                var taken = conversation.TakeAsync(command, data.ToArray(), answers, CancellationToken.None);
                Assert.True(taken.IsCompleted, "a session that answers at once was waited for");
                if (!taken.GetAwaiter().GetResult())
                    break;
                Assert.InRange(left, 0, input.Length - 5);
            }
        }
        catch (MilterProtocolException refused)
        {
            Assert.NotEmpty(refused.Message);
        }
        conversation.CloseAsync().AsTask().GetAwaiter().GetResult();
        var written = new ReadOnlySequence<byte>(answers.WrittenMemory);
        while (MilterPacketReader.TryRead(ref written, out _, out _)) { }
        Assert.True(written.IsEmpty);
    }
}
