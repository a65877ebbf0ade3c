using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// ExtendedLogs of ProFTPD's AUTH class whose LogFormat has a time in brackets (<c>%t</c>), the client (<c>%a</c> or <c>%h</c>), the command (<c>"%r"</c>, or
/// <c>%m</c>) and the answer (<c>%s</c>): <c>%t %v [%P] %h %a "%r" %s</c>, <c>%v [%P] %h %t "%r" %s</c> and the like, where USER and PASS are joined by
/// process;
/// <c>%h %l %u %t "%r" %s %b</c> and <c>%t %a %u %m %s</c>, which have the user themselves.
/// </summary>
/// <remarks>User and command are the client's text. The envelope hands over lines with one time only, and takes it out where it stands first.</remarks>
internal sealed class ProFtpdExtendedLog
{
    private readonly JoinTable<int, byte[]> _users = new(10_000);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (!TryCommand(text, out var before, out var command, out var code))
            return LineResult.Nothing;
        var process = TakeProcess(before, out var behind);
        var peer = WithoutTime(behind);
        var address = AddressOf(peer, process > 0, out var user);
        // "%h %l %u %t": between them the remote user, whom nobody asks for any more.
        if (peer.Length < behind.Length)
            _ = ByteText.Skip(ref user, "UNKNOWN "u8) || ByteText.Skip(ref user, "- "u8);
        if (ByteText.Skip(ref command, "USER "u8))
        {
            if (process > 0)
                _users.Set(process, command.ToArray());
            return LineResult.Nothing;
        }
        if (!command.StartsWith("PASS"u8) || (code != 230 && code != 530))
            return LineResult.Nothing;
        if (address.IsNone || (command.Length > 4 && !command.SequenceEqual("PASS (hidden)"u8)))
            return LineResult.Unknown;
        if (process > 0)
        {
            if (!_users.TryGet(process, out var joined))
                return LineResult.Nothing;
            user = joined;
        }
        if (user.SequenceEqual("-"u8) || user.SequenceEqual("UNKNOWN"u8) || user.SequenceEqual("(none)"u8))
            user = default;
        if (code == 230)
            return user.IsEmpty ? LineResult.Nothing : Told(sink.Login(line.At, user, address, Service.Ftp, LoginOutcome.Succeeded));
        return Told(sink.Failure(line.At, user, address, Service.Ftp, LoginOutcome.WrongPassword));
    }

    /// <summary>The command in quotes and the answer behind it, or without quotes the last two words.</summary>
    private static bool TryCommand(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> before, out ReadOnlySpan<byte> command, out int code)
    {
        before = default;
        command = default;
        code = 0;
        var quote = text.IndexOf(" \""u8);
        var end = text.LastIndexOf("\" "u8);
        if (quote >= 0 && end > quote + 1)
        {
            before = text[..quote];
            command = text[(quote + 2)..end];
            return TakeCode(text[(end + 2)..], out code);
        }
        var last = text.LastIndexOf((byte)' ');
        if (quote >= 0 || last < 0 || !TakeCode(text[(last + 1)..], out code))
            return false;
        var method = text[..last].LastIndexOf((byte)' ');
        if (method < 0)
            return false;
        before = text[..method];
        command = text[(method + 1)..last];
        return true;
    }

    private static bool TakeCode(ReadOnlySpan<byte> text, out int code)
    {
        // Behind it stand numbers at most: bytes, seconds.
        var known =
            ByteText.TakeNumber(ref text, out var number)
            && number is >= 100 and < 700
            && (text.IsEmpty || text[0] == ' ')
            && text.IndexOfAnyExcept(" -.0123456789"u8) < 0;
        code = known ? (int)number : 0;
        return known;
    }

    /// <summary>The number in <c>[1043]</c>, 0 for none; with what stands behind it.</summary>
    private static int TakeProcess(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> behind)
    {
        behind = text;
        var open = text.IndexOf((byte)'[');
        if (open < 0)
            return 0;
        var rest = text[(open + 1)..];
        if (!ByteText.TakeNumber(ref rest, out var number) || !ByteText.Skip(ref rest, "]"u8) || number is <= 0 or > int.MaxValue)
            return 0;
        behind = rest.TrimStart((byte)' ');
        return (int)number;
    }

    /// <summary>The time where it stands last.</summary>
    private static ReadOnlySpan<byte> WithoutTime(ReadOnlySpan<byte> text) =>
        text.Length >= 28 && text[^1] == ']' && text[^28] == '[' && text[^25] == '/' && text[^21] == '/'
            ? text[..^(text.Length > 28 && text[^29] == ' ' ? 29 : 28)]
            : text;

    /// <summary>
    /// The client's address; what stands behind it is the user. A host's name may stand in front where the format has the process, and with it no user, who
    /// could call themself like an address.
    /// </summary>
    private static NetworkAddress AddressOf(ReadOnlySpan<byte> text, bool named, out ReadOnlySpan<byte> user)
    {
        text = text.TrimStart((byte)' ');
        user = default;
        for (var word = 0; word < (named ? 3 : 1) && !text.IsEmpty; word++)
        {
            var blank = text.IndexOf((byte)' ');
            var taken = blank < 0 ? text : text[..blank];
            text = blank < 0 ? default : text[(blank + 1)..];
            if (!NetworkAddress.TryParse(taken, out var address))
                continue;
            // "%h %a" without reverse look-ups: the same twice.
            if (text.StartsWith(taken) && (text.Length == taken.Length || text[taken.Length] == ' '))
                text = text[taken.Length..].TrimStart((byte)' ');
            user = text;
            return address;
        }
        return default;
    }

    private static LineResult Told(bool observed) => observed ? LineResult.Observed : LineResult.Unknown;

    public void Save(BinaryWriter writer)
    {
        var users = _users.InOrder.ToArray();
        writer.Write(users.Length);
        foreach (var (process, user) in users)
        {
            writer.Write(process);
            writer.Write(user.Length);
            writer.Write(user);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
            _users.Set(reader.ReadInt32(), reader.ReadBytes(reader.ReadInt32()));
    }
}
