using System.Globalization;
using System.Text;

namespace Guard.Host.Configuration.Hocon;

/// <summary>A place in a HOCON text that moves forward only and knows its line.</summary>
internal sealed class HoconCursor(string file, string text, int firstLine = 1)
{
    /// <summary>HOCON keeps these for itself; outside of quotes they are nearly always a forgotten quote.</summary>
    private const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";

    private int _at;

    public string File => file;

    public int Line { get; private set; } = firstLine;

    public bool End => _at >= text.Length;

    public char Peek(int ahead = 0) => (uint)(_at + ahead) < (uint)text.Length ? text[_at + ahead] : '\0';

    public bool Sees(string what) => string.CompareOrdinal(text, _at, what, 0, what.Length) == 0;

    public bool SeesComment => Peek() == '#' || Sees("//");

    public bool SeesUnquoted => !End && !IsBlank(Peek()) && !SeesComment && !Reserved.Contains(Peek()) && !IsStrangeControl(Peek());

    public char Take()
    {
        var c = text[_at++];
        if (c == '\n')
            Line++;
        return c;
    }

    public void Take(int count)
    {
        for (; count > 0; count--)
            Take();
    }

    /// <summary>Blanks within a line, as written: between two words of a value they belong to it.</summary>
    public string Spaces()
    {
        var from = _at;
        while (!End && Peek() != '\n' && IsBlank(Peek()))
            _at++;
        return text[from.._at];
    }

    /// <summary>Blanks, comments and ends of lines; whether a line ended.</summary>
    public bool Blank()
    {
        var line = Line;
        while (!End)
        {
            if (SeesComment)
            {
                while (!End && Peek() != '\n')
                    _at++;
            }
            else if (IsBlank(Peek()))
                Take();
            else
                break;
        }
        return Line != line || End;
    }

    public string Unquoted(bool stopAtDot = false)
    {
        var from = _at;
        while (SeesUnquoted && !(stopAtDot && Peek() == '.'))
            _at++;
        return text[from.._at];
    }

    public string Quoted(KeyTrail key)
    {
        if (Sees("\"\"\""))
            return TripleQuoted();
        var opened = Line;
        Take();
        var inside = new StringBuilder();
        while (true)
        {
            if (End || Peek() == '\n')
                throw Fault(opened, "syntax", "\" is never closed", "its closing mark on the same line");
            var c = Take();
            if (c == '"')
                return inside.ToString();
            if (c == '\\')
                inside.Append(Escape(key));
            else if (IsStrangeControl(c))
                throw Fault(Line, key.ToString(), $"the control character U+{(int)c:X4} stands in a text", "an escape such as \\u0007");
            else
                inside.Append(c);
        }
    }

    /// <summary>The marks behind the cursor, for a message.</summary>
    public string Excerpt()
    {
        var end = _at;
        while (end < text.Length && end - _at < 30 && text[end] is not ('\n' or '\r'))
            end++;
        return text[_at..end].TrimEnd();
    }

    public SyntaxException Fault(int line, string key, string problem, string expected) =>
        new(new ConfigurationFault(file, line, key.Length == 0 ? "syntax" : key, problem, expected));

    private string TripleQuoted()
    {
        var opened = Line;
        var end = text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
        if (end < 0)
            throw Fault(opened, "syntax", "\"\"\" is never closed", "its closing mark");
        // Quotes right before the closing three belong to the text.
        while (end + 3 < text.Length && text[end + 3] == '"')
            end++;
        var inside = text[(_at + 3)..end];
        Take(end + 3 - _at);
        return inside;
    }

    private char Escape(KeyTrail key)
    {
        var c = End ? '\0' : Peek();
        const string Names = "\"\\/bfnrt";
        if (c != '\0' && Names.IndexOf(c) is var known and >= 0)
        {
            Take();
            return "\"\\/\b\f\n\r\t"[known];
        }
        if (
            c == 'u'
            && _at + 5 <= text.Length
            && ushort.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
        )
        {
            Take(5);
            return (char)code;
        }
        throw Fault(
            Line,
            key.ToString(),
            "a backslash in quotes is followed by no escape",
            "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041, or \\\\ for the backslash itself"
        );
    }

    private static bool IsBlank(char c) => char.IsWhiteSpace(c) || c == '\uFEFF';

    private static bool IsStrangeControl(char c) => char.IsControl(c) && c is not ('\t' or '\r' or '\n');
}
