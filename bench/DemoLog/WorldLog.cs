using System.Globalization;
using System.Text;

namespace Guard.Bench.DemoLog;

/// <summary>
/// A mail server's log with the variety of real ones, the same for the same numbers. What is drawn, and why:
/// <list type="bullet">
/// <item>What an account does: by its rank, weight 1/(rank + 10). A few shared mailboxes and scripts do most, and the long tail is seen once in days, so
/// that its state is in no cache.</item>
/// <item>Domains: the same law, so that there are some of thousands of mailboxes and many of one or two. Policies and shared tables are met in both.</item>
/// <item>Sizes of mails: lognormal, median 12 KB, sigma 1.7, at most 50 MB. Recipients: one for seven of ten, geometric beyond, 40 to 400 for one of 500.</item>
/// <item>Owners' addresses: four of ten at home by IPv6, whose last half changes each day (privacy extensions); three by IPv4 that lasts; two by a
/// carrier's shared addresses, 4,000 of them for all; one roams through its provider's /16, another address each time.</item>
/// <item>Attackers' addresses: one of eight IPv6, of hosters' /64s. How often one tries: Pareto with exponent 1.1, at most 2,000, so that most come once and
/// the first percent makes half of the tries. They share /24s as botnets and hosters do: the size of a cluster is geometric with a mean of three.</item>
/// <item>Names that are tried: three of ten are accounts, by their rank; the others come from lists of 20,000 words with the weight 1/(rank + 5).</item>
/// <item>Daemons: owners by Dovecot's IMAP (seven of ten), POP3, submission and ManageSieve; mail through Postfix. Attacks: Postfix four of ten,
/// Dovecot's logins three, Exim's authenticators one, sshd and ProFTPD the rest.</item>
/// <item>Hours: twice as much by day as by night, and a fifth at weekends.</item>
/// <item>Order: a line of fifty comes up to five seconds late, since daemons write through several pipes; one of a thousand up to ten minutes late,
/// from a relay that was away. Its time stays what it was.</item>
/// <item>Lines that tell nothing: of a mail's ten lines six, and one line in ten besides (disconnects, statistics, warnings).</item>
/// </list>
/// The exponents are those that the literature has for mailboxes, domains and attack sources (Zipf near 1, Pareto between 1 and 1.3); they are not fitted
/// to one server, since no server's log may be kept here.
/// </summary>
internal sealed class WorldLog
{
    private const int CarrierAddresses = 4000;
    private const int Words = 20_000;

    private readonly Random _random;
    private readonly int _accounts;
    private readonly int _days;
    private readonly int _sites;
    private readonly double[] _ranks;
    private readonly double[] _siteRanks;
    private readonly double[] _words;
    private readonly int[] _siteOf;
    private readonly string?[] _names;
    private readonly List<(long Written, int Order, long At, string Text)> _lines = [];
    private static readonly DateTime Start = new(2025, 11, 3, 0, 0, 0, DateTimeKind.Utc);
    private int _pid = 1000;
    private int _queue = 0x10000;

    private WorldLog(int accounts, int days)
    {
        (_random, _accounts, _days) = (new Random(20261127), accounts, days);
        _sites = Math.Max(1, accounts / 4);
        _ranks = Cumulative(accounts, 10);
        _siteRanks = Cumulative(_sites, 1);
        _words = Cumulative(Words, 5);
        _siteOf = [.. Enumerable.Range(0, accounts).Select(_ => Draw(_siteRanks))];
        _names = new string?[accounts];
    }

    /// <param name="perDay">Things that owners do each day, on the average of all accounts: a login or a mail.</param>
    public static int Write(string file, int accounts, int days, int addresses, double perDay = 6)
    {
        var log = new WorldLog(accounts, days);
        log.Live((int)(accounts * days * perDay));
        log.Attack(addresses);
        log.Save(file);
        return log._lines.Count;
    }

    private void Live(int things)
    {
        for (var i = 0; i < things; i++)
        {
            var account = Draw(_ranks);
            var at = Moment();
            if (_random.Next(7) < 4)
                LogIn(at, account);
            else
                Mail(at, account);
            if (_random.Next(60) == 0)
                Fail(at - 4 * TimeSpan.TicksPerSecond, Name(account), AddressOf(account, at), _random.Next(7));
        }
    }

