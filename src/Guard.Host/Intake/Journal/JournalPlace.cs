using System.Globalization;
using System.Text.Json;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Journal;

/// <summary>
/// Where an entry of systemd's journal stands, from its cursor (<c>s=…;i=…;b=…;m=…;t=…;x=…</c>, sd_journal_get_cursor(3), Journal File Format).
/// journald numbers its entries one after the other under an id of its own, over rotation, restarts and reboots; when it has to begin anew it takes another id.
/// So entries of one id have ever-growing numbers in the order in which they are read, which stamps have not: clocks are set back.
/// </summary>
/// <param name="Cursor">As journald wrote it.</param>
/// <param name="Numbering">The id under which it is numbered, 32 hexadecimal digits.</param>
/// <param name="Number">Ever growing under one id.</param>
/// <param name="At">When it was received; null when the cursor does not tell.</param>
public sealed record JournalPlace(string Cursor, string Numbering, ulong Number, DateTimeOffset? At)
{
    /// <summary>One entry may say that it stands for many.</summary>
    private const int IndexBits = 10;

    /// <summary>The name under which accounts recognise entries of this numbering, wherever and however they are read.</summary>
    public string Source => $"journal#{Numbering}";

    /// <summary>Says of the observations that an entry yielded where they come from.</summary>
    /// <param name="from">The first of them in the list.</param>
    public void Mark(List<Observation> observations, int from)
    {
        for (var i = from; i < observations.Count; i++)
            observations[i] = observations[i] with
            {
                Origin = new ObservationOrigin(Source, (Number << IndexBits) | (uint)Math.Min((1 << IndexBits) - 1, i - from)),
            };
    }

    /// <summary>Of a line of <c>journalctl -o json</c>; null when it is none.</summary>
    public static JournalPlace? Of(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] != (byte)'{')
            return null;
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var cursor = reader.ValueTextEquals("__CURSOR"u8);
                reader.Read();
                if (cursor)
                    return reader.TokenType == JsonTokenType.String ? OfCursor(reader.GetString()!) : null;
                reader.Skip();
            }
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            // Cut off or not JSON: it has no place.
        }
        return null;
    }

    public static JournalPlace? OfCursor(string cursor)
    {
        string? numbering = null;
        ulong? number = null;
        DateTimeOffset? at = null;
        if (cursor.Length > 512)
            return null;
        foreach (var part in cursor.Split(';'))
        {
            if (part.StartsWith("s=", StringComparison.Ordinal))
                numbering = part[2..];
            else if (
                part.StartsWith("i=", StringComparison.Ordinal)
                && ulong.TryParse(part.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var i)
            )
                number = i;
            else if (
                part.StartsWith("t=", StringComparison.Ordinal)
                && long.TryParse(part.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var t)
                && t is > 0 and < 253_402_300_000_000_000
            )
                at = DateTimeOffset.UnixEpoch.AddTicks(t * 10);
        }
        return numbering is { Length: 32 } && number is { } counted ? new JournalPlace(cursor, numbering, counted, at) : null;
    }
}
