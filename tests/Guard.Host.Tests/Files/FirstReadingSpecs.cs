using System.Text;
using Guard.Host.Intake.Files;
using Xunit;

namespace Guard.Host.Tests.Files;

/// <summary>Where the first reading of a log begins: as far back as is wished in what was rotated away.</summary>
public sealed class FirstReadingSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-first").FullName;
    private readonly DateTimeOffset _now = new(2026, 11, 27, 10, 0, 0, TimeSpan.Zero);

    private string Log => Path.Combine(_directory, "mail.log");

    private void Rotated(string name, double hoursAgo, string line)
    {
        File.WriteAllText(Path.Combine(_directory, name), line + "\n");
        File.SetLastWriteTimeUtc(Path.Combine(_directory, name), _now.AddHours(-hoursAgo).UtcDateTime);
    }

    private List<string> Read(TimeSpan? since)
    {
        var lines = new List<string>();
        using var follower = new LogFollower(Log, null, since: _now - since);
        for (var step = follower.Step(); step is FollowStep.Read or FollowStep.Switched; step = follower.Step())
        {
            while (follower.Lines.TryNext(out var line, out _))
                lines.Add(Encoding.UTF8.GetString(line));
        }
        return lines;
    }

    [Theory]
    [InlineData(24, "yesterday", "today")]
    [InlineData(48, "the day before", "yesterday", "today")]
    public void It_begins_with_what_was_written_to_within_that_time_and_goes_on_in_order(int hours, params string[] expected)
    {
        Rotated("mail.log.2", 34, "the day before");
        Rotated("mail.log.1", 10, "yesterday");
        Rotated("mail.log", 0, "today");
        Assert.Equal(expected, Read(TimeSpan.FromHours(hours)));
    }

    [Fact]
    public void Unless_it_is_wished_it_begins_with_the_log_as_it_is()
    {
        Rotated("mail.log.1", 10, "yesterday");
        Rotated("mail.log", 0, "today");
        Assert.Equal(["today"], Read(null));
    }

    [Fact]
    public void Without_rotated_files_the_log_alone_is_read()
    {
        Rotated("mail.log", 0, "today");
        Assert.Equal(["today"], Read(TimeSpan.FromDays(1)));
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
