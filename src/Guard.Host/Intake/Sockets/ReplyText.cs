namespace Guard.Host.Intake.Sockets;

/// <summary>Makes text fit for a line of a mail protocol: printable ASCII, one line, not long.</summary>
public static class ReplyText
{
    /// <summary>With the code in front it stays within the 512 bytes of a reply line (RFC 5321 section 4.5.3.1.5).</summary>
    public const int Longest = 200;

    /// <summary>Control characters become blanks, what is not ASCII a question mark; blanks are joined, the rest is cut off.</summary>
    public static string Clean(string text)
    {
        Span<char> clean = stackalloc char[Longest];
        var length = 0;
        foreach (var c in text)
        {
            if (length == Longest)
                break;
            if (c <= ' ' || c == '\u007F')
            {
                if (length > 0 && clean[length - 1] != ' ')
                    clean[length++] = ' ';
            }
            else
            {
                clean[length++] = c < '\u007F' ? c : '?';
            }
        }
        return clean[..length].TrimEnd().ToString();
    }

    /// <summary>Printable ASCII but blank and colon (RFC 5322 section 2.2), and not long.</summary>
    public static bool IsHeaderName(string name) => name.Length is > 0 and <= 64 && name.All(static c => c is > ' ' and < '\u007F' and not ':');
}
