using System.Text.Json;

namespace Guard.Host.Intake.Logs;

/// <summary>What is needed of a line of <c>journalctl -o json</c> (systemd.journal-fields(7)). A message that is not UTF-8 comes as numbers.</summary>
internal readonly record struct JournalEntry(DateTimeOffset At, string Program, int Pid, byte[] Message)
{
    public static bool TryRead(ReadOnlySpan<byte> line, out JournalEntry entry)
    {
        entry = default;
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("MESSAGE", out var message) || !root.TryGetProperty("__REALTIME_TIMESTAMP", out var stamp)
                || !long.TryParse(stamp.GetString(), out var microseconds) || microseconds is < 0 or > 253_402_300_000_000_000)
            {
                return false;
            }
            var program = Text(root, "SYSLOG_IDENTIFIER") ?? Text(root, "_COMM") ?? "";
            _ = int.TryParse(Text(root, "SYSLOG_PID") ?? Text(root, "_PID"), out var pid);
            byte[] bytes;
            if (message.ValueKind == JsonValueKind.Array)
                bytes = [.. message.EnumerateArray().Select(item => item.GetByte())];
            else
                bytes = System.Text.Encoding.UTF8.GetBytes(message.GetString() ?? "");
            // A line break inside a message stays inside: it never becomes a line of its own.
            entry = new JournalEntry(DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10), program, pid, bytes);
            return true;
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
