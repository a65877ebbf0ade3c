using System.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Postfix. A submission is the <c>client=…, sasl_username=…</c> line of smtpd joined by queue id with qmgr's <c>nrcpt=</c>; the first one of a connection is
/// also a login. Delivery results belong to the login of their queue id.
/// </summary>
/// <remarks>
/// Client names are the reverse DNS of strangers and stand before the address in brackets; sasl_username stands last on its line, so that it
/// takes everything up to the end and nothing can hide behind it.
/// </remarks>
internal sealed class PostfixParser(LogParserSettings settings) : IDaemonParser
{
    public string Name => "postfix";

    /// <param name="Counted">qmgr told its recipients; it does so again at every retry.</param>
    private readonly record struct Message(string User, NetworkAddress Address, bool Counted);

    private readonly JoinTable<UInt128, Message> _messages = new(settings.MostJoins);

    /// <summary>Logins of open connections by smtpd process, which serves one client at a time.</summary>
    private readonly JoinTable<int, string> _connections = new(Math.Min(settings.MostJoins, 20_000));

    public bool Knows(ReadOnlySpan<byte> program) => program.StartsWith("postfix"u8) || program.EndsWith("/smtpd"u8) || program.EndsWith("/qmgr"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var slash = line.Program.LastIndexOf((byte)'/');
        var process = slash < 0 ? line.Program : line.Program[(slash + 1)..];
        if (process.SequenceEqual("smtpd"u8))
            return ParseServer(line, sink);
        if (process.SequenceEqual("qmgr"u8))
            return ParseQueueManager(line, sink);
        if (process.SequenceEqual("cleanup"u8) || process.SequenceEqual("anvil"u8))
            return LineResult.Nothing;
        return line.Message.IndexOf(", status="u8) > 0 ? ParseDelivery(line, sink) : LineResult.Nothing;
    }

    private LineResult ParseServer(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (text.StartsWith("warning: "u8))
            return ParseFailure(line, sink);
        if (text.StartsWith("connect from "u8) || text.StartsWith("disconnect from "u8) || text.StartsWith("lost connection"u8))
        {
            if (line.Pid != 0)
                _connections.Remove(line.Pid);
            return LineResult.Nothing;
        }
        if (!ByteText.TakeUntil(ref text, ": "u8, out var id) || !text.StartsWith("client="u8))
            return LineResult.Nothing;
        var method = text.IndexOf(", sasl_method="u8);
        if (method < 0)
            return LineResult.Nothing;
        var mark = text[method..].IndexOf(", sasl_username="u8);
        if (mark < 0)
            return LineResult.Nothing;
        var user = text[(method + mark + 16)..];
        // sasl_sender= may follow for mail relayed on behalf of somebody; it is written by clients too, but the name in front has no blank.
        var comma = user.IndexOf(", sasl_sender="u8);
        if (comma >= 0)
            user = user[..comma];
        var client = text[7..method];
        if (!TryAddress(client, out var address) || !ByteText.TryKey(id, out var key))
            return LineResult.Unknown;
        var name = Encoding.UTF8.GetString(user);
        _messages.Set(key, new Message(name, address, false));
        if (line.Pid != 0 && _connections.TryGet(line.Pid, out var open) && open == name)
            return LineResult.Observed;
        if (line.Pid != 0)
            _connections.Set(line.Pid, name);
        return sink.Login(line.At, user, address, Service.Smtp, LoginOutcome.Succeeded) ? LineResult.Observed : LineResult.Unknown;
    }

    /// <summary><c>warning: host[address]: SASL LOGIN authentication failed: text, sasl_username=user</c></summary>
    private static LineResult ParseFailure(in LogLine line, ObservationSink sink)
    {
        var text = line.Message[9..];
        var mark = text.IndexOf("]: SASL "u8);
        if (mark < 0)
            return LineResult.Nothing;
        var rest = text[(mark + 8)..];
        if (rest.IndexOf(" authentication failed: "u8) < 0)
            return LineResult.Nothing;
        var user = rest.IndexOf(", sasl_username="u8);
        if (user < 0)
            return LineResult.Nothing;
        if (!TryAddress(text[..(mark + 1)], out var address))
            return LineResult.Unknown;
        return sink.Login(line.At, rest[(user + 16)..], address, Service.Smtp, LoginOutcome.WrongPassword) ? LineResult.Observed : LineResult.Unknown;
    }

