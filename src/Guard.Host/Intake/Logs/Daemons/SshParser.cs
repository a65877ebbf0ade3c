using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// OpenSSH to 10.0 (auth.c, auth-pam.c). The name is the client's text, cut at 100 bytes and otherwise as sent; behind the address only the server writes,
/// and a certificate's name in the key of a public-key attempt. Where a line reads in several ways, none is believed.
/// </summary>
internal sealed class SshParser : IDaemonParser
{
    private readonly SshConnections _connections = new();

    public string Name => "sshd";

    public bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("sshd"u8)
        || program.SequenceEqual("sshd-session"u8)
        || program.SequenceEqual("sshd-auth"u8)
        || program.SequenceEqual("sshd(pam_unix)"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message.TrimEnd((byte)' ');
        if (text.StartsWith("[ID "u8))
            ByteText.TakeUntil(ref text, "] "u8, out _); // Solaris
        SkipKernelStamp(ref text);
        if (text.EndsWith(" [preauth]"u8))
            text = text[..^10].TrimEnd((byte)' ');
        if (ByteText.Skip(ref text, "Accepted "u8))
            return Accepted(line, text, sink);
        if (ByteText.Skip(ref text, "Failed "u8))
            return Failed(line, text, sink);
        if (ByteText.Skip(ref text, "Invalid user "u8) || ByteText.Skip(ref text, "Illegal user "u8))
            return Announced(line, text, LoginOutcome.UnknownUser, sink);
        if (text.StartsWith("User "u8) && text.LastIndexOf(" not allowed because "u8) is >= 5 and var reason)
            return text[5..reason].IndexOf(" from "u8) < 0 ? LineResult.Nothing : Announced(line, text[5..reason], LoginOutcome.Refused, sink);
        if (ByteText.Skip(ref text, "ROOT LOGIN REFUSED FROM "u8))
            return TakePeer(text, out var peer) ? Told(sink.Failure(line.At, "root"u8, peer, Service.Ssh, LoginOutcome.Refused)) : LineResult.Unknown;
        if (line.Program.EndsWith(")"u8))
            return LineResult.Nothing;
        // Of the account that the password or key belonged to, and without an address.
        if (TryDenied(text, out var denied))
            return Told(sink.Failure(line.At, denied, default, Service.Ssh, LoginOutcome.Refused));
        var severe = ByteText.Skip(ref text, "error: "u8) || ByteText.Skip(ref text, "fatal: "u8);
        if (ByteText.Skip(ref text, "PAM: "u8))
            return Pam(line, text, sink);
        if (ByteText.Skip(ref text, "maximum authentication attempts exceeded for "u8))
            return Exceeded(line, text, sink);
        return severe || SshOrdinary.Is(text) ? LineResult.Nothing : LineResult.Unknown;
    }

