using Guard.Host.Geo;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Mail;

/// <summary>
/// Joins the lines of one mail server by queue id: who handed a message in, how many recipients it has, what became of them. What a filter hands on
/// under a new id stays the same message, counted once and its fate told to who sent it. Mail without a login belongs to a sender of the configuration
/// or to nobody; from this machine or a private network that is settled only when no filter turned out to have handed it on.
/// </summary>
internal sealed class MailQueue(LogParserSettings settings)
{
    private readonly JoinTable<UInt128, QueuedMail> _open = new(settings.MaxJoins);

    /// <summary>Filters that hand mail on without its first queue id are at work: their word is waited for.</summary>
    private bool _filters;

    public bool TryGet(UInt128 key, out QueuedMail mail) => _open.TryGet(key, out mail);

    /// <summary>This machine's or a private network's, where filters stand; and what the server could not tell.</summary>
    public static bool IsNear(NetworkAddress address) =>
        AddressKinds.Of(address) is not (AddressKind.Public or AddressKind.Documentation or AddressKind.Multicast);

    /// <summary>Somebody who logged in, or a known sender, hands a message in.</summary>
    public QueuedMail Own(UInt128 key, UserId user, NetworkAddress address, ReadOnlySpan<byte> id)
    {
        var mail = new QueuedMail(MailOwner.Account, user, address, System.Text.Encoding.ASCII.GetString(id));
        _open.Set(key, mail);
        return mail;
    }

    /// <summary>A message comes in without a login. What its client's address tells, is settled at once, except for what a filter may hand on.</summary>
    public QueuedMail Arrive(UInt128 key, NetworkAddress address, ReadOnlySpan<byte> id, ObservationSink sink)
    {
        var mail = new QueuedMail(MailOwner.Stranger, UserId.None, address, "");
        if (IsNear(address))
            mail.Owner = MailOwner.Unsettled;
        if (mail.Owner == MailOwner.Unsettled || settings.Senders.OfAddress(address).Known)
            mail.QueueId = System.Text.Encoding.ASCII.GetString(id);
        if (AddressKinds.Of(address) != AddressKind.Loopback)
            Name(mail, settings.Senders.OfAddress(address), sink);
        _open.Set(key, mail);
        return mail;
    }

    /// <summary>A local process hands a message in.</summary>
    public QueuedMail ArriveFrom(UInt128 key, SenderName sender, ReadOnlySpan<byte> id, ObservationSink sink)
    {
        var mail = new QueuedMail(MailOwner.Unsettled, UserId.None, default, System.Text.Encoding.ASCII.GetString(id));
        Name(mail, sender, sink);
        if (mail.Owner == MailOwner.Unsettled)
            mail.Owner = MailOwner.Nobody;
        _open.Set(key, mail);
        return mail;
    }

    /// <summary>A message is the one that came in under an earlier id, as who handed it on is trusted to say.</summary>
    public void Same(UInt128 key, QueuedMail earlier) => _open.Set(key, earlier);

    /// <summary>The queue tells size and recipients; it does so again at every retry. True when the account was told.</summary>
    public bool Sized(DateTimeOffset at, QueuedMail mail, int recipients, long size, ObservationSink sink, ReadOnlySpan<byte> sender = default)
    {
        if (mail.Recipients < 0)
            (mail.Recipients, mail.Size) = (recipients, size);
        return Tell(at, mail, sink, sender);
    }

    /// <summary>A filter of this machine or a private network took a message and says under which id it handed it on. True when that is known here.</summary>
    public bool Link(DateTimeOffset at, QueuedMail from, UInt128 to, ObservationSink sink)
    {
        if (!_open.TryGet(to, out var handed) || ReferenceEquals(handed, from))
            return handed is not null;
        if (handed.Owner == MailOwner.Account)
            return false;
        _filters = true;
        _open.Set(to, from);
        if (from.Recipients < 0)
            (from.Recipients, from.Size) = (handed.Recipients, handed.Size);
        from.Delivered += handed.Delivered;
        from.Bounced += handed.Bounced;
        from.Unknown += handed.Unknown;
        Tell(at, from, sink);
        Flush(at, from, sink);
        return true;
    }

