using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Guard.Actors.Reactions;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Replay;

/// <summary>One JSON object a line, as the contract of <c>replay --format ndjson</c> has it. Times are UTC with milliseconds.</summary>
public sealed class NdjsonReplayWriter(Stream output) : IReplayWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Reaction(UserId user, SiteId site, ReactionChanged change) =>
        Line(json =>
        {
            json.WriteString("type", "reaction");
            json.WriteString("at", Time(change.At));
            json.WriteString("user", user.Value);
            json.WriteString("site", site.Value);
            json.WriteString("from", Name(change.From));
            json.WriteString("to", Name(change.To));
            json.WriteString("ip", change.Address.ToString());
            json.WriteString("country", change.Country);
            json.WriteNumber("score", change.Score);
            Reasons(json, change.Reasons);
        });

    public void SiteReaction(SiteReactionChanged change) =>
        Line(json =>
        {
            json.WriteString("type", "site-reaction");
            json.WriteString("at", Time(change.At));
            json.WriteString("site", change.Site.Value);
            json.WriteString("from", Name(change.From));
            json.WriteString("to", Name(change.To));
            Reasons(json, change.Reasons);
        });

    public void Address(UserId user, AddressBlockOrdered block) => Block(block.At, block.Address.ToString(), user, block.Until, block.Reasons);

    public void Address(BlockOwed block) => Block(block.At, block.Name, UserId.None, block.Until, block.Reasons);

    private void Block(DateTimeOffset at, string what, UserId user, DateTimeOffset until, ImmutableArray<Reason> reasons) =>
        Line(json =>
        {
            json.WriteString("type", "address");
            json.WriteString("at", Time(at));
            json.WriteString("ip", what);
            json.WriteString("action", "block");
            if (!user.IsNone)
                json.WriteString("user", user.Value);
            json.WriteString("until", Time(until));
            Reasons(json, reasons);
        });

    public void Alarm(UserId user, SiteId site, AlarmRaised alarm) =>
        Line(json =>
        {
            json.WriteString("type", "alarm");
            json.WriteString("at", Time(alarm.At));
            json.WriteString("user", user.Value);
            json.WriteString("site", site.Value);
            json.WriteString("ip", alarm.Address.ToString());
            json.WriteString("country", alarm.Country);
            Reasons(json, alarm.Reasons);
        });

    public void Summary(ReplayCounts counts)
    {
        foreach (var shape in counts.Shapes)
        {
            Line(json =>
            {
                json.WriteString("type", "unknown");
                json.WriteString("daemon", shape.Daemon);
                json.WriteString("shape", shape.Shape);
                json.WriteNumber("count", shape.Count);
                json.WriteString("example", shape.Example);
            });
        }
        Line(json =>
        {
            json.WriteString("type", "summary");
            json.WriteNumber("lines", counts.Lines);
            json.WriteNumber("parsed", counts.Parsed);
            json.WriteNumber("ignored", counts.Ignored);
            json.WriteNumber("unparsed", counts.Unparsed);
            json.WriteNumber("foreign", counts.Foreign);
            json.WriteNumber("logins", counts.Logins);
            json.WriteNumber("failures", counts.Failures);
            json.WriteNumber("submissions", counts.Submissions);
            json.WriteNumber("recipients", counts.Recipients);
            json.WriteNumber("users", counts.Users);
            json.WriteNumber("sites", counts.Sites);
            json.WriteStartObject("reactions");
            for (var rung = Rung.Reported; rung <= Rung.Blocked; rung++)
                json.WriteNumber(Name(rung), counts.Of(rung));
            json.WriteEndObject();
            json.WriteNumber("stopped_submissions", counts.StoppedSubmissions);
            if (counts.Unjudged > 0)
            {
                json.WriteNumber("unjudged", counts.Unjudged);
                json.WriteString("unjudged_from", counts.UnjudgedFrom);
            }
            json.WriteNumber("seconds", Math.Round(counts.Seconds, 3));
        });
        output.Flush();
    }

    private void Line(Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        _buffer.Write("\n"u8);
        output.Write(_buffer.WrittenSpan);
    }

    private static void Reasons(Utf8JsonWriter json, ImmutableArray<Reason> reasons)
    {
        json.WriteStartArray("reasons");
        foreach (var reason in reasons)
        {
            json.WriteStartObject();
            json.WriteString("code", reason.Code);
            json.WriteString("text", ReasonText.Of(reason));
            json.WriteNumber("value", reason.Value);
            json.WriteNumber("usual", reason.Usual);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Name(Rung rung) => rung.ToString().ToLowerInvariant();

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
