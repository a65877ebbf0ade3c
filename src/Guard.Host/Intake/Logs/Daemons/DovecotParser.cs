using System.Text;
using Guard.Host.Intake.Logs.Daemons.Dovecot;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// Dovecot 2.0 to 2.4: the login processes (imap, pop3, managesieve, submission), as server, proxy and director, and <c>auth</c> with its workers.
/// What each line tells stands in docs/logs.md.
/// </summary>
internal sealed class DovecotParser(LogParserSettings settings) : IDaemonParser
{
    private readonly byte[] _tag = Encoding.UTF8.GetBytes(settings.DovecotTag);
    private readonly DovecotSessions _sessions = new(Math.Min(settings.MaxJoins, 10_000));

    public string Name => "dovecot";

    public bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual(_tag) || program.SequenceEqual("dovecot-own"u8) || program.SequenceEqual("dovecot"u8);

    public LineResult Parse(in LogLine line, ObservationSink sink)
    {
        var text = line.Message;
        ByteText.Skip(ref text, "dovecot: "u8);
        if (text.StartsWith("auth"u8) && TakeAuth(ref text))
            return ParseAuth(line.At, text, sink);
        var colon = text.IndexOf(": "u8);
        if (colon <= 0)
            return LineResult.Unknown;
        var process = text[..colon];
        var rest = text[(colon + 2)..];
        if (!process.EndsWith("-login"u8))
            return DovecotWords.OfOtherProcess(process);
        ByteText.Skip(ref rest, "Info: "u8);
        return DovecotWords.IsSevere(rest) ? LineResult.Nothing : ParseLogin(line.At, DovecotWords.ServiceOf(process[..^6]), rest, sink);
    }

    private LineResult ParseLogin(DateTimeOffset at, Service service, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        if (text.StartsWith("proxy("u8))
            return ParseProxied(at, service, text, sink);
        if (text.StartsWith("Login: "u8) || text.StartsWith("Logged in: "u8))
        {
            return FindElements(text, out _, out var elements) ? Succeeded(at, service, elements, sink) : LineResult.Unknown;
        }
        if (!DovecotWords.IsClosing(text))
            return DovecotWords.IsOrdinary(text) ? LineResult.Nothing : LineResult.Unknown;
        var from = 0;
        if (!DovecotWords.NextElements(text, ref from, out var message))
            return text.IndexOf((byte)'(') < 0 ? LineResult.Nothing : LineResult.Unknown;
        var (outcome, attempts) = DovecotReason.Read(message);
        if (message.StartsWith("Maximum number of connections"u8))
            (outcome, attempts) = (LoginOutcome.Refused, 1);
        else if (attempts == 0 && message.StartsWith("Internal login failure"u8))
            (outcome, attempts) = (LoginOutcome.ServerTrouble, 1);
        if (attempts == 0)
            return LineResult.Nothing;
        return DovecotElements.TryRead(text[from..], _sessions.AreLogged, out var closing)
            ? Failed(at, service, closing, outcome, attempts, sink)
            : LineResult.Unknown;
    }

    /// <summary>
    /// <c>proxy(anna,198.51.100.1:143): Started proxying to …: user=&lt;anna&gt;, …</c>: the user stands there twice, and only where both are the same was
    /// the line read as it was meant.
    /// </summary>
    private LineResult ParseProxied(DateTimeOffset at, Service service, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        var from = 6;
        while (DovecotWords.NextElements(text, ref from, out var message))
        {
            if (!DovecotElements.TryRead(text[from..], _sessions.AreLogged, out var elements))
                continue;
            var user = elements.IsCut ? elements.User[..^3] : elements.User;
            var rest = message[6..];
            if (user.IsEmpty || !rest.StartsWith(user) || rest.Length == user.Length || (!elements.IsCut && rest[user.Length] is not ((byte)')' or (byte)',')))
                continue;
            rest = rest[user.Length..];
            if (!ByteText.TakeUntil(ref rest, "): "u8, out _))
                continue;
            if (rest.StartsWith("started proxying to "u8) || rest.StartsWith("Started proxying to "u8))
                return Succeeded(at, service, elements, sink);
            if (!ByteText.Skip(ref rest, "Login failed"u8))
                return LineResult.Nothing;
            ByteText.TakeUntil(ref rest, ": "u8, out _);
            var outcome = DovecotReason.OfBackend(rest);
            _sessions.Tell(elements.Session);
            return Tell(at, service, elements, outcome, sink) ? LineResult.Observed : LineResult.Unknown;
        }
        return LineResult.Unknown;
    }

    private LineResult Succeeded(DateTimeOffset at, Service service, in DovecotElements elements, ObservationSink sink)
    {
        _sessions.Learn(elements);
        // What failed before on this connection is told with it: no closing line will.
        if (_sessions.Take(elements.Session) is { } session)
        {
            foreach (var (user, outcome) in session.Failures)
                sink.Failure(at, user, elements.Address, service, outcome);
            if (session.IsMasters)
                return session.Failures.Count > 0 ? LineResult.Observed : LineResult.Nothing;
        }
        if (_sessions.TakeMaster(elements.User, at) || elements.User.IndexOf((byte)'*') >= 0)
            return LineResult.Nothing;
        return sink.Login(at, elements.User, elements.Address, service, LoginOutcome.Succeeded) ? LineResult.Observed : LineResult.Unknown;
    }

