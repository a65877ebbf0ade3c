using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Sendmail;

/// <summary>
/// Who logged in on a connection: <c>AUTH=server, relay=host [address], authid=user, mech=LOGIN, bits=0</c> has no queue id and is joined by process id
/// with the messages of the same connection, of which there may be several.
/// </summary>
internal sealed class SendmailConnections(LogParserSettings settings)
{
    private const int MaxConnections = 20_000;

    /// <param name="User">None until somebody logs in.</param>
    public readonly record struct Connection(UserId User, NetworkAddress Address);

    private readonly JoinTable<int, Connection> _open = new(Math.Min(settings.MaxJoins, MaxConnections));

    public bool TryGet(int pid, out Connection connection) => _open.TryGet(pid, out connection);

    /// <summary><c>NOQUEUE: connect from host [address]</c></summary>
    public void Begin(int pid, ReadOnlySpan<byte> relay)
    {
        if (pid != 0 && SendmailRelay.TryAddress(relay, out var address))
            _open.Set(pid, new Connection(UserId.None, address));
        else
            _open.Remove(pid);
    }

    /// <summary>The user's text may hold any of this: it ends at the last <c>, mech=</c>, behind which nothing is a client's.</summary>
    public LineResult Login(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var first = text.IndexOf(", authid="u8);
        var mech = text.LastIndexOf(", mech="u8);
        if (first < 0 || mech < first + ", authid=".Length || !SendmailRelay.TryAddress(text[..first], out var address))
            return LineResult.Unknown;
        var name = text[(first + ", authid=".Length)..mech];
        if (sink.Map(name, system: false) is not { } user)
            return LineResult.Unknown;
        if (line.Pid != 0)
            _open.Set(line.Pid, new Connection(user, address));
        return sink.Login(line.At, name, address, Service.Smtp, LoginOutcome.Succeeded) ? LineResult.Observed : LineResult.Unknown;
    }

    public void Save(BinaryWriter writer)
    {
        var open = _open.InOrder.ToArray();
        writer.Write(open.Length);
        foreach (var (pid, connection) in open)
        {
            writer.Write(pid);
            writer.Write(connection.User.Value);
            writer.Write(connection.Address.ToString());
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var pid = reader.ReadInt32();
            var user = new UserId(reader.ReadString());
            NetworkAddress.TryParse(reader.ReadString(), out var address);
            _open.Set(pid, new Connection(user, address));
        }
    }
}
