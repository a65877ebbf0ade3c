using System.Text;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Whatever stands in a line of Postfix, Exim or Sendmail is read, passed over or told as unknown: no crash, no hang, nothing beyond the
/// limits.</summary>
public sealed class MailLogFuzz
{
    /// <summary>A parser remembers names, joins and tags in tables with an end that now and then grow.</summary>
    private const long MaxBytes = 32 << 20;

    private static readonly DateTimeOffset Reference = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    private static readonly byte[][] Words =
    [
        .. LineSeeds.Words,
        .. new[]
        {
            ", sasl_username=",
            ", sasl_method=",
            "client=",
            " A=login:victim@example.com",
            " S=1",
            " for ",
            "H=(x) [6.6.6.6]",
            " T=\"",
            "]: 535 ",
            " (set_id=",
            ", relay=",
            ", delay=",
            ", dsn=2.0.0",
            ", status=sent (",
            "queued as 4ABC8B20217",
            " id=1uVabc-000001-AB",
            ", nrcpts=9",
            ", stat=Sent",
            "from=<",
            "to=<",
            "uid=0",
            "[192.0.2.1]:",
            " U=root P=local",
            ", orig_queue_id=4ABC8B20217",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    [Theory]
    [InlineData("postfix.txt")]
    [InlineData("exim.txt")]
    [InlineData("sendmail.txt")]
    public void Lines_of_a_mail_server(string seeds)
    {
        using var parsers = new ThreadLocal<LogParser>(() =>
            new LogParser(new LogParserSettings("fuzz", Reference, MaxJoins: 1000), new UserNameRules("example.com"), new PlaceLookup([], null))
        );
        var taken = 0L;
        Fuzzer.Run(seeds, new Mutations(LineSeeds.Of(seeds), Words), line => Interlocked.Add(ref taken, Feed(line, parsers.Value!)), MaxBytes);
        Assert.True(taken > FuzzEffort.Inputs / 20, $"only {taken} observations came out");
    }

    private static int Feed(byte[] lines, LogParser parser)
    {
        var observations = new List<Observation>();
        var count = 0;
        foreach (var range in lines.AsSpan().Split((byte)'\n'))
        {
            parser.Feed(lines.AsSpan()[range], 0, 0, observations);
            count++;
        }
        Assert.True(observations.Count <= 16 * count, $"{observations.Count} observations of {count} lines");
        foreach (var observation in observations)
        {
            Assert.DoesNotContain(observation.User.Value, char.IsControl);
            Assert.True(observation is not Submission { Recipients: < 0 or > 1_000_000 });
            Assert.True(observation is not Delivery { Recipients: < 1 });
        }
        return observations.Count;
    }
}
