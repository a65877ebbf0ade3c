using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons.Dovecot;

/// <summary>What <c>auth</c> told of a connection whose end is not seen yet.</summary>
internal sealed class DovecotSession
{
    /// <summary>Nobody gets more tries on one connection.</summary>
    private const int MaxFailures = 10;

    private readonly List<(byte[]? User, LoginOutcome Outcome)> _failures = [];

    private string? _source;

    /// <summary>Failed attempts, each with its user; empty when <c>auth</c> did not tell, null for a master user, who is nobody.</summary>
    public IReadOnlyList<(byte[]? User, LoginOutcome Outcome)> Failures => _failures;

    /// <summary>Attempts that became observations already.</summary>
    public int Told { get; set; }

    /// <summary>A master user logs in as the user.</summary>
    public bool IsMasters { get; set; }

    /// <summary>Whether the database told the session's first failure: others tell the same attempts again.</summary>
    public bool IsFirst(ReadOnlySpan<byte> source)
    {
        _source ??= System.Text.Encoding.ASCII.GetString(source);
        return System.Text.Ascii.Equals(source, _source);
    }

    public void Add(ReadOnlySpan<byte> user, bool masters, LoginOutcome outcome)
    {
        if (_failures.Count < MaxFailures)
            _failures.Add((masters ? null : user.ToArray(), outcome));
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(IsMasters);
        writer.Write(Told);
        writer.Write(_source ?? "");
        writer.Write(_failures.Count);
        foreach (var (user, outcome) in _failures)
        {
            writer.Write(user?.Length ?? -1);
            writer.Write(user ?? []);
            writer.Write((byte)outcome);
        }
    }

    public static DovecotSession Load(BinaryReader reader)
    {
        var session = new DovecotSession { IsMasters = reader.ReadBoolean(), Told = reader.ReadInt32() };
        session._source = reader.ReadString() is { Length: > 0 } source ? source : null;
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var length = reader.ReadInt32();
            session._failures.Add((length < 0 ? null : reader.ReadBytes(length), (LoginOutcome)reader.ReadByte()));
        }
        return session;
    }
}
