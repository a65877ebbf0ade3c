using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs;

/// <summary>
/// Failed attempts that an authentication server told, and that the mail server in front of it will tell again: Postfix, Exim and Sendmail write their line
/// after Dovecot's. Matched by address and time, since older mail servers write no name.
/// </summary>
public sealed class AttemptsTold
{
    /// <summary>Dovecot answers a failure two seconds late (<c>auth_failure_delay</c>), and up to fifteen to an address that failed before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly JoinTable<NetworkAddress, (int Count, DateTimeOffset At)> _open = new(10_000);

    public void Add(NetworkAddress address, DateTimeOffset at)
    {
        var count = _open.TryGet(address, out var before) && IsOpen(before.At, at) ? before.Count : 0;
        _open.Set(address, (count + 1, at));
    }

    /// <summary>Whether this attempt was told before; it is then told no more.</summary>
    public bool TryTake(NetworkAddress address, DateTimeOffset at)
    {
        if (_open.Count == 0 || !_open.TryGet(address, out var told))
            return false;
        if (told.Count > 1)
            _open.Set(address, (told.Count - 1, told.At));
        else
            _open.Remove(address);
        return IsOpen(told.At, at);
    }

    public void Save(BinaryWriter writer)
    {
        var open = _open.InOrder.ToArray();
        writer.Write(open.Length);
        foreach (var (address, (count, at)) in open)
        {
            writer.Write(address.IsIPv4);
            writer.Write((ulong)(address.Bits >> 64));
            writer.Write((ulong)address.Bits);
            writer.Write(count);
            writer.Write(at.UtcTicks);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var old = reader.ReadBoolean();
            var bits = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            _open.Set(
                old ? NetworkAddress.FromIPv4((uint)bits) : NetworkAddress.FromIPv6(bits),
                (reader.ReadInt32(), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero))
            );
        }
    }

    private static bool IsOpen(DateTimeOffset told, DateTimeOffset at) => (at - told).Duration() <= Patience;
}
