namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>Which line told of an attempt before the attempt's own line.</summary>
internal enum SshAnnouncement : byte
{
    None = 0,

    /// <summary><c>Invalid user</c>, <c>User … not allowed</c>.</summary>
    Name = 1,

    /// <summary><c>error: PAM: …</c></summary>
    Pam = 2,
}

/// <summary>What connections, known by sshd's process id, told of already: one attempt has up to three lines.</summary>
internal sealed class SshConnections
{
    private static readonly TimeSpan LongestConnection = TimeSpan.FromMinutes(10);

    private readonly JoinTable<int, (SshAnnouncement Announced, long At)> _told = new(10_000);

    /// <summary>An attempt was told, and its own line is still to come.</summary>
    public void Announce(int process, DateTimeOffset at, SshAnnouncement by) => Set(process, by, at);

    public void Tell(int process, DateTimeOffset at) => Set(process, SshAnnouncement.None, at);

    public void Forget(int process) => _told.Remove(process);

    /// <summary>Whether the attempt was told by a line of this kind or an earlier one.</summary>
    public bool TakeAnnounced(int process, DateTimeOffset at, SshAnnouncement by)
    {
        if (!_told.TryGet(process, out var told) || told.Announced == SshAnnouncement.None || told.Announced > by)
            return false;
        Set(process, SshAnnouncement.None, at);
        return IsNear(told.At, at);
    }

    public bool HasTold(int process, DateTimeOffset at) => _told.TryGet(process, out var told) && IsNear(told.At, at);

    public void Save(BinaryWriter writer)
    {
        var told = _told.InOrder.ToArray();
        writer.Write(told.Length);
        foreach (var (process, (announced, at)) in told)
        {
            writer.Write(process);
            writer.Write((byte)announced);
            writer.Write(at);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
            _told.Set(reader.ReadInt32(), ((SshAnnouncement)reader.ReadByte(), reader.ReadInt64()));
    }

    private void Set(int process, SshAnnouncement announced, DateTimeOffset at)
    {
        if (process > 0)
            _told.Set(process, (announced, at.UtcTicks));
    }

    private static bool IsNear(long told, DateTimeOffset at) => Math.Abs(at.UtcTicks - told) <= LongestConnection.Ticks;
}
