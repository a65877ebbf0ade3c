using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;

namespace Guard.Host.Doctor;

/// <summary>Whether a running guard answers where mail servers are to ask it. Nothing is counted by these questions.</summary>
internal static class ListenerChecks
{
    private const string Start = "is the guard running (accountguard run), with this configuration? Its log says which addresses it could not have";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, CancellationToken cancellation)
    {
        var inline = settings.Inline;
        return
        [
            await LookAsync("Postfix policy", inline.Policy, AskPolicyAsync, cancellation).ConfigureAwait(false),
            await LookAsync("auth policy", inline.AuthPolicy, stream => PingAsync(stream, inline), cancellation).ConfigureAwait(false),
            await LookAsync("milter", inline.Milter, NegotiateAsync, cancellation).ConfigureAwait(false),
        ];
    }

    internal static async Task<Finding> LookAsync(string name, EndPoint? address, Func<Stream, Task<bool>> ask, CancellationToken cancellation)
    {
        if (address is null)
            return Finding.Ok(name, "off, as configured");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var socket =
                address is UnixDomainSocketEndPoint
                    ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                    : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(Reachable(address), limit.Token).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket);
            return await ask(stream).WaitAsync(limit.Token).ConfigureAwait(false)
                ? Finding.Ok(name, $"answers at {address}")
                : Finding.Fault(
                    name,
                    $"something else than the guard answers at {address}",
                    "another program has the address: choose another one under intake, here and in the mail server"
                );
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            return Finding.Fault(
                name,
                $"nothing answers at {address}: {(failure is OperationCanceledException ? "no answer in time" : failure.Message)}",
                Start
            );
        }
    }

    /// <summary>Who listens everywhere is asked on loopback.</summary>
    private static EndPoint Reachable(EndPoint address) =>
        address switch
        {
            IPEndPoint ip when ip.Address.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, ip.Port),
            IPEndPoint ip when ip.Address.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, ip.Port),
            _ => address,
        };

    private static async Task<bool> AskPolicyAsync(Stream stream)
    {
        await stream.WriteAsync("request=smtpd_access_policy\nprotocol_state=CONNECT\n\n"u8.ToArray()).ConfigureAwait(false);
        return Encoding.ASCII.GetString(await ReadAsync(stream, 7).ConfigureAwait(false)) == "action=";
    }

    private static async Task<bool> PingAsync(Stream stream, InlineSettings settings)
    {
        var authorization =
            settings.AuthUser.Length + settings.AuthPassword.Length == 0
                ? ""
                : $"Authorization: {new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.AuthUser}:{settings.AuthPassword}")))}\r\n";
        await stream
            .WriteAsync(Encoding.ASCII.GetBytes($"GET /?command=ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{authorization}\r\n"))
            .ConfigureAwait(false);
        return Encoding.ASCII.GetString(await ReadAsync(stream, 12).ConfigureAwait(false)) == "HTTP/1.1 200";
    }

    /// <summary>SMFIC_OPTNEG, answered by the same.</summary>
    private static async Task<bool> NegotiateAsync(Stream stream)
    {
        await stream.WriteAsync(new byte[] { 0, 0, 0, 13, (byte)'O', 0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0x1F, 0xFF, 0xFF }).ConfigureAwait(false);
        return (await ReadAsync(stream, 5).ConfigureAwait(false))[4] == 'O';
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).ConfigureAwait(false);
        return bytes;
    }
}