    private void Attack(int addresses)
    {
        var (cluster, left) = ("", 0);
        for (var i = 0; i < addresses; i++)
        {
            if (left-- <= 0)
            {
                cluster = _random.Next(8) == 0 ? $"2a0{_random.Next(1, 16):x}:{_random.Next(65536):x}:{_random.Next(65536):x}:{_random.Next(65536):x}:" : Network();
                left = Geometric(3) - 1;
            }
            var address = cluster.Contains(':', StringComparison.Ordinal)
                ? $"{cluster}:{_random.Next(1, 65536):x}:{_random.Next(1, 65536):x}"
                : $"{cluster}.{_random.Next(1, 255)}";
            var tries = (int)Math.Min(2000, Math.Pow(1 - _random.NextDouble(), -1 / 1.1));
            // A source comes back for some days at most.
            var first = _random.NextInt64(_days * TimeSpan.TicksPerDay);
            for (var attempt = 0; attempt < tries; attempt++)
            {
                var at = Math.Min(_days * TimeSpan.TicksPerDay - 1, first + (long)(_random.NextDouble() * 3 * TimeSpan.TicksPerDay));
                var user = _random.Next(10) < 3 ? Name(Draw(_ranks)) : $"word{Draw(_words)}";
                Fail(Start.Ticks + at, user, address, _random.Next(10));
            }
        }
    }

    private string Network() => $"{1 + _random.Next(222)}.{_random.Next(256)}.{_random.Next(256)}";

    private void LogIn(long at, int account)
    {
        var service = _random.Next(10) switch
        {
            < 7 => "imap",
            < 8 => "pop3",
            < 9 => "submission",
            _ => "managesieve",
        };
        Add(
            at,
            $"dovecot: {service}-login: Login: user=<{Name(account)}>, method=PLAIN, rip={AddressOf(account, at)}, lip=192.0.2.25, mpid={_pid++}, TLS, session=<{_lines.Count:x8}Aa>"
        );
        if (_random.Next(3) == 0)
            Add(
                at + _random.NextInt64(600) * TimeSpan.TicksPerSecond,
                $"dovecot: imap({Name(account)})<{_pid}><{_lines.Count:x8}Aa>: Disconnected: Logged out in={_random.Next(2000)} out={_random.Next(90_000)} deleted=0 expunged=0"
            );
    }

    private void Mail(long at, int account)
    {
        var (user, ip, process, id) = (Name(account), AddressOf(account, at), _pid += 4, $"{_queue++:X}");
        var recipients = _random.Next(500) == 0 ? _random.Next(40, 400) : Geometric(1.4);
        var size = (long)Math.Min(50_000_000, 12_000 * Math.Exp(1.7 * Normal()));
        Add(at, $"postfix/submission/smtpd[{process}]: connect from unknown[{ip}]");
        Add(at, $"postfix/submission/smtpd[{process}]: {id}: client=unknown[{ip}], sasl_method=LOGIN, sasl_username={user}");
        Add(at, $"postfix/cleanup[{process + 1}]: {id}: message-id=<{id}@example.com>");
        Add(at, $"postfix/qmgr[900]: {id}: from=<{user}>, size={size}, nrcpt={recipients} (queue active)");
        for (var i = 0; i < Math.Min(recipients, 12); i++)
        {
            var bounced = _random.Next(40) == 0;
            Add(
                at + (1 + i) * TimeSpan.TicksPerSecond,
                $"postfix/smtp[{process + 2}]: {id}: to=<{Friend(account)}>, relay=mx.remote.test[198.51.100.7]:25, delay=0.9, delays=0.1/0/0.4/0.4, "
                    + (
                        bounced
                            ? "dsn=5.1.1, status=bounced (host mx.remote.test[198.51.100.7] said: 550 5.1.1 User unknown)"
                            : "dsn=2.0.0, status=sent (250 2.0.0 Ok)"
                    )
            );
        }
        Add(at + 14 * TimeSpan.TicksPerSecond, $"postfix/qmgr[900]: {id}: removed");
        Add(
            at + TimeSpan.TicksPerSecond,
            $"postfix/submission/smtpd[{process}]: disconnect from unknown[{ip}] ehlo=2 starttls=1 auth=1 mail=1 rcpt={recipients} data=1 quit=1 commands={7 + recipients}"
        );
    }

