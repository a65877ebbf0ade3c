using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Guard.Bench.Cluster;

/// <summary>Asks a guard as Postfix asks, over one connection.</summary>
internal sealed class PolicyClient : IDisposable
{
    private readonly Socket _socket;

    private PolicyClient(Socket socket) => _socket = socket;

    public static async Task<PolicyClient> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return new PolicyClient(socket);
    }

    /// <summary>Whether a message of the account to one recipient is let through; each question is one of its own.</summary>
    public async Task<bool> IsLetThroughAsync(string account)
    {
        await _socket.SendAsync(Question(account, $"{account}.{Stopwatch.GetTimestamp()}")).ConfigureAwait(false);
        return await ReadAsync().ConfigureAwait(false) == "action=DUNNO";
    }

    private static byte[] Question(string account, string instance) =>
        Encoding.ASCII.GetBytes(
            $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=198.51.100.7\nclient_name=client.test\nhelo_name=client.test\nsender={account}\nrecipient=bob@remote.test\nrecipient_count=0\nqueue_id=\ninstance={instance}\nsize=0\nsasl_method=PLAIN\nsasl_username={account}\nsasl_sender=\n\n"
        );

    private async Task<string> ReadAsync()
    {
        var answer = new byte[1024];
        var read = 0;
        while (read < 2 || answer[read - 1] != '\n' || answer[read - 2] != '\n')
        {
            var more = await _socket.ReceiveAsync(answer.AsMemory(read)).ConfigureAwait(false);
            read += more > 0 ? more : throw new IOException("the guard closed the connection");
        }
        return Encoding.ASCII.GetString(answer, 0, read).TrimEnd();
    }

    public void Dispose() => _socket.Dispose();
}