    /// <summary>What became of some recipients; null for a deferral. True when an account was told.</summary>
    /// <param name="id">The queue id on the line.</param>
    /// <param name="recipient">The one recipient's address.</param>
    public bool Fate(
        DateTimeOffset at,
        QueuedMail mail,
        DeliveryOutcome? outcome,
        int recipients,
        ReadOnlySpan<byte> id,
        ObservationSink sink,
        ReadOnlySpan<byte> recipient = default
    )
    {
        // What is known of one recipient at once is told at once.
        if (outcome is { } final && mail.Owner == MailOwner.Account && mail.Delivered + mail.Bounced + mail.Unknown == 0)
        {
            sink.Delivery(at, mail.User, final, recipients, id, recipient);
            return true;
        }
        switch (outcome)
        {
            case DeliveryOutcome.Delivered:
                mail.Delivered += recipients;
                break;
            case DeliveryOutcome.Bounced:
            case DeliveryOutcome.RefusedAsSpam:
                mail.Bounced += recipients;
                break;
            case DeliveryOutcome.UnknownRecipient:
                mail.Unknown += recipients;
                break;
        }
        if (mail.Owner == MailOwner.Unsettled && (!_filters || outcome is null))
            Settle(at, mail, sink);
        if (outcome is null && mail.Owner == MailOwner.Account)
            sink.Deferred(at, mail.User, recipients, id);
        return Flush(at, mail, sink, id);
    }

    /// <summary>The message has left the queue. True when an account was told.</summary>
    public bool Remove(DateTimeOffset at, UInt128 key, ObservationSink sink)
    {
        if (!_open.TryGet(key, out var mail))
            return false;
        var told = mail.Owner == MailOwner.Unsettled && mail.Recipients > 0 && Settle(at, mail, sink);
        told |= Flush(at, mail, sink);
        _open.Remove(key);
        return told;
    }

    /// <summary>No filter spoke for it: it is its client's own.</summary>
    private bool Settle(DateTimeOffset at, QueuedMail mail, ObservationSink sink)
    {
        Name(mail, settings.Senders.OfAddress(mail.Address), sink);
        if (mail.Owner != MailOwner.Unsettled)
            return Tell(at, mail, sink);
        mail.Owner = MailOwner.Nobody;
        sink.Unjudged(mail.Address);
        return false;
    }

    private static void Name(QueuedMail mail, SenderName sender, ObservationSink sink)
    {
        if (sender.Exempt)
        {
            mail.Owner = MailOwner.Nobody;
        }
        else if (sender.Account is { Length: > 0 } account && sink.Map(System.Text.Encoding.UTF8.GetBytes(account), system: !sender.Known) is { } user)
        {
            mail.Owner = MailOwner.Account;
            mail.User = user;
        }
    }

    private static bool Tell(DateTimeOffset at, QueuedMail mail, ObservationSink sink, ReadOnlySpan<byte> sender = default)
    {
        if (mail.Owner != MailOwner.Account || mail.Counted || mail.Recipients < 0)
            return false;
        mail.Counted = true;
        sink.Submission(at, mail.User, mail.Address, mail.Recipients, mail.Size, mail.QueueId, sender: sender);
        return true;
    }

    private static bool Flush(DateTimeOffset at, QueuedMail mail, ObservationSink sink, ReadOnlySpan<byte> id = default)
    {
        if (mail.Owner is MailOwner.Unsettled or MailOwner.Stranger || mail.Delivered + mail.Bounced + mail.Unknown == 0)
            return false;
        if (mail.Owner == MailOwner.Account)
        {
            Deliver(at, mail.User, DeliveryOutcome.Delivered, mail.Delivered, id, sink);
            Deliver(at, mail.User, DeliveryOutcome.Bounced, mail.Bounced, id, sink);
            Deliver(at, mail.User, DeliveryOutcome.UnknownRecipient, mail.Unknown, id, sink);
        }
        mail.Delivered = mail.Bounced = mail.Unknown = 0;
        return mail.Owner == MailOwner.Account;
    }

    private static void Deliver(DateTimeOffset at, UserId user, DeliveryOutcome outcome, int recipients, ReadOnlySpan<byte> id, ObservationSink sink)
    {
        if (recipients > 0)
            sink.Delivery(at, user, outcome, recipients, id);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_filters);
        var entries = _open.InOrder.ToArray();
        var mails = entries.Select(entry => entry.Value).Distinct().ToArray();
        var numbers = new Dictionary<QueuedMail, int>(mails.Length);
        writer.Write(mails.Length);
        foreach (var mail in mails)
        {
            numbers.Add(mail, numbers.Count);
            mail.Save(writer);
        }
        writer.Write(entries.Length);
        foreach (var (key, mail) in entries)
        {
            writer.Write((ulong)(key >> 64));
            writer.Write((ulong)key);
            writer.Write(numbers[mail]);
        }
    }

    public void Load(BinaryReader reader)
    {
        _filters = reader.ReadBoolean();
        var mails = new List<QueuedMail>();
        for (var count = reader.ReadInt32(); count > 0; count--)
            mails.Add(QueuedMail.Load(reader));
        for (var count = reader.ReadInt32(); count > 0; count--)
            _open.Set(new UInt128(reader.ReadUInt64(), reader.ReadUInt64()), mails[reader.ReadInt32()]);
    }
}