    private LineResult Failed(DateTimeOffset at, Service service, in DovecotElements elements, LoginOutcome outcome, int attempts, ObservationSink sink)
    {
        if (!elements.User.IsEmpty)
            _sessions.Learn(elements);
        var session = _sessions.Take(elements.Session);
        var left = attempts - (session?.Told ?? 0);
        if (session is not null)
        {
            foreach (var (user, how) in session.Failures)
            {
                if (left-- > 0 && !(user is { Length: 0 } ? Tell(at, service, elements, how, sink) : sink.Failure(at, user, elements.Address, service, how)))
                    return LineResult.Unknown;
            }
        }
        for (; left > 0; left--)
        {
            if (!Tell(at, service, elements, outcome, sink))
                return LineResult.Unknown;
        }
        return LineResult.Observed;
    }

    /// <summary>A failure of the name that the line has. A master user's, <c>anna*master</c>, is not anna's; a name that was cut is nobody's.</summary>
    private static bool Tell(DateTimeOffset at, Service service, in DovecotElements elements, LoginOutcome outcome, ObservationSink sink)
    {
        var nobody = elements.IsCut || elements.User.IndexOf((byte)'*') >= 0;
        return sink.Failure(at, nobody ? default : elements.User, elements.Address, service, outcome);
    }

    private LineResult ParseAuth(DateTimeOffset at, ReadOnlySpan<byte> text, ObservationSink sink)
    {
        // An error is the server's own: an identity provider or a database that does not answer refuses nobody.
        if (DovecotWords.IsSevere(text))
            return LineResult.Nothing;
        if (text.StartsWith("Master user logging in as "u8))
        {
            _sessions.AddMaster(text[26..], at);
            return LineResult.Nothing;
        }
        if (!DovecotAuthLine.TryRead(text, out var request, out var ambiguous))
            return ambiguous ? LineResult.Unknown : LineResult.Nothing;
        if (request.Message.StartsWith("Master user logging in as "u8))
        {
            if (request.Session.IsEmpty)
                _sessions.AddMaster(request.Message[26..], at);
            else
                _sessions.AddMasterOf(request.Session);
            return LineResult.Nothing;
        }
        if (request.IsLookup || request.Failure is not { } outcome)
            return LineResult.Nothing;
        if (!request.Session.IsEmpty)
            return OfSession(at, request, outcome, sink);
        if (!settings.DovecotAuthFailures)
            return LineResult.Nothing;
        // The mail server's: only there do requests come without a session. Each password database may tell the same attempt.
        if (_sessions.IsRepeated(request.Address, request.Source, at))
            return LineResult.Observed;
        return sink.FailureBehindMailServer(at, request.User, request.Address, outcome) ? LineResult.Observed : LineResult.Unknown;
    }

    /// <summary>
    /// A login process's wrong password is told here, with its own user, and the line that closes the connection tells what is left. A policy's refusal
    /// waits for that line, which knows the service; so does a name that is not known where the client is in a private network: a delivery by LMTP looks names
    /// up with its mail server's address and a session.
    /// </summary>
    private LineResult OfSession(DateTimeOffset at, in DovecotAuthLine request, LoginOutcome outcome, ObservationSink sink)
    {
        if (!_sessions.IsFirst(request))
            return LineResult.Observed;
        if (
            !settings.DovecotAuthFailures
            || request.Source.SequenceEqual("policy"u8)
            || (outcome == LoginOutcome.UnknownUser && PrivateNetwork.Has(request.Address))
        )
        {
            _sessions.AddFailure(request, outcome);
            return LineResult.Observed;
        }
        _sessions.Tell(request.Session);
        return sink.Failure(at, request.User, request.Address, Service.Other, outcome) ? LineResult.Observed : LineResult.Unknown;
    }

    /// <summary>Moves behind the process's name, <c>auth: </c>, <c>auth-worker(7): </c>, and from 2.3 on behind a worker's connection. Up to 2.4's own
    /// form.</summary>
    private static bool TakeAuth(ref ReadOnlySpan<byte> text)
    {
        var rest = text;
        if (!ByteText.Skip(ref rest, "auth: "u8) && !ByteText.Skip(ref rest, "auth-worker: "u8))
        {
            if (!ByteText.Skip(ref rest, "auth("u8) && !ByteText.Skip(ref rest, "auth-worker("u8))
                return false;
            var process = rest;
            if (!ByteText.TakeNumber(ref process, out _) && !ByteText.Skip(ref process, "default"u8))
                return true;
            if (!ByteText.Skip(ref process, "): "u8))
                return true;
            rest = process;
        }
        ByteText.Skip(ref rest, "Info: "u8);
        if (rest.StartsWith("conn unix:"u8))
        {
            var connection = rest;
            if (
                ByteText.TakeUntil(ref connection, "): auth-worker<"u8, out _)
                && ByteText.TakeNumber(ref connection, out _)
                && ByteText.Skip(ref connection, ">: "u8)
            )
                rest = connection;
        }
        text = rest;
        return true;
    }

    private bool FindElements(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> message, out DovecotElements elements)
    {
        var from = 0;
        if (DovecotWords.NextElements(text, ref from, out message))
            return DovecotElements.TryRead(text[from..], _sessions.AreLogged, out elements);
        elements = default;
        return false;
    }

    public void Save(BinaryWriter writer) => _sessions.Save(writer);

    public void Load(BinaryReader reader) => _sessions.Load(reader);
}