    private LineResult ParseQueueManager(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (!ByteText.TakeUntil(ref text, ": "u8, out var id) || !ByteText.TryKey(id, out var key))
            return LineResult.Nothing;
        if (text.SequenceEqual("removed"u8))
        {
            _messages.Remove(key);
            return LineResult.Nothing;
        }
        if (!text.StartsWith("from=<"u8) || !_messages.TryGet(key, out var message) || message.Counted)
            return LineResult.Nothing;
        // The sender's address is the client's text: size and recipients are the last fields.
        var fields = text[Math.Max(0, text.LastIndexOf(">, size="u8))..];
        var recipients = ByteText.NumberAfter(fields, ", nrcpt="u8);
        if (recipients < 0)
            return LineResult.Unknown;
        _messages.Set(key, message with { Counted = true });
        return sink.Submission(line.At, Encoding.UTF8.GetBytes(message.User), message.Address, (int)Math.Min(recipients, 1_000_000), ByteText.NumberAfter(fields, ", size="u8, 0), id)
            ? LineResult.Observed : LineResult.Unknown;
    }

    private LineResult ParseDelivery(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (!ByteText.TakeUntil(ref text, ": "u8, out var id) || !text.StartsWith("to=<"u8) || !ByteText.TryKey(id, out var key) || !_messages.TryGet(key, out var message))
            return LineResult.Nothing;
        // dsn= and status= follow the recipient, relay and delays; the text behind status= is the other server's, so the first status= after dsn= counts.
        var dsn = text.IndexOf(", dsn="u8);
        if (dsn < 0)
            return LineResult.Nothing;
        var rest = text[(dsn + 6)..];
        var status = rest.IndexOf(", status="u8);
        if (status < 0)
            return LineResult.Nothing;
        var code = rest[..status];
        var word = rest[(status + 9)..];
        DeliveryOutcome outcome;
        if (word.StartsWith("sent"u8))
            outcome = DeliveryOutcome.Delivered;
        else if (!word.StartsWith("bounced"u8))
            return LineResult.Nothing;
        else
            outcome = UnknownRecipients.Says(code, word) ? DeliveryOutcome.UnknownRecipient : DeliveryOutcome.Bounced;
        return sink.Delivery(line.At, Encoding.UTF8.GetBytes(message.User), outcome, 1) ? LineResult.Observed : LineResult.Unknown;
    }

    /// <summary>The address in the last brackets of <c>name[address]</c>.</summary>
    private static bool TryAddress(ReadOnlySpan<byte> client, out NetworkAddress address)
    {
        address = default;
        var open = client.LastIndexOf((byte)'[');
        return open >= 0 && client.EndsWith("]"u8) && NetworkAddress.TryParse(client[(open + 1)..^1], out address);
    }

    public void Save(BinaryWriter writer)
    {
        var messages = _messages.InOrder.ToArray();
        writer.Write(messages.Length);
        foreach (var (key, message) in messages)
        {
            writer.Write((ulong)(key >> 64));
            writer.Write((ulong)key);
            writer.Write(message.User);
            writer.Write(message.Address.ToString());
            writer.Write(message.Counted);
        }
        var connections = _connections.InOrder.ToArray();
        writer.Write(connections.Length);
        foreach (var (pid, user) in connections)
        {
            writer.Write(pid);
            writer.Write(user);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var key = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            var user = reader.ReadString();
            NetworkAddress.TryParse(reader.ReadString(), out var address);
            _messages.Set(key, new Message(user, address, reader.ReadBoolean()));
        }
        for (var count = reader.ReadInt32(); count > 0; count--)
            _connections.Set(reader.ReadInt32(), reader.ReadString());
    }
}
