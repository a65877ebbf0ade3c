using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>What is no protocol, sent to every port that the built program listens on, and to the administrator's socket.</summary>
public sealed class JunkTests : IDisposable
{
    private const int Rounds = 60;
    private const long MaxGrown = 200L << 20;

    private readonly GuardProgram _guard = new();
    private readonly AllListeners _ports = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _guard.Dispose();

    [Fact(
        DisplayName = "Random bytes, half protocols, endless lines and huge lengths on five listeners end nothing, take no memory and fill no log; mail is answered for"
    )]
    public async Task Junk()
    {
        var process = await _ports.StartAsync(_guard, Cancellation);
        Assert.StartsWith("action=", await AskPolicyAsync(), StringComparison.Ordinal);
        process.Refresh();
        var before = process.WorkingSet64;
        var lines = _guard.Heard.Count(c => c == '\n');

        var random = new Random(15);
        for (var round = 0; round < Rounds; round++)
        {
            var junk = Pieces(random);
            foreach (var port in new[] { _ports.Policy, _ports.Auth, _ports.Milter, _ports.Syslog, _ports.Console })
                await SendAsync(new IPEndPoint(IPAddress.Loopback, port), junk);
            await SendAsync(new UnixDomainSocketEndPoint(_guard["data/accountguard.sock"]), junk);
            using var datagram = new UdpClient();
            await datagram.SendAsync(junk.AsMemory(0, Math.Min(junk.Length, 60_000)), new IPEndPoint(IPAddress.Loopback, _ports.Syslog), Cancellation);
        }

        Assert.StartsWith("action=", await AskPolicyAsync(), StringComparison.Ordinal);
        Assert.True(_guard.Answers, _guard.Heard);
        Assert.False(process.HasExited, _guard.Heard);
        Assert.DoesNotContain("Unhandled exception", _guard.Heard, StringComparison.Ordinal);
        process.Refresh();
        Assert.InRange(process.WorkingSet64 - before, long.MinValue, MaxGrown);
        Assert.InRange(_guard.Heard.Count(c => c == '\n') - lines, 0, 100);
    }

    /// <summary>Something that begins like one of the protocols, or like nothing.</summary>
    private static byte[] Pieces(Random random)
    {
        var bytes = new byte[random.Next(1, 3000)];
        random.NextBytes(bytes);
        return random.Next(9) switch
        {
            0 => bytes,
            1 => Encoding.UTF8.GetBytes("request=smtpd_access_policy\nsasl_username=" + new string('x', 2_000_000)),
            2 => [.. "request=smtpd_access_policy\n"u8, .. bytes, .. "\n\n"u8],
            // A milter's length of 4 GiB, and one of nothing.
            3 => [0xff, 0xff, 0xff, 0xff, (byte)'O', .. bytes],
            4 => [0, 0, 0, 0, 0, 0, 0, 0, .. bytes],
            5 => [.. "POST /?command=allow HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n{"u8, .. bytes],
            6 => [.. "POST /?command=report HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n"u8, .. bytes],
            7 => [.. "999999999 <34>1 "u8, .. bytes],
            _ => [.. "inspect [\""u8, .. bytes, .. "\n"u8],
        };
    }

    private static async Task SendAsync(EndPoint to, byte[] junk)
    {
        using var socket = new Socket(
            to.AddressFamily,
            SocketType.Stream,
            to.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp
        );
        try
        {
            await socket.ConnectAsync(to, Cancellation);
            await socket.SendAsync(junk, Cancellation);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It was closed on the way: as good as read.
        }
    }

    private async Task<string> AskPolicyAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _ports.Policy, Cancellation);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            "request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=203.0.113.9\nsender=anna@example.com\nrecipient=x@example.org\nrecipient_count=0\ninstance=1\nsize=0\nsasl_username=anna@example.com\n\n"u8.ToArray(),
            Cancellation
        );
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(Cancellation) ?? "";
    }
}
