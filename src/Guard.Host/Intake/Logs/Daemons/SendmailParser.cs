using System.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Sendmail. <c>AUTH=server</c> has no queue id: it is joined by process id with the <c>from=</c> lines of the same connection, of which there may be several.
/// </summary>
internal sealed class SendmailParser(LogParserSettings settings) : IDaemonParser
{
    public string Name => "sendmail";

    private readonly record struct Connection(string User, NetworkAddress Address);

    private readonly JoinTable<int, Connection> _connections = new(Math.Min(settings.MostJoins, 20_000));
    private readonly JoinTable<UInt128, string> _messages = new(settings.MostJoins);

    public bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("sm-mta"u8) || program.SequenceEqual("sendmail"u8) || program.SequenceEqual("sm-msp"u8) || program.SequenceEqual("sm-msp-queue"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (text.StartsWith("AUTH=server, relay="u8))
            return ParseLogin(line, text[19..], sink);
        if (text.StartsWith("NOQUEUE: connect from "u8))
        {
            _connections.Remove(line.Pid);
            return LineResult.Nothing;
        }
        if (!ByteText.TakeUntil(ref text, ": "u8, out var id))
            return LineResult.Nothing;
        if (text.StartsWith("AUTH failure ("u8))
            return ParseFailure(line, text, sink);
        if (text.StartsWith("from="u8))
            return ParseMessage(line, id, text, sink);
        if (text.StartsWith("to="u8))
            return ParseDelivery(line, id, text, sink);
        if (text.StartsWith("done; "u8) && ByteText.TryKey(id, out var key))
            _messages.Remove(key);
        return LineResult.Nothing;
    }

    /// <summary><c>relay=host [address], authid=user, mech=LOGIN, bits=0</c></summary>
    private LineResult ParseLogin(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var authid = text.LastIndexOf(", authid="u8);
        var mech = text.LastIndexOf(", mech="u8);
        if (authid < 0 || mech < authid)
            return LineResult.Unknown;
        // The name may hold ", authid=" or brackets itself: the relay is what stands before the first one.
        var first = text.IndexOf(", authid="u8);
        var user = text[(first + 9)..mech];
        if (!TryAddress(text[..first], out var address))
            return LineResult.Unknown;
        _connections.Set(line.Pid, new Connection(Encoding.UTF8.GetString(user), address));
        return sink.Login(line.At, user, address, Service.Smtp, LoginOutcome.Succeeded) ? LineResult.Observed : LineResult.Unknown;
    }

    /// <summary><c>AUTH failure (LOGIN): …, user=name, relay=host [address]</c></summary>
    private static LineResult ParseFailure(in LogLine line, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var relay = text.LastIndexOf(", relay="u8);
        if (relay < 0)
            return LineResult.Nothing;
        var user = text[..relay].IndexOf(", user="u8);
        if (user < 0)
            return LineResult.Nothing;
        if (!TryAddress(text[(relay + 8)..], out var address))
            return LineResult.Unknown;
        var unknown = text.IndexOf("user not found"u8) is var at && at >= 0 && at < user;
        return sink.Login(line.At, text[(user + 7)..relay], address, Service.Smtp, unknown ? LoginOutcome.UnknownUser : LoginOutcome.WrongPassword)
            ? LineResult.Observed : LineResult.Unknown;
    }

    private LineResult ParseMessage(in LogLine line, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!_connections.TryGet(line.Pid, out var connection) || !ByteText.TryKey(id, out var key))
            return LineResult.Nothing;
        var sizes = text.LastIndexOf(", size="u8);
        var fields = text[Math.Max(0, sizes)..];
        var recipients = ByteText.NumberAfter(fields, ", nrcpts="u8);
        if (recipients < 0)
            return LineResult.Unknown;
        if (recipients == 0)
            return LineResult.Nothing;
        _messages.Set(key, connection.User);
        return sink.Submission(line.At, Encoding.UTF8.GetBytes(connection.User), connection.Address, (int)Math.Min(recipients, 1_000_000), ByteText.NumberAfter(fields, ", size="u8, 0), id)
            ? LineResult.Observed : LineResult.Unknown;
    }

    private LineResult ParseDelivery(in LogLine line, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (!ByteText.TryKey(id, out var key) || !_messages.TryGet(key, out var user))
            return LineResult.Nothing;
        var stat = text.IndexOf(", stat="u8);
        if (stat < 0)
            return LineResult.Nothing;
        var word = text[(stat + 7)..];
        DeliveryOutcome outcome;
        if (word.StartsWith("Sent"u8))
            outcome = DeliveryOutcome.Delivered;
        else if (text[..stat].IndexOf(", dsn=5."u8) is var dsn and > 0)
        {
            var code = text[(dsn + 6)..stat];
            var comma = code.IndexOf((byte)',');
            outcome = UnknownRecipients.Says(comma < 0 ? code : code[..comma], word) ? DeliveryOutcome.UnknownRecipient : DeliveryOutcome.Bounced;
        }
        else if (word.StartsWith("User unknown"u8))
            outcome = DeliveryOutcome.UnknownRecipient;
        else
            return LineResult.Nothing;
        var recipients = text[3..stat].Count("<"u8);
        return sink.Delivery(line.At, Encoding.UTF8.GetBytes(user), outcome, Math.Max(1, recipients)) ? LineResult.Observed : LineResult.Unknown;
    }

    /// <summary>The address in the last brackets of <c>host [address]</c>, also when "(may be forged)" follows.</summary>
    private static bool TryAddress(ReadOnlySpan<byte> relay, out NetworkAddress address)
    {
        address = default;
        var forged = relay.IndexOf(" (may be forged)"u8);
        if (forged > 0)
            relay = relay[..forged];
        var open = relay.LastIndexOf((byte)'[');
        if (open < 0 || !relay.EndsWith("]"u8))
            return false;
        var inside = relay[(open + 1)..^1];
        ByteText.Skip(ref inside, "IPv6:"u8);
        return NetworkAddress.TryParse(inside, out address);
    }

    public void Save(BinaryWriter writer)
    {
        var connections = _connections.InOrder.ToArray();
        writer.Write(connections.Length);
        foreach (var (pid, connection) in connections)
        {
            writer.Write(pid);
            writer.Write(connection.User);
            writer.Write(connection.Address.ToString());
        }
        var messages = _messages.InOrder.ToArray();
        writer.Write(messages.Length);
        foreach (var (key, user) in messages)
        {
            writer.Write((ulong)(key >> 64));
            writer.Write((ulong)key);
            writer.Write(user);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var pid = reader.ReadInt32();
            var user = reader.ReadString();
            NetworkAddress.TryParse(reader.ReadString(), out var address);
            _connections.Set(pid, new Connection(user, address));
        }
        for (var count = reader.ReadInt32(); count > 0; count--)
            _messages.Set(new UInt128(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadString());
    }
}
