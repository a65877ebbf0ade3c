using System.Globalization;
using System.IO.Compression;
using Guard.Bench.DemoLog;

// Writes hocon/demo/mail.log.gz: the founding story of info@example.com among ordinary neighbours, in the words of Dovecot and Postfix.
// Seeded, so that it is the same every time. Usage: DemoLog FILE [ACCOUNTS DAYS [ADDRESSES]], the latter for a larger, quieter log without the story's takeover, and
// with so many distinct addresses that guess passwords, as a botnet does: each a few times, at accounts and at names that are none.
// Usage: DemoLog FILE world ACCOUNTS DAYS ADDRESSES: the variety of real servers' logs (WorldLog.cs says which, and why).
if (args is [var target, "world", var inhabitants, var lasting, var attackers])
{
    int Whole(string word) => int.Parse(word, CultureInfo.InvariantCulture);
    Console.Error.WriteLine($"{WorldLog.Write(target, Whole(inhabitants), Whole(lasting), Whole(attackers))} lines");
    return 0;
}
var random = new Random(20260414);
var lines = new List<(DateTime At, int Order, string Text)>();
var order = 0;
var pid = 1000;
var queue = 0x10000;
var scale = args.Length > 2 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0;
var days = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 170;
var start = new DateTime(2025, 11, 1, 0, 0, 0, DateTimeKind.Utc);

string Address(string country) =>
    country switch
    {
        "GB" => $"86.{130 + random.Next(4)}.{random.Next(1, 250)}.{random.Next(1, 250)}",
        "US" => $"73.{20 + random.Next(2)}.{random.Next(1, 9)}.{random.Next(1, 250)}",
        "FR" => $"90.{80 + random.Next(2)}.{random.Next(1, 9)}.{random.Next(1, 250)}",
        "DE" => $"91.{10 + random.Next(3)}.{random.Next(1, 50)}.{random.Next(1, 250)}",
        "RO" => $"79.{112 + random.Next(6)}.{random.Next(1, 250)}.{random.Next(1, 250)}",
        "UA" => $"178.{92 + random.Next(2)}.{random.Next(1, 250)}.{random.Next(1, 250)}",
        "CN" => $"114.{240 + random.Next(8)}.{random.Next(1, 250)}.{random.Next(1, 250)}",
        _ => throw new ArgumentException(country),
    };

void Write(DateTime at, string text) => lines.Add((at, order++, text));

void Login(DateTime at, string user, string service, string ip) =>
    Write(at, $"dovecot: {service}-login: Login: user=<{user}>, method=PLAIN, rip={ip}, lip=192.0.2.25, mpid={pid++}, TLS, session=<{order:x8}Aa>");

void Fail(DateTime at, string user, string ip) =>
    Write(at, $"postfix/submission/smtpd[{pid++}]: warning: unknown[{ip}]: SASL LOGIN authentication failed: (reason unavailable), sasl_username={user}");

void Send(DateTime at, string user, string ip, int recipients, int process, string prefix = "unknown")
{
    var id = $"{queue++:X}";
    Write(at, $"postfix/submission/smtpd[{process}]: {id}: client={prefix}[{ip}], sasl_method=LOGIN, sasl_username={user}");
    Write(at, $"postfix/cleanup[{process + 1}]: {id}: message-id=<{id}@example.com>");
    Write(at, $"postfix/qmgr[900]: {id}: from=<{user}>, size={random.Next(800, 40000)}, nrcpt={recipients} (queue active)");
    for (var i = 0; i < Math.Min(recipients, 3); i++)
        Write(
            at.AddSeconds(1),
            $"postfix/smtp[{process + 2}]: {id}: to=<friend{random.Next(40)}@remote.test>, relay=mx.remote.test[198.51.100.7]:25, delay=0.9, delays=0.1/0/0.4/0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
        );
    Write(at.AddSeconds(2), $"postfix/qmgr[900]: {id}: removed");
}

DateTime Office(int day) => start.AddDays(day).AddHours(8 + random.Next(9)).AddMinutes(random.Next(60)).AddSeconds(random.Next(60));

void Mail(DateTime at, string user, string ip, int recipients)
{
    var process = pid += 4;
    Write(at, $"postfix/submission/smtpd[{process}]: connect from unknown[{ip}]");
    Send(at.AddSeconds(1), user, ip, recipients, process);
    Write(
        at.AddSeconds(3),
        $"postfix/submission/smtpd[{process}]: disconnect from unknown[{ip}] ehlo=2 starttls=1 auth=1 mail=1 rcpt={recipients} data=1 quit=1 commands={7 + recipients}"
    );
}

string CountryOfInfo(DateTime at) =>
    at >= new DateTime(2026, 2, 7) && at < new DateTime(2026, 2, 21) ? "US"
    : at >= new DateTime(2026, 4, 2) && at < new DateTime(2026, 4, 8) ? "FR"
    : "GB";

