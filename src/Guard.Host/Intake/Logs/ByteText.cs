namespace Guard.Host.Intake.Logs;

/// <summary>Cuts byte text without copying it.</summary>
internal static class ByteText
{
    /// <summary>Takes everything up to the mark and moves behind it; false when the mark is not there.</summary>
    public static bool TakeUntil(scoped ref ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> mark, out ReadOnlySpan<byte> taken)
    {
        var at = text.IndexOf(mark);
        if (at < 0)
        {
            taken = default;
            return false;
        }
        taken = text[..at];
        text = text[(at + mark.Length)..];
        return true;
    }

    /// <summary>The text between the last <paramref name="open"/> and the first <paramref name="close"/> after it.</summary>
    public static bool LastBetween(ReadOnlySpan<byte> text, ReadOnlySpan<byte> open, ReadOnlySpan<byte> close, out ReadOnlySpan<byte> between)
    {
        between = default;
        var at = text.LastIndexOf(open);
        if (at < 0)
            return false;
        var rest = text[(at + open.Length)..];
        var end = close.IsEmpty ? rest.Length : rest.IndexOf(close);
        if (end < 0)
            return false;
        between = rest[..end];
        return true;
    }

    public static bool Skip(scoped ref ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> prefix)
    {
        if (!text.StartsWith(prefix))
            return false;
        text = text[prefix.Length..];
        return true;
    }

    /// <summary>Takes leading decimal digits.</summary>
    public static bool TakeNumber(ref ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        var digits = 0;
        while (digits < text.Length && digits < 18 && text[digits] is >= (byte)'0' and <= (byte)'9')
            number = number * 10 + (text[digits++] - '0');
        text = text[digits..];
        return digits > 0;
    }

    /// <summary>A number after the first mark; the fallback when there is none.</summary>
    public static long NumberAfter(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark, long otherwise = -1)
    {
        var at = text.IndexOf(mark);
        if (at < 0)
            return otherwise;
        var rest = text[(at + mark.Length)..];
        return TakeNumber(ref rest, out var number) ? number : otherwise;
    }

    /// <summary>Up to sixteen characters as a number, for keys; false when longer.</summary>
    public static bool TryKey(ReadOnlySpan<byte> text, out UInt128 key)
    {
        key = 0;
        if (text.IsEmpty || text.Length > 16)
            return false;
        foreach (var c in text)
            key = (key << 8) | c;
        return true;
    }
}