    /// <summary>Most mail goes to few correspondents.</summary>
    private string Friend(int account) => $"friend{(account * 31) + Geometric(12)}@remote{account % 97}.test";

    private void Fail(long at, string user, string ip, int daemon) =>
        Add(
            at,
            daemon switch
            {
                < 4 =>
                    $"postfix/submission/smtpd[{_pid++}]: warning: unknown[{ip}]: SASL LOGIN authentication failed: (reason unavailable), sasl_username={user}",
                < 6 =>
                    $"dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 4 secs): user=<{user}>, method=PLAIN, rip={ip}, lip=192.0.2.25, TLS, session=<{_lines.Count:x8}Bb>",
                < 7 => $"dovecot: pop3-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<{user}>, method=PLAIN, rip={ip}, lip=192.0.2.25",
                < 8 =>
                    $"exim[{_pid++}]: {Text(at, "yyyy-MM-dd HH:mm:ss")} login authenticator failed for (helo.example) [{ip}]:{_random.Next(1024, 65535)}: 535 Incorrect authentication data (set_id={user})",
                < 9 => $"sshd[{_pid++}]: Failed password for invalid user {user.Split('@')[0]} from {ip} port {_random.Next(1024, 65535)} ssh2",
                _ => $"proftpd[{_pid++}]: mail.example.com ({ip}[{ip}]) - USER {user} (Login failed): Incorrect password",
            }
        );

    private void Add(long at, string text)
    {
        var late = _random.Next(1000) switch
        {
            0 => _random.NextInt64(10 * TimeSpan.TicksPerMinute),
            <= 20 => _random.NextInt64(5 * TimeSpan.TicksPerSecond),
            _ => 0,
        };
        _lines.Add((at + late, _lines.Count, at, text));
        if (_random.Next(10) == 0)
            _lines.Add((at, _lines.Count, at, $"postfix/anvil[901]: statistics: max cache size {_random.Next(1, 400)} at {Text(at, "MMM d HH:mm:ss")}"));
    }

    private string Name(int account) => _names[account] ??= $"user{account}@site{_siteOf[account]}.example";

    private string AddressOf(int account, long at)
    {
        var day = (int)((at - Start.Ticks) / TimeSpan.TicksPerDay);
        var own = (uint)account * 2_654_435_761;
        return (account % 10) switch
        {
            < 4 => $"2003:{own >> 16:x}:{own & 0xFFFF:x}:1:{(own ^ ((uint)day * 40_503)) & 0xFFFF:x}:{(uint)day * 7919 & 0xFFFF:x}:1:2",
            < 7 => $"86.{own >> 28}.{(own >> 16) & 0xFF}.{1 + ((own >> 8) % 254)}",
            < 9 => $"100.{64 + (_random.Next(CarrierAddresses) >> 8)}.{_random.Next(256)}.7",
            _ => $"79.{own >> 24}.{_random.Next(256)}.{_random.Next(1, 255)}",
        };
    }

    private long Moment()
    {
        while (true)
        {
            var at = Start.AddTicks(_random.NextInt64(_days * TimeSpan.TicksPerDay));
            var share = (at.Hour is >= 7 and < 20 ? 1 : 0.5) * (at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.2 : 1);
            if (_random.NextDouble() < share)
                return at.Ticks;
        }
    }

    /// <summary>1 or more, so many on the average.</summary>
    private int Geometric(double mean) => 1 + (int)(Math.Log(1 - _random.NextDouble()) / Math.Log(1 - 1 / mean));

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private int Draw(double[] cumulative)
    {
        var found = Array.BinarySearch(cumulative, _random.NextDouble() * cumulative[^1]);
        return Math.Min(cumulative.Length - 1, found < 0 ? ~found : found);
    }

    private static double[] Cumulative(int count, int offset)
    {
        var sums = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sums[i] = sum += 1.0 / (i + offset);
        return sums;
    }

    private static string Text(long at, string format) => new DateTime(at, DateTimeKind.Utc).ToString(format, CultureInfo.InvariantCulture);

    private void Save(string file)
    {
        using var writer = new StreamWriter(file, false, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        foreach (var (_, _, at, text) in _lines.OrderBy(line => line.Written).ThenBy(line => line.Order))
            writer.WriteLine($"{Text(at, "yyyy-MM-dd'T'HH:mm:ss.ffffff")}+00:00 mail {text}");
    }
}