var takeover = new DateTime(2026, 4, 14, 10, 2, 0, DateTimeKind.Utc);
var last = scale == 0 ? takeover.AddHours(5) : start.AddDays(days);
(string User, string Country, double Logins, double Mails)[] neighbours =
[
    ("anna@example.com", "GB", 3, 4),
    ("bob@example.com", "GB", 6, 8),
    ("sales@example.com", "GB", 4, 12),
    ("office@example.org", "DE", 5, 6),
    ("karl@example.org", "DE", 2, 2),
    ("marie@example.net", "FR", 3, 3),
    ("news@example.net", "FR", 1, 1),
    ("paul@example.net", "FR", 2, 1),
];
if (scale > 0)
    neighbours =
    [
        .. Enumerable.Range(0, scale).Select(i => ($"user{i}@site{i % Math.Max(1, scale / 10)}.example", new[] { "GB", "DE", "FR", "US" }[i % 4], 4.0, 3.0)),
    ];
var homes = neighbours.ToDictionary(one => one.User, one => Enumerable.Range(0, 3).Select(_ => Address(one.Country)).ToArray());
for (var day = 0; start.AddDays(day) < last; day++)
{
    var weekend = start.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
    if (scale == 0 && (day % 7 is 0 or 2 or 4))
    {
        var at = Office(day);
        var ip = Address(CountryOfInfo(at));
        if (at < last)
        {
            Login(at, "info@example.com", "pop3", ip);
            for (var i = 0; i < random.Next(5, 9); i++)
                Mail(at.AddMinutes(3 + i * 4), "info@example.com", ip, 1 + random.Next(2));
        }
    }
    foreach (var (user, _, logins, mails) in neighbours)
    {
        if (weekend && random.Next(4) != 0)
            continue;
        var ip = homes[user][random.Next(3)];
        for (var i = 0; i < logins; i++)
        {
            if (Office(day) is var at && at < last)
                Login(at, user, "imap", ip);
        }
        for (var i = 0; i < mails * (0.5 + random.NextDouble()); i++)
        {
            if (Office(day) is var at && at < last)
                Mail(at, user, ip, 1 + random.Next(3));
        }
        // The newsletter goes out on the first day of each month, to forty at a time.
        if (user == "news@example.net" && start.AddDays(day).Day == 1)
        {
            for (var i = 0; i < 6; i++)
                Mail(start.AddDays(day).AddHours(9).AddMinutes(i * 5), user, ip, 40);
        }
        if (random.Next(30) == 0)
            Fail(Office(day), user, ip);
    }
}
var guessing = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 0;

// Networks come in clusters: a third of the addresses share their /24 with others.
var cluster = "";
for (var i = 0; i < guessing; i++)
{
    if (i % 3 == 0)
        cluster = $"{1 + random.Next(222)}.{random.Next(256)}.{random.Next(256)}";
    var ip = i % 3 == 2 ? $"{1 + random.Next(222)}.{random.Next(256)}.{random.Next(256)}.{random.Next(1, 255)}" : $"{cluster}.{random.Next(1, 255)}";
    var tries = random.Next(4) == 0 ? 3 : 1;
    for (var attempt = 0; attempt < tries; attempt++)
    {
        var at = start.AddSeconds(random.NextDouble() * days * 86400);
        var user = random.Next(2) == 0 ? $"user{random.Next(scale)}@site{random.Next(Math.Max(1, scale / 10))}.example" : $"guess{random.Next(50_000)}";
        switch (random.Next(3))
        {
            case 0:
                Fail(at, user, ip);
                break;
            case 1:
                Write(
                    at,
                    $"dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 4 secs): user=<{user}>, method=PLAIN, rip={ip}, lip=192.0.2.25, TLS, session=<{order:x8}Bb>"
                );
                break;
            default:
                Write(at, $"sshd[{pid++}]: Failed password for invalid user guess{random.Next(50_000)} from {ip} port {random.Next(1024, 65535)} ssh2");
                break;
        }
    }
}
if (scale == 0)
{
    // An account that is guessed at for hours and never opened.
    for (var i = 0; i < 240; i++)
        Fail(takeover.AddHours(-9).AddSeconds(i * 40), "paul@example.net", i % 2 == 0 ? "79.113.7.9" : "114.241.5.5");
    // The takeover: a few guesses, then the right password from three countries.
    for (var i = 0; i < 5; i++)
        Fail(takeover.AddMinutes(-3).AddSeconds(i * 9), "info@example.com", "79.112.4.77");
    var bots = new[] { "RO", "UA", "CN" }.SelectMany(country => Enumerable.Range(0, 4).Select(_ => Address(country))).ToArray();
    for (var second = 0.0; second < 1800; second += 1.8)
    {
        var bot = bots[(int)(second / 60) % 3 * 4 + random.Next(4)];
        if (second % 60 < 1.8)
            Write(takeover.AddSeconds(second), $"postfix/submission/smtpd[{pid + 40}]: connect from unknown[{bot}]");
        Send(takeover.AddSeconds(second), "info@example.com", bot, 1, 50_000 + Array.IndexOf(bots, bot) * 4);
    }
}
using var file = File.Create(args[0]);
using var gzip = args[0].EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.SmallestSize) : (Stream)file;
using var writer = new StreamWriter(gzip) { NewLine = "\n" };
foreach (var (at, _, text) in lines.OrderBy(line => line.At).ThenBy(line => line.Order))
    writer.WriteLine($"{at:yyyy-MM-dd'T'HH:mm:ss}.{(at.Ticks / 10) % 1_000_000:D6}+00:00 mail {text}");
Console.Error.WriteLine($"{lines.Count} lines");
return 0;
