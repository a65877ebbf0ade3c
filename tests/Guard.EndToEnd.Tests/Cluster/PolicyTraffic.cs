using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>Asks the nodes as Postfix does, one recipient a mail: when one does not answer, the next one. Keeps what was answered.</summary>
internal sealed class PolicyTraffic(IReadOnlyList<NodeProcess> nodes, Func<int, string> account, int clients)
{
    /// <summary>In what a node answers that may not let mail through without the guard.</summary>
    private const string Unanswered = "cannot answer now";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _refusals = new();
    private readonly Task[] _asking = new Task[clients];
    private long _allowed;
    private long _unanswered;
    private long _broken;

    public long Allowed => Interlocked.Read(ref _allowed);

    /// <summary>Answered by the node without the account.</summary>
    public long WithoutTheGuard => Interlocked.Read(ref _unanswered);

    /// <summary>Nobody answered.</summary>
    public long Broken => Interlocked.Read(ref _broken);

    /// <summary>Answers that refuse.</summary>
    public IReadOnlyCollection<string> Refusals => _refusals;

    public void Start()
    {
        for (var client = 0; client < _asking.Length; client++)
        {
            var number = client;
            _asking[client] = Task.Run(() => AskAsync(number));
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_asking);
    }

    private async Task AskAsync(int client)
    {
        Connection? connection = null;
        var node = client % nodes.Count;
        for (var mail = 0; !_stop.IsCancellationRequested; mail++)
        {
            var answer = "";
            try
            {
                connection ??= await Connection.OpenAsync(nodes[node].PolicySocket, Patience);
                answer = await connection.AskAsync(account(mail + client), $"{client}.{mail}.{Stopwatch.GetTimestamp():x}", Patience);
            }
            catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
            {
                connection?.Dispose();
                connection = null;
                node = (node + 1) % nodes.Count;
            }
            Take(answer);
            await Task.Delay(Pause);
        }
        connection?.Dispose();
    }

    private void Take(string answer)
    {
        if (answer == "DUNNO")
        {
            Interlocked.Increment(ref _allowed);
            return;
        }
        if (answer.Length > 0 && !answer.Contains(Unanswered, StringComparison.Ordinal))
        {
            _refusals.Enqueue(answer);
            return;
        }
        Interlocked.Increment(ref answer.Length == 0 ? ref _broken : ref _unanswered);
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);

        public static async Task<Connection> OpenAsync(string path, TimeSpan patience)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                using var limit = new CancellationTokenSource(patience);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
                return new Connection(socket);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        /// <summary>The action that is answered.</summary>
        public async Task<string> AskAsync(string user, string instance, TimeSpan patience)
        {
            using var limit = new CancellationTokenSource(patience);
            var request = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                request=smtpd_access_policy
                protocol_state=RCPT
                protocol_name=ESMTP
                client_address=81.2.69.142
                client_name=unknown
                sasl_method=PLAIN
                sasl_username={user}
                sender={user}
                recipient=somebody@example.net
                recipient_count=0
                instance={instance}
                size=1000


                """
            );
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(request), limit.Token);
            var answer = new StringBuilder();
            var buffer = new byte[1024];
            while (!answer.ToString().EndsWith("\n\n", StringComparison.Ordinal))
            {
                var count = await _stream.ReadAsync(buffer, limit.Token);
                if (count == 0)
                    throw new IOException("the node ended the connection");
                answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
            return answer.ToString().Trim()["action=".Length..];
        }

        public void Dispose() => _stream.Dispose();
    }
}
