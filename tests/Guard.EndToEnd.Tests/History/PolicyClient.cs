using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Guard.Actors.Tests.History.Checking;

namespace Guard.EndToEnd.Tests.History;

/// <summary>A mail server's process that asks for one recipient after the other and writes down what it saw. It goes on when the guard dies.</summary>
internal sealed class PolicyClient(int port, string account, string name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TcpClient? _connection;

    public string Account => account;

    public List<Operation<QuotaInput, QuotaOutput>> History { get; } = [];

    public async Task TalkAsync(int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            if (await ConnectAsync(stop) is { } stream)
                await AskAsync(stream, number);
            // Not faster than a person's mail program: schedules differ by their faults, not by how much is asked.
            await Task.Delay(random.Next(5, 60), CancellationToken.None);
        }
        _connection?.Dispose();
    }

    private async Task<NetworkStream?> ConnectAsync(CancellationToken stop)
    {
        if (_connection is not null)
            return _connection.GetStream();
        var connection = new TcpClient { NoDelay = true };
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, port, stop);
            return (_connection = connection).GetStream();
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            connection.Dispose();
            return null;
        }
    }

    private async Task AskAsync(NetworkStream stream, int number)
    {
        var text =
            $"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=198.51.100.7\nclient_name=client.test\nhelo_name=client.test\nsender={account}\nrecipient=bob@remote.test\nrecipient_count=0\nqueue_id=\ninstance={name}.{number}\nsize=0\nsasl_method=PLAIN\nsasl_username={account}\nsasl_sender=\n\n";
        var input = new QuotaInput(QuotaCall.Submit, 1);
        var called = Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), patience.Token);
            var answer = new byte[1024];
            var read = 0;
            while (read < 2 || answer[read - 1] != '\n' || answer[read - 2] != '\n')
            {
                var more = await stream.ReadAsync(answer.AsMemory(read), patience.Token);
                if (more == 0)
                    throw new IOException("the guard closed the connection");
                read += more;
            }
            var said = Encoding.ASCII.GetString(answer, 0, read);
            // An answer without the guard's word says nothing about what was counted.
            var known = !said.Contains("cannot answer now", StringComparison.Ordinal);
            var verdict = said.StartsWith("action=DUNNO", StringComparison.Ordinal) ? QuotaVerdict.Allowed : QuotaVerdict.OverQuota;
            History.Add(
                new Operation<QuotaInput, QuotaOutput>(
                    input,
                    new QuotaOutput(verdict, 0),
                    called,
                    known ? Stopwatch.GetTimestamp() : Operation<QuotaInput, QuotaOutput>.Never
                )
            );
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            History.Add(new Operation<QuotaInput, QuotaOutput>(input, default, called, Operation<QuotaInput, QuotaOutput>.Never));
            _connection?.Dispose();
            _connection = null;
        }
    }
}
