using System.Globalization;

namespace Guard.Host.Tests.Running;

/// <summary>Log lines of a few accounts that live, travel, send too much, guess passwords and are stolen, as a seed will have it.</summary>
internal static class RandomHistory
{
    private static readonly string[] Networks = ["86.130.4.", "86.131.9.", "73.20.5.", "90.80.3.", "79.112.7.", "178.92.1.", "114.240.6.", "91.10.2."];

    public static DateTimeOffset Start { get; } = new(2026, 1, 5, 7, 0, 0, TimeSpan.Zero);

    public static List<string> Lines(int seed, int accounts, int days)
    {
        var random = new Random(seed);
        var lines = new List<(DateTimeOffset At, int Order, string Text)>();
        var queue = seed * 1000;
        for (var account = 0; account < accounts; account++)
        {
            var user = $"user{account}@site{account % 3}.example";
            var home = random.Next(2);
            for (var day = 0; day < days; day++)
            {
                var at = Start.AddDays(day).AddMinutes(random.Next(600));
                var bout = random.Next(100);
                var network = bout is 90 or 91 ? random.Next(2, 4) : home;
                for (var login = random.Next(3); login > 0; login--)
                    Login(at.AddMinutes(login * 7), user, Networks[network] + random.Next(1, 20));
                for (var mail = random.Next(4); mail > 0; mail--)
                    Mail(at.AddMinutes(mail * 3), user, Networks[network] + random.Next(1, 20), random.Next(1, 4));
                if (bout == 92)
                {
                    for (var i = 0; i < 60; i++)
                        Fail(at.AddSeconds(i * 20), user, Networks[5] + "9");
                }
                else if (bout >= 95 && day > 15)
                {
                    var pace = random.Next(1, 60);
                    for (var i = random.Next(5, 200); i > 0; i--)
                    {
                        var from = Networks[bout == 95 ? home : random.Next(4, 8)] + random.Next(1, 250);
                        Login(at.AddSeconds(i * pace), user, from);
                        Mail(at.AddSeconds(i * pace + 1), user, from, random.Next(1, 20));
                    }
                }
            }
        }
        // Strangers: one address that tries every account and names that are none, and a botnet in a network, on some days.
        for (var day = 2; day < days; day += 9)
        {
            var at = Start.AddDays(day).AddMinutes(random.Next(600));
            for (var i = 0; i < 60; i++)
                Fail(
                    at.AddSeconds(i * 17),
                    i % 3 == 0 ? $"user{i % accounts}@site{i % accounts % 3}.example" : $"guess{random.Next(500)}@site{i % 3}.example",
                    "203.0.113." + (1 + (day % 3))
                );
            for (var i = 0; i < 150; i++)
                Fail(at.AddSeconds(i * 9), $"name{random.Next(300)}@site1.example", "45.10.7." + (1 + (i % 25)));
        }
        // A last line long after, so that the time of every rung is up.
        var end = Start.AddDays(days + 60);
        lines.Add(
            (end, int.MaxValue, "dovecot: imap-login: Login: user=<last@site9.example>, method=PLAIN, rip=86.130.4.1, lip=192.0.2.25, mpid=1, TLS, session=<z>")
        );
        return
        [
            .. lines
                .OrderBy(line => line.At)
                .ThenBy(line => line.Order)
                .Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.At:yyyy-MM-ddTHH:mm:ss.ffffffzzz} mail {line.Text}")),
        ];

        void Write(DateTimeOffset at, string text) => lines.Add((at, lines.Count, text));

        void Login(DateTimeOffset at, string user, string ip) =>
            Write(at, $"dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip={ip}, lip=192.0.2.25, mpid=7, TLS, session=<a>");

        void Fail(DateTimeOffset at, string user, string ip) =>
            Write(at, $"postfix/submission/smtpd[44]: warning: unknown[{ip}]: SASL LOGIN authentication failed: (reason unavailable), sasl_username={user}");

        void Mail(DateTimeOffset at, string user, string ip, int recipients)
        {
            var id = $"{queue++:X8}";
            Write(at, $"postfix/submission/smtpd[9]: {id}: client=unknown[{ip}], sasl_method=LOGIN, sasl_username={user}");
            Write(at, $"postfix/qmgr[900]: {id}: from=<{user}>, size=900, nrcpt={recipients} (queue active)");
            Write(
                at.AddSeconds(1),
                $"postfix/smtp[8]: {id}: to=<a@remote.test>, relay=mx.remote.test[198.51.100.7]:25, delay=0.9, delays=0.1/0/0.4/0.4, dsn={(random.Next(9) == 0 ? "5.1.1" : "2.0.0")}, status={(random.Next(9) == 0 ? "bounced (unknown user)" : "sent (250 Ok)")}"
            );
            Write(at.AddSeconds(2), $"postfix/qmgr[900]: {id}: removed");
        }
    }
}
