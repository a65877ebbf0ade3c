using System.Net;
using System.Text;
using Guard.Host.Intake.Milter;
using Guard.Host.Tests.Sockets;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Milter;

public sealed class MilterServerSpecs
{
    /// <summary>Version 6; add headers and quarantine; no body, headers or unknown commands.</summary>
    private static readonly byte[] Agreed = Packets.Packet('O', Packets.Number(6), Packets.Number(0x21), Packets.Number(0x130));
    private static readonly byte[] Continue = Packets.Packet('c', "");
    private readonly List<string> _told = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "A whole session, at once or byte by byte, over TCP and a Unix socket")]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Session(bool byteByByte, bool unix)
    {
        await using var server = Start(listen: unix ? Loopback.TemporarySocket() : null);
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        byte[] sent =
        [
            .. Packets.Offer,
            .. Packets.Packet('D', "Cj\0mail.example.com\0{daemon_name}\0MSA\0"),
            .. Packets.Connect,
            .. Packets.Packet('H', "client.test\0"),
            .. Packets.Packet('D', "M{auth_authen}\0info\0{auth_type}\0LOGIN\0{mail_addr}\0info\0i\x00" + "6AO2\0"),
            .. Packets.Packet('M', "<info@example.com>\0SIZE=275\0"),
            .. Packets.Packet('D', "R{rcpt_addr}\0bob@remote.test\0"),
            .. Packets.Packet('R', "<bob@remote.test>\0"),
            .. Packets.Packet('R', "<blocked@remote.test>\0"),
            .. Packets.Packet('T', ""),
            .. Packets.Packet('N', ""),
            .. Packets.Packet('B', "a body that was not wanted"),
            .. Packets.Packet('E', ""),
            .. Packets.Packet('M', "<>\0"),
            .. Packets.Packet('A', ""),
            .. Packets.Packet('Q', ""),
        ];
        foreach (var piece in byteByByte ? sent.Chunk(1) : [sent])
            await client.Stream.WriteAsync(piece, Cancel);
        byte[] expected =
        [
            .. Agreed,
            .. Continue,
            .. Continue,
            .. Continue,
            .. Continue,
            .. Packets.Packet('y', "550 5.7.1 AccountGuard: 90 percent over the limit\0"),
            .. Continue,
            .. Continue,
            .. Continue,
            .. Packets.Packet('h', "X-A\x00" + "1\0"),
            .. Packets.Packet('i', Packets.Number(0), Packets.Text("X-B\x00" + "2\0")),
            .. Packets.Packet('q', "stolen?\0"),
            .. Packets.Packet('a', ""),
            .. Continue,
        ];
        Assert.Equal(Encoding.Latin1.GetString(expected), await client.ReceiveAsync(expected.Length, Cancel));
        Assert.True(await client.IsClosedAsync(Cancel));
        Assert.Equal(
            [
                "connect host.example.net 203.0.113.53 36770 mail.example.com",
                "helo client.test",
                "mail info@example.com SIZE=275 info LOGIN info 6AO2",
                "rcpt bob@remote.test bob@remote.test info",
                "data 6AO2",
                "eoh",
                "eom info",
                "mail      ",
                "abort",
                "close",
            ],
            _told
        );
    }

    [Fact(DisplayName = "A server that offers little gets no more, and headers and quarantine are left out")]
    public async Task OldServer()
    {
        await using var server = Start();
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.Stream.WriteAsync(
            (byte[])[.. Packets.Packet('O', Packets.Number(2), Packets.Number(0), Packets.Number(0x7F)), .. Packets.Packet('E', "")],
            Cancel
        );
        byte[] expected = [.. Packets.Packet('O', Packets.Number(2), Packets.Number(0), Packets.Number(0x30)), .. Packets.Packet('a', "")];
        Assert.Equal(Encoding.Latin1.GetString(expected), await client.ReceiveAsync(expected.Length, Cancel));
    }

    [Fact(DisplayName = "QUIT_NC ends the session, and the next one begins on the same connection")]
    public async Task NewConnection()
    {
        await using var server = Start();
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.Stream.WriteAsync((byte[])[.. Packets.Offer, .. Packets.Connect, .. Packets.Packet('K', ""), .. Packets.Packet('C', "local\0U")], Cancel);
        await client.ReceiveAsync(Agreed.Length + 2 * Continue.Length, Cancel);
        Assert.Equal(["connect host.example.net 203.0.113.53 36770 ", "close", "connect local  0 "], _told);
    }

    [Fact(DisplayName = "When deciding hangs the mail flows, and it is counted")]
    public async Task FailOpen()
    {
        await using var server = Start(static settings => settings with { Deadline = TimeSpan.FromMilliseconds(50) });
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.Stream.WriteAsync((byte[])[.. Packets.Offer, .. Packets.Packet('R', "<hang@remote.test>\0")], Cancel);
        var answer = await client.ReceiveAsync(Agreed.Length + Continue.Length, Cancel);
        Assert.Equal('c', answer[^1]);
        Assert.Equal(1, server.Counts.Late);
    }

    [Fact(DisplayName = "When deciding fails or is too much the mail flows, and it is counted and shown")]
    public async Task Overload()
    {
        await using var server = Start(static settings => settings with { Deadline = TimeSpan.FromMilliseconds(50), MaxAtWork = 1 });
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.Stream.WriteAsync(
            (byte[])
                [
                    .. Packets.Offer,
                    .. Packets.Packet('R', "<fail@remote.test>\0"),
                    .. Packets.Packet('R', "<hang@remote.test>\0"),
                    .. Packets.Packet('R', "<bob@remote.test>\0"),
                    .. Packets.Packet('E', ""),
                ],
            Cancel
        );
        byte[] expected = [.. Agreed, .. Continue, .. Continue, .. Continue, .. Continue];
        Assert.Equal(Encoding.Latin1.GetString(expected), await client.ReceiveAsync(expected.Length, Cancel));
        // What hangs still holds its place, at the end of the message too.
        Assert.Equal((1L, 1L, 2L), (server.Counts.Failed, server.Counts.Late, server.Counts.Overloaded));
        Assert.Equal((4L, 4L), (server.Reading.Asked, server.Reading.Unanswered));
    }

    [Fact(DisplayName = "The answer of a guard that cannot decide can be another one")]
    public async Task FailClosed()
    {
        await using var server = Start(static settings => settings with { Unanswered = MilterReply.TemporaryFailure });
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.Stream.WriteAsync((byte[])[.. Packets.Offer, .. Packets.Packet('R', "<fail@remote.test>\0")], Cancel);
        Assert.Equal('t', (await client.ReceiveAsync(Agreed.Length + Continue.Length, Cancel))[^1]);
    }

    [Fact(DisplayName = "When there is no more room the idle one makes it")]
    public async Task TooMany()
    {
        await using var server = Start(static settings => settings with { MaxConnections = 1 });
        await using var first = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await first.Stream.WriteAsync(Packets.Offer, Cancel);
        Assert.Equal(Agreed.Length, (await first.ReceiveAsync(Agreed.Length, Cancel)).Length);
        await using var second = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        Assert.True(await first.IsClosedAsync(Cancel));
        await second.Stream.WriteAsync((byte[])[.. Packets.Offer, .. Packets.Connect], Cancel);
        Assert.Equal('c', (await second.ReceiveAsync(Agreed.Length + Continue.Length, Cancel))[^1]);
        Assert.Equal((1L, 1), (server.Counts.RefusedConnections, server.Counts.OpenConnections));
    }

    [Fact(DisplayName = "Who is silent, drips or does not take answers is cut off, and counted")]
    public async Task Slow()
    {
        await using var server = Start(static settings => settings with { Idle = TimeSpan.FromMilliseconds(300), Slow = TimeSpan.FromMilliseconds(200) });
        await using var idle = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await using var dripping = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await dripping.Stream.WriteAsync(Packets.Offer[..7], Cancel);
        Assert.True(await idle.IsClosedAsync(Cancel));
        Assert.True(await dripping.IsClosedAsync(Cancel));
        await using var deaf = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel, roomForAnswers: 4096);
        await deaf.Stream.WriteAsync(Packets.Offer, Cancel);
        await deaf.FloodAsync(Enumerable.Repeat(Packets.Packet('U', "x\0"), 1000).SelectMany(static packet => packet).ToArray(), Cancel);
        Assert.True(await Loopback.UntilAsync(() => server.Counts is { TimedOut: 3, OpenConnections: 0 }, Cancel), $"{server.Counts}");
    }

    public static TheoryData<byte[]> Bad =>
        new(
            new byte[][]
            {
                Packets.Connect,
                Packets.Number(0),
                Packets.Number(0xFFFFFFFF),
                Packets.Packet('O', Packets.Number(6)),
                Packets.Packet('O', Packets.Number(1), Packets.Number(0), Packets.Number(0)),
                [.. Packets.Offer, .. Packets.Packet('C', "no end")],
                [.. Packets.Offer, .. Packets.Packet('C', "host\0X")],
                [.. Packets.Offer, .. Packets.Packet('C', "host\04")],
                [.. Packets.Offer, .. Packets.Packet('D', "")],
                [.. Packets.Offer, .. Packets.Packet('D', "Mi\0")],
                [.. Packets.Offer, .. Packets.Packet('M', "")],
                [.. Packets.Offer, .. Packets.Packet('Z', "")],
                // Over the limits: a packet, a string, macros, arguments.
                [.. Packets.Offer, .. Packets.Number(128 * 1024 + 1)],
                [.. Packets.Offer, .. Packets.Packet('H', new string('a', 8193) + "\0")],
                [.. Packets.Offer, .. Packets.Packet('D', "M" + string.Concat(Enumerable.Repeat("{a}\0b\0", 101)))],
                [.. Packets.Offer, .. Packets.Packet('M', "<a@b>\0" + string.Concat(Enumerable.Repeat("A=B\0", 64)))],
            }
        );

    [Theory(DisplayName = "Bad packets close the connection", DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Bad))]
    public async Task Malformed(byte[] sent)
    {
        await using var server = Start();
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.Stream.WriteAsync(sent, Cancel);
        await client.ReceiveAsync(Agreed.Length, Cancel);
        Assert.True(await client.IsClosedAsync(Cancel));
        Assert.Equal(1, server.Counts.Malformed);
    }

    private MilterServer Start(Func<MilterServerSettings, MilterServerSettings>? with = null, EndPoint? listen = null)
    {
        var settings = new MilterServerSettings(listen ?? Loopback.AnyPort);
        var server = new MilterServer(with?.Invoke(settings) ?? settings, () => new RecordingSession(_told), Logger.None);
        server.Start();
        return server;
    }
}
