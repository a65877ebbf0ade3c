using Guard.Host.Intake;
using Guard.Host.Tests.DovecotAuthPolicy;
using Xunit;

namespace Guard.Host.Tests.Intake;

/// <summary>What ends waits for what is still to be read; who acts does not.</summary>
public sealed class IntakeClockSpecs
{
    /// <summary>Where the clock of tests stands.</summary>
    private static readonly DateTimeOffset Today = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Yesterday = Today.AddDays(-1);

    private readonly ManualClock _machine = new();

    [Fact]
    public void While_a_source_has_older_lines_nothing_ends_ahead_of_them_and_whoever_acts_acts_now()
    {
        var clock = new IntakeClock(_machine, followsLog: false);
        clock.Behind("mail.log", Yesterday);
        clock.Behind("auth.log", Today.AddMinutes(-1));
        Assert.Equal((Yesterday, Today), (clock.Now, clock.Present));
        clock.CaughtUp("mail.log", Yesterday);
        Assert.Equal((Today.AddMinutes(-1), Today), (clock.Now, clock.Present));
        clock.CaughtUp("auth.log", null);
        Assert.Equal((Today, Today), (clock.Now, clock.Present));
    }

    [Fact]
    public void Before_the_first_line_of_a_source_is_journaled_nothing_ends_and_whoever_acts_acts_now()
    {
        var clock = new IntakeClock(_machine, followsLog: false);
        clock.Behind("mail.log", default);
        Assert.Equal((default, Today), (clock.Now, clock.Present));
    }

    [Fact]
    public void Where_the_log_is_the_clock_its_last_line_is_now_as_soon_as_there_is_one()
    {
        var clock = new IntakeClock(_machine, followsLog: true);
        Assert.Equal(Today, clock.Present);
        clock.Behind("mail.log", Yesterday);
        Assert.Equal((Yesterday, Yesterday), (clock.Now, clock.Present));
        clock.CaughtUp("mail.log", Yesterday.AddHours(1));
        Assert.Equal((Yesterday.AddHours(1), Yesterday.AddHours(1)), (clock.Now, clock.Present));
    }
}
