using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;

namespace Guard.Host.Parsing;

/// <summary>One JSON object for each line that was read, as the contract of <c>parse --format ndjson</c> has it.</summary>
internal sealed class NdjsonParsedLines(Stream output) : IParsedLineWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Line(long number, ReadOnlySpan<byte> line, LineResult kind, string? daemon, IReadOnlyList<ToldObservation> told)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("line", number);
            json.WriteString("kind", ParsedWords.Of(kind));
            json.WriteString("daemon", daemon);
            json.WriteStartArray("observations");
            foreach (var one in told)
                Write(json, one);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        _buffer.Write("\n"u8);
        output.Write(_buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ToldObservation told)
    {
        json.WriteStartObject();
        switch (told.Observation)
        {
            case Login login:
                json.WriteString("type", "login");
                json.WriteString("service", ParsedWords.Of(login.Service));
                json.WriteString("user", told.User.Value);
                json.WriteString("address", login.Place.Address.ToString());
                json.WriteString("outcome", ParsedWords.Of(login.Outcome));
                break;
            case Submission submission:
                json.WriteString("type", "submission");
                json.WriteString("user", told.User.Value);
                json.WriteString("address", submission.Place.Address.ToString());
                json.WriteNumber("recipients", told.Recipients);
                json.WriteString("sender", told.Sender);
                json.WriteString("queue", told.QueueId);
                json.WriteNumber("size", submission.Size);
                break;
            default:
                json.WriteString("type", "delivery");
                json.WriteString("user", told.User.Value);
                json.WriteString("queue", told.QueueId);
                json.WriteString("fate", told.Observation is Delivery delivery ? ParsedWords.Of(delivery.Outcome) : "deferred");
                json.WriteNumber("recipients", told.Recipients);
                break;
        }
        json.WriteString("at", told.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    public void Dispose() => output.Flush();
}
