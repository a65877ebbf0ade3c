using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What a stamp without year or zone means, and stamps that cannot be.</summary>
public sealed class StampTests
{
    private const string Login = "mail dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<y>";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static LogParserSettings Berlin { get; } = Parsed.Settings with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };

    private static string[] Times(LogParserSettings settings, params string[] stamps) =>
        [
            .. new Parsed(settings)
                .Feed([.. stamps.Select(stamp => $"{stamp} {Login}")])
                .All.Select(one => one.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)),
        ];

    [Fact]
    public void In_the_hour_that_the_clock_shows_twice_the_files_order_decides() =>
        Assert.Equal(
            [
                "2026-10-24 23:59:59",
                "2026-10-25 00:00:00",
                "2026-10-25 00:30:00",
                "2026-10-25 00:29:58",
                "2026-10-25 00:59:59",
                "2026-10-25 01:00:00",
                "2026-10-25 01:30:00",
                "2026-10-25 01:59:59",
                "2026-10-25 02:00:00",
            ],
            Times(
                Berlin,
                "Oct 25 01:59:59",
                "Oct 25 02:00:00",
                "Oct 25 02:30:00",
                "Oct 25 02:29:58",
                "Oct 25 02:59:59",
                "Oct 25 02:00:00",
                "Oct 25 02:30:00",
                "Oct 25 02:59:59",
                "Oct 25 03:00:00"
            )
        );

    [Fact]
    public void The_hour_that_the_clock_leaves_out_does_no_harm() =>
        Assert.Equal(
            ["2026-03-29 00:59:59", "2026-03-29 01:30:00", "2026-03-29 01:00:00"],
            Times(Berlin, "Mar 29 01:59:59", "Mar 29 02:30:00", "Mar 29 03:00:00")
        );

    [Fact]
    public void A_year_is_never_one_that_lies_in_the_future() =>
        Assert.Equal(
            ["2026-11-24 10:00:00", "2026-01-01 00:00:10", "2026-11-24 10:00:05"],
            Times(Parsed.Settings, "Nov 24 10:00:00", "Jan  1 00:00:10", "Nov 24 10:00:05")
        );

    [Fact]
    public void A_live_source_goes_by_the_machines_clock()
    {
        var clock = new SetClock(new DateTimeOffset(2026, 12, 31, 23, 59, 0, TimeSpan.Zero));
        var parsed = new Parsed(Parsed.Settings with { Clock = clock, Reference = default });
        parsed.Feed($"Dec 31 23:58:00 {Login}");
        clock.Now += TimeSpan.FromMinutes(2);
        parsed.Feed($"Jan  1 00:00:59 {Login}", $"Dec 31 23:59:59 {Login}", $"Jan  1 00:05:00 {Login}");
        Assert.Equal([2026, 2027, 2026, 2027], parsed.All.Select(one => one.At.Year));
        Assert.Equal(0, parsed.Parser.Misdated);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2035-01-01T00:00:00Z")]
    [InlineData("2026-11-24T12:10:01Z")]
    public void A_line_from_nowhere_in_time_is_judged_at_its_arrival_and_counted(string stamp)
    {
        var parsed = new Parsed(Parsed.Settings with { Clock = new SetClock(Now) }).Feed($"{stamp} {Login}");
        Assert.Equal(Now, Assert.Single(parsed.All).At);
        Assert.Equal(1, parsed.Parser.Misdated);
    }

    [Fact]
    public void Some_minutes_ahead_are_believed()
    {
        var parsed = new Parsed(Parsed.Settings with { Clock = new SetClock(Now) }).Feed($"2026-11-24T12:09:00Z {Login}");
        Assert.Equal(Now.AddMinutes(9), Assert.Single(parsed.All).At);
    }

    [Fact]
    public void In_a_log_that_was_written_before_the_line_in_front_is_the_arrival()
    {
        var parsed = new Parsed(Parsed.Settings with { LatestPlausible = Now }).Feed(
            $"2026-11-24T10:00:00Z {Login}",
            $"2035-11-24T10:00:00Z {Login}",
            $"2026-11-24T10:00:02Z {Login}"
        );
        Assert.Equal(
            ["10:00:00", "10:00:00", "10:00:02"],
            parsed.All.Select(one => one.At.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture))
        );
    }

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
