using System.Collections.Immutable;
using System.Globalization;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs;

/// <summary>
/// Whether a source tells what it should: a high share of shapes that are not understood, logins that ceased, all logins from one or two addresses, a clock
/// that disagrees, messages that the logging daemon dropped. Each is said once, and is a notice as long as it is so. Not thread-safe but for
/// <see cref="Notices"/>.
/// </summary>
public sealed class SourceWatch(string source, Action<string> say)
{
    private const int MaxNotices = 8;
    private const int FewUnknown = 20;
    private const int ManyLines = 1000;
    private const int Window = 10_000;
    private const int LoginsToJudge = 200;
    private const int AccountsToJudge = 20;

    private sealed class Daemon
    {
        public long Lines { get; set; }

        public long Unknown { get; set; }

        public bool Told { get; set; }
    }

    private const string Addresses = "addresses";
    private const string Silent = "silent";
    private const string LostSome = "lost";
    private const string WrongClock = "clock";

    private readonly Dictionary<string, Daemon> _daemons = [];
    private readonly Dictionary<NetworkAddress, int> _addresses = [];
    private readonly HashSet<UserId> _users = [];
    private int _logins;
    private bool _toldAddresses;
    private long _allLogins;
    private long _lines;
    private long _sinceLogin;
    private bool _toldSilent;
    private long _lost;
    private long _toldLost;
    private long _misdated;
    private long _foreign;
    private long _lostAt;
    private readonly StampWatch _stamps = new();
    private string _wrongClock = "";
    private bool _toldStamps;
    private ImmutableArray<(string Kind, string What)> _standing = [];
    private string? _lastName;
    private Daemon? _last;

    /// <summary>What was said and is still so, the last ones.</summary>
    public ImmutableArray<string> Notices { get; private set; } = [];

    /// <summary>Lines of no known daemon.</summary>
    public long Foreign => Interlocked.Read(ref _foreign);

    /// <summary>Messages that the logging daemon says it dropped.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Lines whose stamp was not believed.</summary>
    public long Misdated => Interlocked.Read(ref _misdated);

    /// <summary>A line was read, and yielded what stands in the list from an index on.</summary>
    public void Line(LogParser parser, LineResult result, List<Observation> observations, int from)
    {
        if (result == LineResult.Foreign)
            Interlocked.Increment(ref _foreign);
        if (parser.Daemon is not { } name)
            return;
        _lines++;
        _sinceLogin++;
        var daemon = Of(name);
        daemon.Lines++;
        if (result == LineResult.Unknown)
        {
            daemon.Unknown++;
            Unknown(name, daemon);
        }
        else if (daemon.Told && daemon.Unknown * 40 < daemon.Lines)
        {
            daemon.Told = false;
            Over(name);
        }
        if (daemon.Lines >= Window)
            (daemon.Lines, daemon.Unknown) = (daemon.Lines / 2, daemon.Unknown / 2);
        for (var i = from; i < observations.Count; i++)
        {
            if (observations[i] is Login { Outcome: LoginOutcome.Succeeded } login)
                Login(login);
        }
        if (_sinceLogin % ManyLines == 0)
            Silence();
        if (parser.MessagesLost > _lost)
            Lose(parser.MessagesLost);
        if (parser.Misdated > _misdated)
        {
            Interlocked.Exchange(ref _misdated, parser.Misdated);
            _stamps.Misdated(parser.MisdatedBy);
        }
        else
        {
            _stamps.Fits();
        }
        Stamps();
        if (_lines % ManyLines == 0)
            Forget();
    }

    /// <summary>What did not come again in many lines is over.</summary>
    private void Forget()
    {
        if (_lines - _lostAt >= Window)
            Over(LostSome);
    }

    /// <summary>Lines of one daemon follow each other.</summary>
    private Daemon Of(string name)
    {
        if (ReferenceEquals(name, _lastName))
            return _last!;
        if (!_daemons.TryGetValue(name, out var daemon))
            _daemons.Add(name, daemon = new Daemon());
        (_lastName, _last) = (name, daemon);
        return daemon;
    }

