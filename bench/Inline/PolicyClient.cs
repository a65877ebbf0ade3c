using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Guard.Bench.Inline;

/// <summary>One connection of a mail server. Questions may be sent ahead; answers come in their order.</summary>
internal sealed class PolicyClient : IDisposable
{
    private static readonly byte[] NoOpinion = "action=DUNNO\n\n"u8.ToArray();

    private readonly byte[] _answers = new byte[4096];
    private readonly Queue<long> _since = new();
    private int _read;

    public PolicyClient(int port) => Socket.Connect(IPAddress.Loopback, port);

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };

    /// <param name="since">From when its answer's time counts.</param>
    public void Send(byte[] question, long since)
    {
        lock (_since)
            _since.Enqueue(since);
        Socket.Send(question);
    }

    /// <summary>Waits for bytes, and hands the milliseconds of each complete answer on.</summary>
    /// <exception cref="InvalidOperationException">The answer is another one than "no opinion".</exception>
    public int Receive(List<double> times)
    {
        var more = Socket.Receive(_answers.AsSpan(_read));
        _read += more > 0 ? more : throw new InvalidOperationException("the server closed the connection");
        var answered = 0;
        for (; _read >= NoOpinion.Length; answered++)
        {
            // postfwd writes its actions small, and neither the peers nor we have cause to say anything else here.
            if (!System.Text.Ascii.EqualsIgnoreCase(_answers.AsSpan(0, NoOpinion.Length), NoOpinion))
                throw new InvalidOperationException(System.Text.Encoding.ASCII.GetString(_answers, 0, _read));
            lock (_since)
                times.Add(Stopwatch.GetElapsedTime(_since.Dequeue()).TotalMilliseconds);
            _read -= NoOpinion.Length;
            _answers.AsSpan(NoOpinion.Length, _read).CopyTo(_answers);
        }
        return answered;
    }

    public void Dispose() => Socket.Dispose();
}
