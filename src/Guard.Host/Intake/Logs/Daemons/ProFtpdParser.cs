using System.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// ProFTPD: its syslog lines <c>server (rhost[address]) - USER x: Login successful.</c>, and an ExtendedLog of the AUTH class with
/// <c>%t %v [%P] %h %a "%r" %s</c>, whose USER and PASS are joined by process id.
/// </summary>
internal sealed class ProFtpdParser : IDaemonParser
{
    public string Name => "proftpd";

    private readonly JoinTable<int, string> _users = new(10_000);

    public bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual("proftpd"u8) || program.SequenceEqual("proftpd-auth"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink) =>
        line.Program.SequenceEqual("proftpd"u8) ? ParseSyslog(line, sink) : ParseExtended(line, sink);

    private static LineResult ParseSyslog(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        // The reverse name of the client may hold anything but a bracket; what it says as USER comes behind "- ".
        var mark = text.IndexOf("]) - USER "u8);
        if (mark < 0)
            return LineResult.Nothing;
        var open = text[..mark].LastIndexOf((byte)'[');
        if (open < 0 || !NetworkAddress.TryParse(text[(open + 1)..mark], out var address))
            return LineResult.Unknown;
        var rest = text[(mark + 10)..];
        if (rest.EndsWith(": Login successful."u8))
            return Told(sink.Login(line.At, rest[..^19], address, Service.Ftp, LoginOutcome.Succeeded));
        var failed = rest.LastIndexOf(" (Login failed): "u8);
        if (failed >= 0)
            return Told(sink.Login(line.At, rest[..failed], address, Service.Ftp, LoginOutcome.WrongPassword));
        var unknown = rest.LastIndexOf(": no such user found from "u8);
        return unknown >= 0
            ? Told(sink.Login(line.At, rest[..unknown], address, Service.Ftp, LoginOutcome.UnknownUser))
            : LineResult.Nothing;
    }

    /// <summary><c>server [pid] host address "USER name" 331</c></summary>
    private LineResult ParseExtended(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        var open = text.IndexOf((byte)'[');
        var close = text.IndexOf("] "u8);
        var quote = text.IndexOf(" \""u8);
        var end = text.LastIndexOf("\" "u8);
        if (open < 0 || close < open || quote < close || end <= quote)
            return LineResult.Nothing;
        var number = text[(open + 1)..close];
        var peer = text[(close + 2)..quote];
        var blank = peer.LastIndexOf((byte)' ');
        if (!ByteText.TakeNumber(ref number, out var pid) || !NetworkAddress.TryParse(peer[(blank + 1)..], out var address))
            return LineResult.Unknown;
        var request = text[(quote + 2)..end];
        var code = text[(end + 2)..];
        if (ByteText.Skip(ref request, "USER "u8))
        {
            _users.Set((int)pid, Encoding.UTF8.GetString(request));
            return LineResult.Nothing;
        }
        if (!request.StartsWith("PASS"u8) || !_users.TryGet((int)pid, out var user))
            return LineResult.Nothing;
        if (!code.StartsWith("230"u8) && !code.StartsWith("530"u8))
            return LineResult.Nothing;
        return Told(sink.Login(line.At, Encoding.UTF8.GetBytes(user), address, Service.Ftp, code.StartsWith("230"u8) ? LoginOutcome.Succeeded : LoginOutcome.WrongPassword));
    }

    private static LineResult Told(bool observed) => observed ? LineResult.Observed : LineResult.Unknown;

    public void Save(BinaryWriter writer)
    {
        var users = _users.InOrder.ToArray();
        writer.Write(users.Length);
        foreach (var (pid, user) in users)
        {
            writer.Write(pid);
            writer.Write(user);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
            _users.Set(reader.ReadInt32(), reader.ReadString());
    }
}
