using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>A conversation with a mail server, line by line.</summary>
internal sealed class LineTalk : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client;
    private readonly StreamReader _reader;

    private LineTalk(int port, string from)
        : this(new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)), client => client.Connect("127.0.0.1", port)) { }

    private LineTalk(TcpClient client, Action<TcpClient> connect)
    {
        _client = client;
        connect(client);
        _client.NoDelay = true;
        _reader = new StreamReader(_client.GetStream(), Encoding.ASCII);
    }

    /// <param name="from">The client's own address, one of loopback's.</param>
    public static async Task<LineTalk> Open(int port, CancellationToken cancellation, string from = "127.0.0.1")
    {
        var talk = new LineTalk(port, from);
        await talk.Read(cancellation);
        return talk;
    }

    /// <param name="connected">A connection from elsewhere, which is the conversation's from now on.</param>
    public static async Task<LineTalk> Over(Socket connected, CancellationToken cancellation)
    {
        var talk = new LineTalk(new TcpClient { Client = connected }, _ => { });
        await talk.Read(cancellation);
        return talk;
    }

    public async Task<string> Say(string line, CancellationToken cancellation)
    {
        await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellation);
        return await Read(cancellation);
    }

    /// <summary>Says all lines at once and reads an answer for each.</summary>
    public async Task<string[]> SayAll(IReadOnlyList<string> lines, CancellationToken cancellation)
    {
        await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))), cancellation);
        var answers = new string[lines.Count];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = await Read(cancellation);
        return answers;
    }

    /// <summary>The last line of an answer: of several SMTP lines the one without a dash, of several IMAP lines the one that is tagged.</summary>
    private async Task<string> Read(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            while (await _reader.ReadLineAsync(limit.Token) is { } line)
                if (
                    !(line.Length > 3 && line[3] == '-' && char.IsAsciiDigit(line[0]))
                    && (!line.StartsWith("* ", StringComparison.Ordinal) || line.StartsWith("* OK", StringComparison.Ordinal))
                )
                    return line;
        }
        catch (IOException)
        {
            // The server broke the connection off, which is an answer too.
        }
        return "closed";
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }
}
