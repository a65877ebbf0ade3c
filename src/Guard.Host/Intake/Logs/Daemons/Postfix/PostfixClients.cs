using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>
/// <c>client=name[address]:port, sasl_method=PLAIN, sasl_username=user, sasl_sender=x, orig_queue_id=A, orig_client=name[address]</c> (smtpd.c,
/// smtpd_sasl_proto.c): who hands a message in. The name is a host name, the method one that the server offers, the user one that was let in; sasl_sender
/// is the client's own text, so that nothing behind it is believed. orig_… come by XFORWARD, which only filters may use.
/// </summary>
internal sealed class PostfixClients(LogParserSettings settings)
{
    private const int MaxConnections = 20_000;

    /// <summary>Logins of open connections by smtpd process, which serves one client at a time.</summary>
    private readonly JoinTable<int, UserId> _logins = new(Math.Min(settings.MaxJoins, MaxConnections));

    /// <summary>Mail that a process passes on to a filter while it comes in: it has no queue id of its own.</summary>
    private readonly JoinTable<int, QueuedMail> _passing = new(Math.Min(settings.MaxJoins, MaxConnections));

    public void End(int pid)
    {
        if (pid == 0)
            return;
        _logins.Remove(pid);
        _passing.Remove(pid);
    }

    public LineResult Parse(in LogLine line, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, MailQueue queue, ObservationSink sink)
    {
        if (!ClientText.Take(ref text, out var address))
            return LineResult.Unknown;
        var passing = id.SequenceEqual("NOQUEUE"u8);
        if (!QueueKey.TryRead(id, out var key))
            return LineResult.Unknown;
        if (ByteText.Skip(ref text, ", sasl_method="u8))
        {
            var end = text.IndexOf((byte)',');
            text = end < 0 ? [] : text[end..];
        }
        if (ByteText.Skip(ref text, ", sasl_username="u8))
            return Own(line, id, key, User(text), address, passing, queue, sink);
        if (ByteText.Skip(ref text, ", sasl_sender="u8))
            text = [];
        if (!text.IsEmpty && !text.StartsWith(", orig_"u8))
            return LineResult.Unknown;
        if (passing)
        {
            if (line.Pid != 0)
                _passing.Set(line.Pid, new QueuedMail(MailOwner.Stranger, UserId.None, address, ""));
            return LineResult.Nothing;
        }
        return HandedOn(text, id, key, address, queue, sink);
    }

    /// <summary>
    /// <c>proxy-accept: END-OF-MESSAGE: 250 … queued as B; from=&lt;…&gt; …</c>, in some versions behind NOQUEUE and with <c> from name[address]</c>: the reply
    /// is the filter's.
    /// </summary>
    public LineResult Accept(in LogLine line, ReadOnlySpan<byte> text, MailQueue queue, ObservationSink sink)
    {
        if (ByteText.Skip(ref text, " from "u8) && !ClientText.Take(ref text, out _))
            return LineResult.Unknown;
        if (!ByteText.Skip(ref text, ": "u8))
            return LineResult.Unknown;
        if (line.Pid == 0 || !_passing.TryGet(line.Pid, out var mail))
            return LineResult.Nothing;
        var end = text.IndexOf("; from=<"u8);
        var reply = end < 0 ? text : text[..end];
        if (!PostfixDeliveries.TryQueuedAs(reply, out var key, out var id))
            return LineResult.Nothing;
        _passing.Remove(line.Pid);
        mail.QueueId = System.Text.Encoding.ASCII.GetString(id);
        return queue.Link(line.At, mail, key, sink) && mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
    }

    private LineResult Own(
        in LogLine line,
        ReadOnlySpan<byte> id,
        UInt128 key,
        ReadOnlySpan<byte> user,
        NetworkAddress address,
        bool passing,
        MailQueue queue,
        ObservationSink sink
    )
    {
        if (sink.Map(user, system: false) is not { } account)
            return LineResult.Unknown;
        if (passing && line.Pid != 0)
            _passing.Set(line.Pid, new QueuedMail(MailOwner.Account, account, address, ""));
        else if (!passing)
            queue.Own(key, account, address, id);
        if (line.Pid != 0 && _logins.TryGet(line.Pid, out var open) && open == account)
            return LineResult.Observed;
        if (line.Pid != 0)
            _logins.Set(line.Pid, account);
        return sink.Login(line.At, user, address, Service.Smtp, LoginOutcome.Succeeded) ? LineResult.Observed : LineResult.Unknown;
    }

    private static LineResult HandedOn(
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> id,
        UInt128 key,
        NetworkAddress address,
        MailQueue queue,
        ObservationSink sink
    )
    {
        var client = address;
        if (ByteText.Skip(ref text, ", orig_queue_id="u8))
        {
            var end = text.IndexOf((byte)',');
            var earlier = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[end..];
            if (QueueKey.TryRead(earlier, out var first) && queue.TryGet(first, out var mail))
            {
                queue.Same(key, mail);
                return mail.Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
            }
        }
        // Without a queue id a filter that stands before the queue passed it on: of whom, a later line may tell.
        if (ByteText.Skip(ref text, ", orig_client="u8) && ClientText.Take(ref text, out var origin))
            client = origin;
        return queue.Arrive(key, client, id, sink).Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
    }

    /// <summary>The user's name was let in by the authentication server; behind it the fields that follow it are cut off.</summary>
    private static ReadOnlySpan<byte> User(ReadOnlySpan<byte> text)
    {
        var sender = text.IndexOf(", sasl_sender="u8);
        if (sender >= 0)
            text = text[..sender];
        var origin = text.IndexOf(", orig_queue_id="u8);
        if (origin < 0)
            origin = text.IndexOf(", orig_client="u8);
        return origin < 0 ? text : text[..origin];
    }

    public void Save(BinaryWriter writer)
    {
        var logins = _logins.InOrder.ToArray();
        writer.Write(logins.Length);
        foreach (var (pid, user) in logins)
        {
            writer.Write(pid);
            writer.Write(user.Value);
        }
        var passing = _passing.InOrder.ToArray();
        writer.Write(passing.Length);
        foreach (var (pid, mail) in passing)
        {
            writer.Write(pid);
            mail.Save(writer);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
            _logins.Set(reader.ReadInt32(), new UserId(reader.ReadString()));
        for (var count = reader.ReadInt32(); count > 0; count--)
            _passing.Set(reader.ReadInt32(), QueuedMail.Load(reader));
    }
}
