namespace Guard.Host.Intake.Logs.Shapes;

/// <summary>
/// The shape of a message: what varies from line to line (numbers, addresses, quoted text, names, queue ids) becomes <c>*</c>, so that lines of one kind are
/// one shape and strangers' text does not show.
/// </summary>
internal static class ShapeMask
{
    public const int Longest = 160;

    /// <summary>Writes the shape of a message; returns its length, at most <see cref="Longest"/>.</summary>
    public static int Of(ReadOnlySpan<byte> message, Span<char> shape)
    {
        var length = 0;
        for (var at = 0; at < message.Length && length < Longest;)
        {
            var c = message[at];
            var end = Closing(message, at);
            if (end > at)
            {
                shape[length++] = (char)c;
                length = Star(shape, length);
                if (length < Longest)
                    shape[length++] = (char)message[end];
                at = end + 1;
            }
            else if (c == '=' && at + 1 < message.Length && message[at + 1] is not ((byte)' ' or (byte)'<' or (byte)'"' or (byte)'('))
            {
                // A field's value, up to what ends fields everywhere.
                shape[length++] = '=';
                length = Star(shape, length);
                at++;
                while (at < message.Length && message[at] is not ((byte)' ' or (byte)',' or (byte)';' or (byte)')' or (byte)'[' or (byte)']'))
                    at++;
            }
            else if (IsWord(c) && c != ':')
            {
                var word = at;
                while (at < message.Length && IsWord(message[at]))
                    at++;
                // A sentence's full stop or a field's colon is no part of the word in front of it.
                while (at - 1 > word && message[at - 1] is (byte)'.' or (byte)':' or (byte)'-')
                    at--;
                length = Word(message[word..at], shape, length);
            }
            else
            {
                shape[length++] = c is >= 0x20 and < 0x7F ? (char)c : '?';
                at++;
            }
        }
        return length;
    }

    private static int Word(ReadOnlySpan<byte> word, Span<char> shape, int length)
    {
        if (Varies(word))
            return Star(shape, length);
        foreach (var c in word)
        {
            if (length < Longest)
                shape[length++] = (char)c;
        }
        return length;
    }

    private static bool Varies(ReadOnlySpan<byte> word)
    {
        if (word.Length > 24)
            return true;
        foreach (var c in word)
        {
            if (c is >= (byte)'0' and <= (byte)'9' or (byte)'@' or (byte)'%' or (byte)'.' or (byte)'+' or >= 0x80)
                return true;
        }
        return false;
    }

    private static int Star(Span<char> shape, int length)
    {
        if (length < Longest && (length == 0 || shape[length - 1] != '*'))
            shape[length++] = '*';
        return length;
    }

    /// <summary>Where quoted text that begins here ends; else -1.</summary>
    private static int Closing(ReadOnlySpan<byte> message, int at)
    {
        var close = message[at] switch
        {
            (byte)'"' => (byte)'"',
            (byte)'\'' => (byte)'\'',
            (byte)'<' => (byte)'>',
            (byte)'[' => (byte)']',
            _ => (byte)0,
        };
        if (close == 0)
            return -1;
        var end = message[(at + 1)..].IndexOf(close);
        return end < 0 ? -1 : at + 1 + end;
    }

    private static bool IsWord(byte c) =>
        c
            is >= (byte)'a'
                and <= (byte)'z'
                or >= (byte)'A'
                and <= (byte)'Z'
                or >= (byte)'0'
                and <= (byte)'9'
                or (byte)'_'
                or (byte)'-'
                or (byte)'.'
                or (byte)'@'
                or (byte)'%'
                or (byte)'+'
                or (byte)':'
                or >= 0x80;
}
