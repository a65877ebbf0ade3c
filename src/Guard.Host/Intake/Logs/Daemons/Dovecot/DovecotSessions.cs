using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Dovecot;

/// <summary>What lines of Dovecot's tell about one another: attempts of a session that <c>auth</c> told first, master users, and the form of the
/// elements.</summary>
internal sealed class DovecotSessions(int capacity)
{
    /// <summary>The login's own line follows the master's within moments.</summary>
    private static readonly TimeSpan MasterPatience = TimeSpan.FromSeconds(30);

    /// <summary>The lines of one attempt at several password databases stand together.</summary>
    private static readonly TimeSpan AttemptPatience = TimeSpan.FromSeconds(2);

    private readonly JoinTable<UInt128, DovecotSession> _open = new(capacity);
    private readonly JoinTable<UInt128, (int Count, long At)> _masters = new(1_000);
    private readonly JoinTable<NetworkAddress, (UInt128 Source, long At)> _sources = new(capacity);

    /// <summary>Whether lines have their session, as they do unless somebody changed the format.</summary>
    public bool AreLogged { get; private set; } = true;

    /// <summary>Takes the form of the elements from a line that can be read in one way only.</summary>
    public void Learn(in DovecotElements elements)
    {
        if (!elements.IsAmbiguous && !elements.User.IsEmpty)
            AreLogged = !elements.Session.IsEmpty;
    }

    /// <summary>What was told of the session, which ends here; null for none.</summary>
    public DovecotSession? Take(ReadOnlySpan<byte> session)
    {
        if (_open.Count == 0 || session.IsEmpty)
            return null;
        var key = TextKey.Of(session);
        if (!_open.TryGet(key, out var told))
            return null;
        _open.Remove(key);
        return told;
    }

    /// <summary>An attempt of the session became an observation already.</summary>
    public void Tell(ReadOnlySpan<byte> session)
    {
        if (!session.IsEmpty)
            Open(session).Told++;
    }

    public void AddFailure(in DovecotAuthLine request, LoginOutcome outcome) => Open(request.Session).Add(request.User, request.IsMasters, outcome);

    /// <summary>Whether no other password database told of the session's attempts before this one.</summary>
    public bool IsFirst(in DovecotAuthLine request) => Open(request.Session).IsFirst(request.Source);

    public void AddMasterOf(ReadOnlySpan<byte> session) => Open(session).IsMasters = true;

    public void AddMaster(ReadOnlySpan<byte> user, DateTimeOffset at)
    {
        var key = TextKey.Of(user);
        var count = _masters.TryGet(key, out var before) && IsNear(before.At, at, MasterPatience) ? before.Count : 0;
        _masters.Set(key, (count + 1, at.UtcTicks));
    }

    /// <summary>Whether a master user logged in as this user just now.</summary>
    public bool TakeMaster(ReadOnlySpan<byte> user, DateTimeOffset at)
    {
        if (_masters.Count == 0 || user.IsEmpty)
            return false;
        var key = TextKey.Of(user);
        if (!_masters.TryGet(key, out var told))
            return false;
        if (told.Count > 1)
            _masters.Set(key, (told.Count - 1, told.At));
        else
            _masters.Remove(key);
        return IsNear(told.At, at, MasterPatience);
    }

    /// <summary>Whether another password database told this attempt of the address just before.</summary>
    public bool IsRepeated(NetworkAddress address, ReadOnlySpan<byte> source, DateTimeOffset at)
    {
        var key = TextKey.Of(source);
        if (_sources.TryGet(address, out var before) && before.Source != key && IsNear(before.At, at, AttemptPatience))
            return true;
        _sources.Set(address, (key, at.UtcTicks));
        return false;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(AreLogged);
        var open = _open.InOrder.ToArray();
        writer.Write(open.Length);
        foreach (var (key, session) in open)
        {
            Write(writer, key);
            session.Save(writer);
        }
        var masters = _masters.InOrder.ToArray();
        writer.Write(masters.Length);
        foreach (var (key, (count, at)) in masters)
        {
            Write(writer, key);
            writer.Write(count);
            writer.Write(at);
        }
    }

    public void Load(BinaryReader reader)
    {
        AreLogged = reader.ReadBoolean();
        for (var left = reader.ReadInt32(); left > 0; left--)
            _open.Set(Read(reader), DovecotSession.Load(reader));
        for (var left = reader.ReadInt32(); left > 0; left--)
            _masters.Set(Read(reader), (reader.ReadInt32(), reader.ReadInt64()));
    }

    private DovecotSession Open(ReadOnlySpan<byte> session)
    {
        var key = TextKey.Of(session);
        if (_open.TryGet(key, out var told))
            return told;
        told = new DovecotSession();
        _open.Set(key, told);
        return told;
    }

    private static bool IsNear(long told, DateTimeOffset at, TimeSpan patience) => Math.Abs(at.UtcTicks - told) <= patience.Ticks;

    private static void Write(BinaryWriter writer, UInt128 key)
    {
        writer.Write((ulong)(key >> 64));
        writer.Write((ulong)key);
    }

    private static UInt128 Read(BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());
}