    private void Unknown(string name, Daemon daemon)
    {
        if (
            daemon.Told
            || daemon.Unknown < FewUnknown
            || (daemon.Unknown * 2 < daemon.Lines && (daemon.Lines < ManyLines || daemon.Unknown * 20 < daemon.Lines))
        )
            return;
        daemon.Told = true;
        Say(name, $"{Share(daemon.Unknown, daemon.Lines)} of {name}'s lines have a shape that is not known: accountguard intake unknown shows them");
    }

    private void Login(Login login)
    {
        _allLogins++;
        _sinceLogin = 0;
        if (_toldSilent)
            Over(Silent);
        _toldSilent = false;
        if (login.Place.Address.IsNone)
            return;
        _logins++;
        if (_users.Count < AccountsToJudge)
            _users.Add(login.User);
        if (_addresses.TryGetValue(login.Place.Address, out var count) || _addresses.Count < 16)
            _addresses[login.Place.Address] = count + 1;
        if (_logins < LoginsToJudge)
            return;
        var most = _addresses.OrderByDescending(one => one.Value).Take(2).ToArray();
        var isProxy = _users.Count >= AccountsToJudge && most.Sum(one => one.Value) * 20 >= _logins * 19;
        if (isProxy && !_toldAddresses)
        {
            Say(
                Addresses,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_logins} logins of many accounts came from one address or two ({string.Join(", ", most.Select(one => one.Key))}): a proxy or web mail stands in front, and where people are cannot be judged until it tells their addresses"
                )
            );
        }
        if (_toldAddresses && !isProxy)
            Over(Addresses);
        _toldAddresses = isProxy;
        (_logins, _addresses[most[0].Key]) = (0, 0);
        _addresses.Clear();
        _users.Clear();
    }

    /// <summary>Fifty times as many lines as usually lie between two logins, and none among them.</summary>
    private void Silence()
    {
        if (_toldSilent || _allLogins < FewUnknown || _sinceLogin < 2 * ManyLines || _sinceLogin < 50 * (_lines - _sinceLogin) / _allLogins)
            return;
        _toldSilent = true;
        Say(
            Silent,
            string.Create(
                CultureInfo.InvariantCulture,
                $"it told of {_allLogins} logins, and of none in its last {_sinceLogin} lines: did what is logged change?"
            )
        );
    }

    private void Lose(long lost)
    {
        Interlocked.Exchange(ref _lost, lost);
        _lostAt = _lines;
        // Again at ten times as many: what goes on is worth a word, each line of it is not.
        var isNews = lost >= _toldLost * 10;
        if (!isNews && Stands(LostSome))
            return;
        if (isNews)
            _toldLost = Math.Max(1, lost);
        Say(
            LostSome,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the logging daemon says that {lost} messages were lost so far, rate limited: the guard does not see them (rsyslog's imuxsock RateLimit, journald's RateLimitBurst)"
            ),
            isNews
        );
    }

    /// <summary>A line came to a source of which everything had been read.</summary>
    /// <param name="late">How far the clock was ahead of its stamp.</param>
    public void Written(TimeSpan late)
    {
        _stamps.Written(late);
        Stamps();
    }

    private void Stamps()
    {
        if (ReferenceEquals(_stamps.Notice, _wrongClock))
            return;
        _wrongClock = _stamps.Notice;
        if (_wrongClock.Length == 0)
        {
            Over(WrongClock);
            return;
        }
        Say(WrongClock, _wrongClock, !_toldStamps);
        _toldStamps = true;
    }

    private static string Share(long part, long all) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, all):0.#} %");

    /// <param name="isNews">Whether it is a word for the log, too.</param>
    private void Say(string kind, string what, bool isNews = true)
    {
        Stand([.. _standing.Where(one => one.Kind != kind).Append((kind, what)).TakeLast(MaxNotices)]);
        if (isNews)
            say($"{source}: {what}");
    }

    private bool Stands(string kind) => _standing.Any(one => one.Kind == kind);

    private void Over(string kind)
    {
        if (Stands(kind))
            Stand([.. _standing.Where(one => one.Kind != kind)]);
    }

    private void Stand(ImmutableArray<(string Kind, string What)> standing)
    {
        _standing = standing;
        Notices = [.. standing.Select(one => one.What)];
    }
}
