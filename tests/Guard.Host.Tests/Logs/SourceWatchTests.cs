using Guard.Host.Intake.Logs;
using Guard.Host.Tests.Enforcers;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What is said once when a source does not tell what it should.</summary>
public sealed class SourceWatchTests
{
    private readonly List<string> _said = [];

    private Parsed Watched(LogParserSettings? settings = null) => new((settings ?? Parsed.Settings) with { Watch = new SourceWatch("mail.log", _said.Add) });

    private static string Login(int user, string address) =>
        $"Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<u{user}@example.com>, method=PLAIN, rip={address}, lip=127.0.0.1, session=<Hmtqv>";

    [Fact]
    public void A_high_share_of_unknown_shapes_is_told_once()
    {
        var parsed = Watched();
        for (var i = 0; i < 200; i++)
            parsed.Feed("Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=nonsense, lip=127.0.0.1, session=<Hmtqv>");
        Assert.Contains("dovecot", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void Logins_that_all_come_from_one_address_are_told_once()
    {
        var parsed = Watched();
        for (var i = 0; i < 1000; i++)
            parsed.Feed(Login(i % 80, "10.0.3.7"));
        Assert.Contains("10.0.3.7", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void One_person_at_home_or_many_addresses_are_nothing_to_tell()
    {
        var parsed = Watched();
        for (var i = 0; i < 1000; i++)
            parsed.Feed(Login(i % 3, "192.0.2.7"), Login(i % 80, $"192.0.2.{i % 50}"));
        Assert.Empty(_said);
    }

    [Fact]
    public void Logins_that_cease_are_told()
    {
        var parsed = Watched();
        for (var i = 0; i < 100; i++)
            parsed.Feed(Login(i, $"192.0.2.{i}"), "Nov 24 00:25:29 mail dovecot: imap(anna)<1><x>: Disconnected: Logged out in=1 out=2");
        for (var i = 0; i < 5000; i++)
            parsed.Feed("Nov 24 00:25:29 mail dovecot: imap(anna)<1><x>: Disconnected: Logged out in=1 out=2");
        Assert.Contains("none in its last", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nov 24 00:25:29 mail rsyslogd: imuxsock lost 500 messages from pid 77 due to rate-limiting", 500)]
    [InlineData("Nov 24 00:25:29 mail rsyslogd: imjournal: 500 messages lost due to rate-limiting (20000 allowed within 600 seconds)", 500)]
    [InlineData("Nov 24 00:25:29 mail rsyslogd: imuxsock[pid: 77, name: x] from <x>: begin to drop messages due to rate-limiting", 1)]
    [InlineData("Nov 24 00:25:29 mail systemd-journald[1]: Suppressed 500 messages from postfix@-.service", 500)]
    [InlineData("Nov 24 00:25:29 mail systemd-journald[1]: Missed 500 kernel messages", 500)]
    public void Lost_messages_are_told(string line, long lost)
    {
        var parsed = Watched().Feed(line, line);
        Assert.Equal(2 * lost, parsed.Parser.MessagesLost);
        Assert.Contains("lost", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_disagrees_is_told_once()
    {
        Watched(Parsed.Settings with { LatestPlausible = Parsed.Settings.Reference })
            .Feed(
                "2026-11-24T14:00:00Z mail dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<y>",
                "2026-11-24T14:00:01Z mail dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<y>"
            );
        Assert.Contains("ahead", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_over_is_no_notice_any_more_and_is_not_said_again_and_again()
    {
        const string usual = "Nov 24 00:25:29 mail dovecot: imap(anna)<1><x>: Disconnected: Logged out in=1 out=2";
        const string strange = "Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=nonsense, lip=127.0.0.1, session=<Hmtqv>";
        var watch = new SourceWatch("mail.log", _said.Add);
        var parsed = new Parsed(Parsed.Settings with { Watch = watch });
        Feed(strange, 40);
        Assert.Contains("not known", Assert.Single(watch.Notices), StringComparison.Ordinal);
        Feed(usual, 2000);
        Assert.Empty(watch.Notices);

        for (var i = 0; i < 40; i++)
            parsed.Feed(Login(i, $"192.0.2.{i}"));
        Feed(usual, 10_000);
        Assert.Contains("none in its last", Assert.Single(watch.Notices), StringComparison.Ordinal);
        parsed.Feed(Login(1, "192.0.2.1"));
        Assert.Empty(watch.Notices);

        for (var i = 0; i < 400; i++)
            parsed.Feed(Login(i % 80, "10.0.3.7"));
        Assert.Contains("10.0.3.7", Assert.Single(watch.Notices), StringComparison.Ordinal);
        for (var i = 0; i < 400; i++)
            parsed.Feed(Login(i % 80, $"192.0.2.{i % 50}"));
        Assert.Empty(watch.Notices);

        var told = _said.Count;
        parsed.Feed("Nov 24 00:25:29 mail rsyslogd: imuxsock lost 500 messages from pid 77 due to rate-limiting");
        Assert.Contains("were lost", Assert.Single(watch.Notices), StringComparison.Ordinal);
        for (var i = 0; i < 1100; i++)
        {
            parsed.Feed(Login(i % 80, $"192.0.2.{i % 50}"));
            Feed(usual, 10);
        }
        Assert.Empty(watch.Notices);
        Assert.Equal(told + 1, _said.Count);
        // Once more, but not ten times as many: it is so again, and no news for the log.
        parsed.Feed("Nov 24 00:25:29 mail rsyslogd: imuxsock lost 5 messages from pid 77 due to rate-limiting");
        Assert.Single(watch.Notices);
        Assert.Equal(told + 1, _said.Count);

        void Feed(string line, int times)
        {
            for (var i = 0; i < times; i++)
                parsed.Feed(line);
        }
    }

    [Fact]
    public void Stamps_ahead_of_the_clock_are_over_soon_after_it_was_set_and_stand_while_one_machine_of_many_is_wrong()
    {
        const string wrong = "2026-11-24T15:00:00Z mail dovecot: imap(anna)<1><x>: Disconnected: Logged out in=1 out=2";
        const string right = "2026-11-24T12:00:00Z mail dovecot: imap(anna)<1><x>: Disconnected: Logged out in=1 out=2";
        var watch = new SourceWatch("mail.log", _said.Add);
        var parsed = new Parsed(Parsed.Settings with { Watch = watch, Clock = new FixedClock(Parsed.Settings.Reference) });
        parsed.Feed(wrong);
        Assert.Contains("180 minutes ahead", Assert.Single(watch.Notices), StringComparison.Ordinal);
        Feed(right, 20);
        Assert.Empty(watch.Notices);

        // One of many: fifty good lines lie between two of its.
        for (var i = 0; i < 5; i++)
        {
            parsed.Feed(wrong);
            Feed(right, 50);
        }
        Assert.Single(watch.Notices);
        Feed(right, 500);
        Assert.Empty(watch.Notices);
        Assert.Single(_said);

        void Feed(string line, int times)
        {
            for (var i = 0; i < times; i++)
                parsed.Feed(line);
        }
    }

    [Fact]
    public void Lines_that_are_late_when_they_are_written_are_told_until_they_are_not_and_one_that_comes_late_is_nothing()
    {
        var watch = new SourceWatch("mail.log", _said.Add);
        var clock = new FixedClock(Parsed.Settings.Reference);
        var parsed = new Parsed(Parsed.Settings with { Watch = watch, Clock = clock });
        Written("10:00:00", 2);
        Assert.Empty(watch.Notices);
        Written("12:00:00", 1);
        Written("10:00:00", 2);
        Assert.Empty(watch.Notices);
        Written("10:00:00", 1);
        Assert.Contains("120 minutes behind", Assert.Single(watch.Notices), StringComparison.Ordinal);
        Written("11:51:00", 1);
        Assert.Empty(watch.Notices);

        void Written(string time, int times)
        {
            for (var i = 0; i < times; i++)
            {
                parsed.Feed($"2026-11-24T{time}Z mail dovecot: imap(anna)<1><x>: Disconnected: Logged out in=1 out=2");
                parsed.Parser.WrittenNow();
            }
        }
    }
}