    /// <summary><c>publickey for anna from 192.0.2.7 port 22 ssh2: ED25519 SHA256:…</c>; the name is an account's.</summary>
    private LineResult Accepted(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!ByteText.TakeUntil(ref text, " for "u8, out var method) || method.IndexOf((byte)' ') >= 0)
            return LineResult.Nothing;
        _connections.Forget(line.Pid);
        for (var from = 0; text[from..].IndexOf(" from "u8) is >= 0 and var at; from += at + 6)
        {
            if (TakeEnd(text[(from + at + 6)..], out var address, out _))
                return Told(sink.Login(line.At, text[..(from + at)], address, Service.Ssh, LoginOutcome.Succeeded));
        }
        return LineResult.Unknown;
    }

    private LineResult Failed(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!ByteText.TakeUntil(ref text, " for "u8, out var method) || method.IndexOf((byte)' ') >= 0)
            return LineResult.Nothing;
        var invalid = ByteText.Skip(ref text, "invalid user "u8) || ByteText.Skip(ref text, "illegal user "u8);
        // Before the first method clients ask without one, and offer all their keys: no attempt, unless the name is nobody's.
        if (method.SequenceEqual("none"u8) || (!invalid && method.SequenceEqual("publickey"u8)))
            return LineResult.Nothing;
        if (!TryName(text, out var user, out var address))
            return LineResult.Unknown;
        // The lines before this one told the attempt: "Invalid user", "User … not allowed", "error: PAM".
        var told = method.SequenceEqual("publickey"u8)
            ? _connections.HasTold(line.Pid, line.At)
            : _connections.TakeAnnounced(line.Pid, line.At, method.SequenceEqual("keyboard-interactive/pam"u8) ? SshAnnouncement.Pam : SshAnnouncement.Name);
        if (told)
            return LineResult.Observed;
        _connections.Tell(line.Pid, line.At);
        return Told(sink.Failure(line.At, user, address, Service.Ssh, invalid ? LoginOutcome.UnknownUser : LoginOutcome.WrongPassword));
    }

    /// <summary><c>anna from 192.0.2.7 port 22</c>: what the next failure of this connection is about.</summary>
    private LineResult Announced(in LogLine line, ReadOnlySpan<byte> text, LoginOutcome outcome, ObservationSink sink)
    {
        var from = text.LastIndexOf(" from "u8);
        // An empty name leaves its blank alone.
        var user = from >= 0 ? text[..from] : default;
        var peer =
            from >= 0 ? text[(from + 6)..]
            : text.StartsWith("from "u8) ? text[5..]
            : default;
        if (peer.IsEmpty || !TakeHost(peer, out var address))
            return LineResult.Unknown;
        _connections.Announce(line.Pid, line.At, SshAnnouncement.Name);
        return Told(sink.Failure(line.At, user, address, Service.Ssh, outcome));
    }

    /// <summary><c>Authentication failure for [illegal user ]anna from 192.0.2.7[ via 192.0.2.1]</c>; the host may be a name.</summary>
    private LineResult Pam(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!ByteText.TakeUntil(ref text, " for "u8, out _))
            return LineResult.Nothing;
        var invalid = ByteText.Skip(ref text, "illegal user "u8) || ByteText.Skip(ref text, "invalid user "u8);
        var from = text.LastIndexOf(" from "u8);
        if (from < 0)
            return LineResult.Nothing;
        var host = text[(from + 6)..];
        var via = host.IndexOf(" via "u8);
        if (!TakeHost(via < 0 ? host : host[..via], out var address))
            return LineResult.Unknown;
        var told = _connections.TakeAnnounced(line.Pid, line.At, SshAnnouncement.Name);
        _connections.Announce(line.Pid, line.At, SshAnnouncement.Pam);
        return told || sink.Failure(line.At, text[..from], address, Service.Ssh, invalid ? LoginOutcome.UnknownUser : LoginOutcome.WrongPassword)
            ? LineResult.Observed
            : LineResult.Unknown;
    }

    /// <summary>Too many keys and no password: one failure, where nothing else told of one.</summary>
    private LineResult Exceeded(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var invalid = ByteText.Skip(ref text, "invalid user "u8);
        if (_connections.HasTold(line.Pid, line.At))
            return LineResult.Nothing;
        return TryName(text, out var user, out var address)
            ? Told(sink.Failure(line.At, user, address, Service.Ssh, invalid ? LoginOutcome.UnknownUser : LoginOutcome.WrongPassword))
            : LineResult.Unknown;
    }

    /// <summary>The name in front of <c> from address[ port 1[ ssh2]]</c>, which ends the text or has a colon behind it; false where that stands
    /// twice.</summary>
    private static bool TryName(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out NetworkAddress address)
    {
        user = default;
        address = default;
        var found = false;
        var whole = false;
        for (var from = 0; text[from..].IndexOf(" from "u8) is >= 0 and var at; from += at + 6)
        {
            if (!TakeEnd(text[(from + at + 6)..], out var read, out var protocol) || (whole && !protocol))
                continue;
            if (found && whole == protocol)
                return false;
            // Of a line that has its protocol, as all do for long, only the place with it counts.
            found = true;
            whole = protocol;
            user = text[..(from + at)];
            address = read;
        }
        // An empty name, of which a relay of logs kept one blank of two.
        if (!found && ByteText.Skip(ref text, "from "u8))
            return TakeEnd(text, out address, out _);
        if (user.SequenceEqual("<invalid username>"u8))
            user = default;
        return found;
    }

    /// <summary><c>kernel:[  970.699396]: </c>, which log daemons of some systems put in front: seconds since the start.</summary>
    private static void SkipKernelStamp(ref ReadOnlySpan<byte> text)
    {
        var rest = text;
        if (!ByteText.Skip(ref rest, "kernel:"u8))
            return;
        ByteText.Skip(ref rest, " "u8);
        if (
            !ByteText.Skip(ref rest, "["u8)
            || rest.IndexOf((byte)']') is not (> 2 and < 24 and var close)
            || rest[..close].IndexOfAnyExcept(" .0123456789"u8) >= 0
        )
            return;
        rest = rest[(close + 1)..];
        ByteText.Skip(ref rest, ":"u8);
        if (ByteText.Skip(ref rest, " "u8))
            text = rest;
    }

    /// <summary><c>[fatal: ]Access denied for user anna by PAM account configuration</c></summary>
    private static bool TryDenied(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user)
    {
        ByteText.Skip(ref text, "fatal: "u8);
        user = text;
        if (!ByteText.Skip(ref user, "Access denied for user "u8) || !user.EndsWith(" by PAM account configuration"u8))
            return false;
        user = user[..^29];
        return true;
    }

    private static bool TakeEnd(ReadOnlySpan<byte> text, out NetworkAddress address, out bool protocol)
    {
        var end = text.IndexOf((byte)' ');
        var colon = text.IndexOf(": "u8);
        var host =
            end < 0 && colon < 0 ? text
            : colon >= 0 && (end < 0 || colon < end) ? text[..colon]
            : text[..end];
        protocol = false;
        if (!NetworkAddress.TryParse(host, out address))
            return false;
        var rest = text[host.Length..];
        if (ByteText.Skip(ref rest, " port "u8) && !ByteText.TakeNumber(ref rest, out _))
            return false;
        protocol = ByteText.Skip(ref rest, " ssh2"u8) || ByteText.Skip(ref rest, " ssh1"u8);
        return rest.IsEmpty || rest.StartsWith(": "u8);
    }

    private static bool TakePeer(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        var end = text.IndexOf((byte)' ');
        return NetworkAddress.TryParse(end < 0 ? text : text[..end], out address);
    }

    /// <summary>An address, or a host's name (<c>UseDNS</c>), whose address the line does not have; with a port at most behind it.</summary>
    private static bool TakeHost(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        address = default;
        var end = text.IndexOf((byte)' ');
        var host = end < 0 ? text : text[..end];
        var rest = text[host.Length..];
        if (ByteText.Skip(ref rest, " port "u8))
            ByteText.TakeNumber(ref rest, out _);
        return rest.IsEmpty && !host.IsEmpty && (NetworkAddress.TryParse(host, out address) || host.IndexOfAny("@()<>"u8) < 0);
    }

    private static LineResult Told(bool observed) => observed ? LineResult.Observed : LineResult.Unknown;

    public void Save(BinaryWriter writer) => _connections.Save(writer);

    public void Load(BinaryReader reader) => _connections.Load(reader);
}
