using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Logs;
using Guard.Host.Replay;
using Xunit;

namespace Guard.Host.Tests.Replay;

/// <summary>The bundled demo, from its log lines to the NDJSON contract.</summary>
public sealed class DemoStoryTests
{
    private static readonly string Demo = Path.Combine(Repository.Root, "hocon", "demo", "mail.log.gz");

    public static (List<JsonElement> Lines, ReplayEngine Engine) Replay(string file)
    {
        var settings = GuardConfiguration.Load(Path.Combine(Repository.Root, "hocon", "demo.conf")).Settings!;
        using var output = new MemoryStream();
        var engine = new ReplayEngine(settings.Policies, new NdjsonReplayWriter(output));
        var parser = new LogParser(
            new LogParserSettings("replay", DateTimeOffset.UtcNow),
            UserNames.Of(settings.Logs),
            PlaceSource.Open(settings, [], _ => { })
        );
        new ReplayRun(parser, engine, new ReplayProgress(TextWriter.Null, false), _ => { }).Run([file]);
        var text = System.Text.Encoding.UTF8.GetString(output.ToArray());
        return ([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)], engine);
    }

    [Fact]
    public void The_founding_story_is_told_and_the_neighbours_are_left_in_peace()
    {
        var (lines, _) = Replay(Demo);
        var takeover = new DateTimeOffset(2026, 4, 14, 10, 2, 0, TimeSpan.Zero);
        var reactions = lines.Where(line => line.GetProperty("type").GetString() == "reaction").ToArray();
        Assert.All(reactions, line => Assert.Equal("info@example.com", line.GetProperty("user").GetString()));
        Assert.All(
            reactions.Where(line => line.GetProperty("at").GetDateTimeOffset() < takeover),
            line => Assert.Contains(line.GetProperty("to").GetString(), new[] { "normal", "reported" })
        );
        var locked = reactions.First(line => line.GetProperty("to").GetString() is "suspended" or "blocked");
        Assert.InRange(locked.GetProperty("at").GetDateTimeOffset() - takeover, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        var summary = lines[^1];
        Assert.Equal("summary", summary.GetProperty("type").GetString());
        // A thousand mails were sent in the takeover; all but the first fifty would have been stopped.
        Assert.True(summary.GetProperty("stopped_submissions").GetInt64() >= 950);
        Assert.Equal(0, summary.GetProperty("unparsed").GetInt64());
        Assert.Contains(lines, line => line.GetProperty("type").GetString() == "address" && line.GetProperty("action").GetString() == "block");
    }

    [Fact]
    public void The_contract_of_the_lines_is_kept_to_the_letter()
    {
        var (lines, _) = Replay(Demo);
        var reaction = lines.First(line => line.GetProperty("type").GetString() == "reaction");
        Assert.Equal(
            ["type", "at", "user", "site", "from", "to", "ip", "country", "score", "reasons"],
            reaction.EnumerateObject().Select(property => property.Name)
        );
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", reaction.GetProperty("at").GetString());
        Assert.Equal(["code", "text", "value", "usual"], reaction.GetProperty("reasons")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            [
                "type",
                "lines",
                "parsed",
                "ignored",
                "unparsed",
                "foreign",
                "logins",
                "failures",
                "submissions",
                "recipients",
                "users",
                "sites",
                "reactions",
                "stopped_submissions",
                "seconds",
            ],
            lines[^1].EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(
            ["reported", "restricted", "suspended", "blocked"],
            lines[^1].GetProperty("reactions").EnumerateObject().Select(property => property.Name)
        );
    }

    [Fact]
    public void A_truncated_gzip_tells_what_came_before_the_damage()
    {
        var file = Path.GetTempFileName();
        var bytes = File.ReadAllBytes(Demo);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
        var (lines, _) = Replay(file);
        Assert.InRange(lines[^1].GetProperty("lines").GetInt64(), 1000, 40_000);
        File.Delete(file);
    }
}
