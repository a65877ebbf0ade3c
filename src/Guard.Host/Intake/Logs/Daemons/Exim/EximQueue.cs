using Guard.Host.Intake.Logs.Mail;

namespace Guard.Host.Intake.Logs.Daemons.Exim;

/// <summary>
/// Exim's messages. Where the arrival does not tell the recipients (log_selector without +received_recipients, as Debian has it), they are counted as they are
/// delivered: one at once, each further one when the line of its delivery comes.
/// </summary>
internal sealed class EximQueue(LogParserSettings settings)
{
    /// <summary>Addresses of a message that are remembered, so that one that was put off or rewritten counts once.</summary>
    private const int MaxRemembered = 1000;

    private readonly JoinTable<UInt128, HashSet<ulong>> _counted = new(Math.Min(settings.MaxJoins, 20_000));

    public MailQueue Mails { get; } = new(settings);

    public SenderRules Senders => settings.Senders;

    /// <summary>Recipients had to be counted from deliveries.</summary>
    public bool CountsFromDeliveries { get; private set; }

    public void Arrived(DateTimeOffset at, UInt128 key, QueuedMail mail, int recipients, long size, ReadOnlySpan<byte> sender, ObservationSink sink)
    {
        if (recipients < 0)
        {
            CountsFromDeliveries |= mail.Owner == MailOwner.Account;
            _counted.Set(key, []);
            recipients = 1;
        }
        Mails.Sized(at, mail, recipients, size, sink, sender);
    }

    /// <summary>A recipient is told of, delivered or not.</summary>
    public bool Recipient(DateTimeOffset at, UInt128 key, QueuedMail mail, ReadOnlySpan<byte> address, ObservationSink sink)
    {
        if (!_counted.TryGet(key, out var counted) || counted.Count >= MaxRemembered || !counted.Add(Hash(address)))
            return false;
        if (counted.Count == 1)
            return false;
        if (!mail.Counted)
        {
            mail.Recipients++;
            return false;
        }
        sink.Submission(at, mail.User, mail.Address, 1, 0, mail.QueueId, further: true);
        return true;
    }

    public bool Completed(DateTimeOffset at, UInt128 key, ObservationSink sink)
    {
        _counted.Remove(key);
        return Mails.Remove(at, key, sink);
    }

    private static ulong Hash(ReadOnlySpan<byte> address)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in address)
            hash = (hash ^ (c is >= (byte)'A' and <= (byte)'Z' ? c | 0x20u : c)) * 1099511628211UL;
        return hash;
    }

    public void Save(BinaryWriter writer)
    {
        Mails.Save(writer);
        var entries = _counted.InOrder.ToArray();
        writer.Write(entries.Length);
        foreach (var (key, counted) in entries)
        {
            writer.Write((ulong)(key >> 64));
            writer.Write((ulong)key);
            writer.Write(counted.Count);
            foreach (var one in counted)
                writer.Write(one);
        }
    }

    public void Load(BinaryReader reader)
    {
        Mails.Load(reader);
        for (var entries = reader.ReadInt32(); entries > 0; entries--)
        {
            var key = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            var counted = new HashSet<ulong>();
            for (var count = reader.ReadInt32(); count > 0; count--)
                counted.Add(reader.ReadUInt64());
            _counted.Set(key, counted);
        }
    }
}
