using System.Buffers;
using CsCheck;
using Guard.Host.Intake.Milter;
using Guard.Host.Intake.Sockets;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Milter;

public sealed class MilterParserSpecs
{
    [Theory(DisplayName = "Only replies that a mail server takes can be made")]
    [InlineData(250, "2.0.0")]
    [InlineData(550, "4.7.1")]
    [InlineData(550, "5.7")]
    [InlineData(550, "5.7.1.1")]
    [InlineData(550, "x")]
    public void Replies(int code, string status) => Assert.ThrowsAny<ArgumentException>(() => MilterReply.Refuse(code, status, "x"));

    [Fact(DisplayName = "Clients on IPv6 and on a Unix socket are known")]
    public void Peers()
    {
        Assert.Equal(
            "2001:db8::5",
            MilterPeer.Read((byte[])[.. Packets.Text("h\06"), .. Packets.Number16(25), .. Packets.Text("IPv6:2001:db8::5\0")]).Address.ToString()
        );
        Assert.True(MilterPeer.Read((byte[])[.. Packets.Text("h\0L"), .. Packets.Number16(0), .. Packets.Text("/run/x\0")]).Address.IsNone);
    }

    [Fact(DisplayName = "Whatever comes is taken or refused")]
    public void Fuzz()
    {
        var data = Gen.OneOf(Gen.Byte.Array[0, 30], Gen.String[Gen.Char["\0a46LUMRi{}<>@1"], 0, 30].Select(Packets.Text));
        var packet = Gen.Select(Gen.Char["ABCDEHKLMNORTUQZ"], data).Select(static (command, with) => Packets.Packet(command, with));
        var stream = Gen.Select(packet.Array[0, 8], Gen.Byte.Array[0, 6])
            .Select(static (packets, rest) => (byte[])[.. Packets.Offer, .. packets.SelectMany(static one => one), .. rest]);
        stream.Sample(
            static bytes =>
            {
                var conversation = new MilterConversation(
                    static () => new RecordingSession([]),
                    new DecisionGate("x", 10, TimeSpan.FromSeconds(10), Logger.None),
                    MilterReply.Continue
                );
                var answers = new ArrayBufferWriter<byte>();
                var sequence = new ReadOnlySequence<byte>(bytes);
                try
                {
                    while (
                        MilterPacketReader.TryRead(ref sequence, out var command, out var taken)
                        && conversation.TakeAsync(command, taken.ToArray(), answers, CancellationToken.None).AsTask().GetAwaiter().GetResult()
                    ) { }
                }
                catch (MilterProtocolException refused)
                {
                    Assert.NotEmpty(refused.Message);
                }
                // What goes out is whole packets.
                var written = new ReadOnlySequence<byte>(answers.WrittenMemory);
                while (MilterPacketReader.TryRead(ref written, out _, out _)) { }
                Assert.True(written.IsEmpty);
            },
            iter: FuzzEffort.Inputs
        );
    }
}
