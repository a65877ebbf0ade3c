using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Replay;

/// <summary>Accounts and addresses are decided on threads of their own; nobody may see that.</summary>
public sealed class ReplayOrderTests
{
    private static readonly string Demo = Path.Combine(Repository.Root, "hocon", "demo", "mail.log.gz");

    /// <summary>So strict that accounts, sites and addresses get reactions all the time.</summary>
    private static readonly GuardSettings Settings = GuardConfiguration
        .Load(
            Path.Combine(Repository.Root, "hocon", "demo.conf"),
            new Dictionary<string, string>
            {
                ["accountguard.policy.default.brute-force"] = "{ failures = 1, within = 1d, accounts = 1, accounts-daily = 1, network-failures = 2 }",
                ["accountguard.policy.default.quotas"] =
                    "[ { per = 1d, recipients = 3, alarm = on }, { per = 1h, logins = 2 }, { per = 1d, recipients = 20, of = site } ]",
                ["accountguard.policy.default.site-alarm"] = "{ reported = 1, restricted = 1 }",
            }
        )
        .Settings!;

    [Fact]
    public void What_threads_tell_is_what_one_observation_after_the_other_leads_to()
    {
        using var together = new MemoryStream();
        var run = new ReplayEngine(Settings.Policies, new NdjsonReplayWriter(together));
        new ReplayRun(Parser(), run, new ReplayProgress(TextWriter.Null, false), _ => { }).Run([Demo]);
        using var single = new MemoryStream();
        var engine = new ReplayEngine(Settings.Policies, new NdjsonReplayWriter(single));
        foreach (var observation in Observations())
            engine.Take(observation);
        engine.Finish(run.Users.Max(user => DateTimeOffset.FromUnixTimeMilliseconds(user.LastSeen)));
        Assert.Equal(Told(single), Told(together));
        Assert.All(["\"reaction\"", "\"site-reaction\"", "\"address\""], kind => Assert.Contains(Told(together), line => line.Contains(kind)));
        Assert.Equal(engine.Counts.Reactions, run.Counts.Reactions);
        Assert.Equal(
            (engine.Counts.Addresses, engine.Counts.Failures, engine.Counts.StoppedSubmissions),
            (run.Counts.Addresses, run.Counts.Failures, run.Counts.StoppedSubmissions)
        );
    }

    private static string[] Told(MemoryStream output) =>
        [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n').Where(line => !line.Contains("\"summary\""))];

    private static LogParser Parser() =>
        new(new LogParserSettings("replay", DateTimeOffset.UtcNow), UserNames.Of(Settings.Logs), PlaceSource.Open(Settings, [], _ => { }));

    private static List<Observation> Observations()
    {
        var parser = Parser();
        var observations = new List<Observation>();
        using var stream = ReplayFiles.Open(Demo);
        var lines = new LineBuffer();
        while (lines.Fill(stream))
        {
            while (lines.TryNext(out var line, out var offset))
                parser.Feed(line, 0, offset, observations);
        }
        return observations;
    }
}
