using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Mail;

/// <summary>
/// A message in a mail server's queue. When a filter hands it on under another queue id, both ids mean this one message.
/// </summary>
internal sealed class QueuedMail(MailOwner owner, UserId user, NetworkAddress address, string queueId)
{
    public MailOwner Owner { get; set; } = owner;

    /// <summary>The account; none when it is no account's, or not yet.</summary>
    public UserId User { get; set; } = user;

    /// <summary>Who handed it in; no address for a local process.</summary>
    public NetworkAddress Address { get; set; } = address;

    /// <summary>Its first queue id.</summary>
    public string QueueId { get; set; } = queueId;

    /// <summary>The account was told of it.</summary>
    public bool Counted { get; set; }

    /// <summary>Recipients as the queue has them; -1 when it has not said yet.</summary>
    public int Recipients { get; set; } = -1;

    /// <summary>Bytes, or 0.</summary>
    public long Size { get; set; }

    /// <summary>Fates that became known before its owner.</summary>
    public int Delivered { get; set; }

    public int Bounced { get; set; }

    public int Unknown { get; set; }

    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)Owner);
        writer.Write(User.Value);
        writer.Write(Address.ToString());
        writer.Write(QueueId);
        writer.Write(Counted);
        writer.Write(Recipients);
        writer.Write(Size);
        writer.Write(Delivered);
        writer.Write(Bounced);
        writer.Write(Unknown);
    }

    public static QueuedMail Load(BinaryReader reader)
    {
        var owner = (MailOwner)reader.ReadByte();
        var user = new UserId(reader.ReadString());
        NetworkAddress.TryParse(reader.ReadString(), out var address);
        return new QueuedMail(owner, user, address, reader.ReadString())
        {
            Counted = reader.ReadBoolean(),
            Recipients = reader.ReadInt32(),
            Size = reader.ReadInt64(),
            Delivered = reader.ReadInt32(),
            Bounced = reader.ReadInt32(),
            Unknown = reader.ReadInt32(),
        };
    }
}
