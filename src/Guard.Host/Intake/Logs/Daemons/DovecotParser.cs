using System.Text;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Dovecot's login processes (imap, pop3, managesieve, submission), 2.2 to 2.4. Successes are <c>Login:</c> lines; failures are counted from the login process's
/// closing line, which has their number. The <c>auth:</c> lines tell the same attempts again and are counted only when asked for.
/// </summary>
/// <remarks>
/// The user name is the client's text, and may look like the fields behind it. So the fields are taken from the end, where Dovecot's own are: the
/// last <c>, rip=</c> is the true one, since only the server's addresses, process and session id follow it.
/// </remarks>
internal sealed class DovecotParser(LogParserSettings settings) : IDaemonParser
{
    public string Name => "dovecot";

    private readonly byte[] _tag = Encoding.UTF8.GetBytes(settings.DovecotTag);

    /// <summary>Sessions refused by a policy: their closing line says "auth failed" although the password may have been right.</summary>
    private readonly JoinTable<UInt128, bool> _refused = new(Math.Min(settings.MostJoins, 10_000));

    public bool Knows(ReadOnlySpan<byte> program) => program.SequenceEqual(_tag) || program.SequenceEqual("dovecot-own"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        if (!ByteText.TakeUntil(ref text, ": "u8, out var component))
            return LineResult.Nothing;
        _ = ByteText.Skip(ref text, "Info: "u8) || ByteText.Skip(ref text, "Warning: "u8) || ByteText.Skip(ref text, "Error: "u8);
        if (component.EndsWith("-login"u8))
            return ParseLogin(line.At, ServiceOf(component[..^6]), text, sink);
        if (component.SequenceEqual("auth"u8) || component.SequenceEqual("auth-worker"u8) || component.StartsWith("auth-worker("u8))
            return ParseAuth(line.At, text, sink);
        return LineResult.Nothing;
    }

    private LineResult ParseLogin(DateTimeOffset at, Service service, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var mark = text.IndexOf("user=<"u8);
        if (mark < 0)
            return LineResult.Nothing;
        var head = text[..mark];
        var fields = text[(mark + 6)..];
        var success = head.StartsWith("Login: "u8) || head.StartsWith("Logged in: "u8);
        long attempts = 1;
        if (!success)
        {
            attempts = ByteText.NumberAfter(head, "(auth failed, "u8, 0);
            if (attempts <= 0)
                return LineResult.Nothing;
        }
        var rip = fields.LastIndexOf(", rip="u8);
        if (rip < 0)
            return LineResult.Unknown;
        var before = fields[..rip];
        var method = before.LastIndexOf(">, method="u8);
        var user = method >= 0 ? before[..method] : before.EndsWith(">"u8) ? before[..^1] : default;
        var after = fields[(rip + 6)..];
        var end = after.IndexOf((byte)',');
        if (!NetworkAddress.TryParse(end < 0 ? after : after[..end], out var address))
            return LineResult.Unknown;
        if (user.IsEmpty)
            return LineResult.Nothing;
        var outcome = success ? LoginOutcome.Succeeded : LoginOutcome.WrongPassword;
        if (!success && Session(after) is { } session && _refused.TryGet(session, out _))
        {
            _refused.Remove(session);
            outcome = LoginOutcome.Refused;
        }
        // Nobody gets more tries on one connection than this; a larger number is not believed.
        for (var i = 0; i < Math.Min(attempts, 10); i++)
        {
            if (!sink.Login(at, user, address, service, outcome))
                return LineResult.Unknown;
        }
        return LineResult.Observed;
    }

    /// <summary><c>passwd-file(user,address,&lt;session&gt;): Password mismatch</c></summary>
    private LineResult ParseAuth(DateTimeOffset at, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var open = text.IndexOf((byte)'(');
        var close = text.LastIndexOf("): "u8);
        if (open < 0 || close < open)
            return LineResult.Nothing;
        var what = text[(close + 3)..];
        var inside = text[(open + 1)..close];
        UInt128? session = null;
        var comma = inside.LastIndexOf((byte)',');
        if (comma >= 0 && inside[(comma + 1)..].StartsWith("<"u8))
        {
            if (ByteText.TryKey(inside[(comma + 1)..].Trim("<>"u8), out var key))
                session = key;
            inside = inside[..comma];
            comma = inside.LastIndexOf((byte)',');
        }
        if (what.StartsWith("Authentication failure due to policy"u8))
        {
            if (session is { } refused)
                _refused.Set(refused, true);
            return LineResult.Nothing;
        }
        if (!settings.DovecotAuthFailures)
            return LineResult.Nothing;
        var unknown = what.StartsWith("unknown user"u8);
        if (!unknown && !what.StartsWith("Password mismatch"u8) && what.IndexOf("Authentication failure"u8) < 0 && what.IndexOf("invalid credentials"u8) < 0)
            return LineResult.Nothing;
        if (comma < 0 || !NetworkAddress.TryParse(inside[(comma + 1)..], out var address))
            return LineResult.Unknown;
        return sink.Login(at, inside[..comma], address, Service.Smtp, unknown ? LoginOutcome.UnknownUser : LoginOutcome.WrongPassword)
            ? LineResult.Observed : LineResult.Unknown;
    }

    private static UInt128? Session(ReadOnlySpan<byte> after) =>
        ByteText.LastBetween(after, "session=<"u8, ">"u8, out var text) && ByteText.TryKey(text, out var key) ? key : null;

    private static Service ServiceOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("imap"u8))
            return Service.Imap;
        if (name.SequenceEqual("pop3"u8))
            return Service.Pop3;
        if (name.SequenceEqual("managesieve"u8))
            return Service.Sieve;
        return name.SequenceEqual("submission"u8) ? Service.Smtp : Service.Other;
    }

    public void Save(BinaryWriter writer)
    {
        var open = _refused.InOrder.ToArray();
        writer.Write(open.Length);
        foreach (var (key, _) in open)
        {
            writer.Write((ulong)(key >> 64));
            writer.Write((ulong)key);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var count = reader.ReadInt32(); count > 0; count--)
            _refused.Set(new UInt128(reader.ReadUInt64(), reader.ReadUInt64()), true);
    }
}
