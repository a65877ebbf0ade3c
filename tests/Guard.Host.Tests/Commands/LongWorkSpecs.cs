using Guard.Host.Platform;
using Guard.Host.Replay;
using Xunit;

namespace Guard.Host.Tests.Commands;

/// <summary>How far long work is, and how long it still takes.</summary>
public sealed class LongWorkSpecs
{
    private readonly HandClock _time = new();
    private readonly StringWriter _output = new();

    private string[] Lines => _output.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void It_says_percent_and_what_is_left_at_the_speed_so_far_once_a_second()
    {
        var work = new LongWork(_output, true, _time);
        work.Tell("copying", 0, 1000);
        for (var done = 1; done <= 300; done++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            work.Tell("copying", done, 1000);
        }
        work.Done();
        Assert.Equal(30, Lines.Length);
        Assert.Equal("copying: 30 %, 1 min 10 s left", Lines[^1].Trim());
        Assert.EndsWith(Environment.NewLine, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_done_before_an_interruption_is_no_speed()
    {
        var work = new LongWork(_output, true, _time);
        work.Tell("copying", 900, 1000);
        _time.Advance(TimeSpan.FromHours(1));
        work.Tell("copying", 950, 1000);
        Assert.Equal("copying: 95 %, 1 h 0 min left", Lines[^1].Trim());
    }

    [Fact]
    public void Short_work_and_work_that_nobody_watches_say_nothing()
    {
        foreach (var on in new[] { true, false })
        {
            var work = new LongWork(_output, on, _time);
            work.Tell("copying", 0, 10);
            if (!on)
                _time.Advance(TimeSpan.FromHours(1));
            work.Tell("copying", 10, 10);
            work.Done();
        }
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void A_shorter_line_leaves_nothing_of_the_one_before_it()
    {
        var work = new LongWork(_output, true, _time);
        work.Tell("a long name", 0, 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        work.Tell("a long name", 1, 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        work.Tell("short", 2, 0);
        Assert.Equal(["a long name", "short      "], Lines);
    }

    [Fact]
    public void Work_that_says_nothing_is_looked_at()
    {
        var work = new LongWork(_output, true, _time);
        var done = 0L;
        using (work.Watch("copying", () => done, 100))
        {
            done = 50;
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["copying: 50 %, 1 s left"], Lines);
    }

    [Fact]
    public void Of_several_logs_the_bytes_of_all_count()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard").FullName;
        string[] files = [Path.Combine(directory, "mail.log.1"), Path.Combine(directory, "mail.log")];
        File.WriteAllBytes(files[0], new byte[300]);
        File.WriteAllBytes(files[1], new byte[700]);
        var progress = new ReplayProgress(_output, true, _time);
        progress.Begin(files);
        progress.Tell(files[0], 0, 0);
        _time.Advance(TimeSpan.FromSeconds(10));
        progress.Tell(files[1], 5000, 200);
        Assert.Equal("mail.log: 5,000 lines, 500/s: 50 %, 10 s left", Lines[^1].Trim());
        Directory.Delete(directory, true);
    }
}
