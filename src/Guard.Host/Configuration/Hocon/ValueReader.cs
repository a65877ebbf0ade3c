namespace Guard.Host.Configuration.Hocon;

/// <summary>Reads one value: up to a comma, the end of the line, or the end of what it lies in.</summary>
internal sealed class ValueReader(HoconCursor cursor, string[] prefix)
{
    public RawValue Read(KeyTrail key, Func<int, RawValue> readObject, Func<int, RawValue> readList)
    {
        var parts = new List<RawValue>();
        var begun = cursor.Line;
        while (true)
        {
            var blanks = cursor.Spaces();
            if (Ends())
                break;
            var origin = new Origin(cursor.File, cursor.Line, key);
            var closed = parts is [.., RawObject or RawList];
            if (closed && cursor.Peek() is not ('{' or '[' or '$'))
                break;
            if (blanks.Length > 0 && parts.Count > 0 && parts[^1] is not (RawObject or RawList) && cursor.Peek() is not ('{' or '['))
                parts.Add(new RawText(blanks, true, origin));
            parts.Add(Part(key, origin, readObject, readList));
            if (parts is [.., RawText, RawObject] or [.., RawText, RawList])
                throw cursor.Fault(origin.Line, key.ToString(), $"'{Opening(parts[^1])}' follows a text", "either a text or a section or a list");
        }
        return parts.Count switch
        {
            0 => throw Missing(key, begun),
            1 => parts[0],
            _ => new RawConcatenation(parts, parts[0].Origin),
        };
    }

    private bool Ends() => cursor.End || cursor.SeesComment || cursor.Peek() is '\n' or ',' or '}' or ']';

    private RawValue Part(KeyTrail key, Origin origin, Func<int, RawValue> readObject, Func<int, RawValue> readList)
    {
        switch (cursor.Peek())
        {
            case '{':
                return readObject(origin.Line);
            case '[':
                return readList(origin.Line);
            case '"':
                return new RawText(cursor.Quoted(key), true, origin);
            case '$' when cursor.Peek(1) == '{':
                return Substitution(key, origin);
            case '=' or ':' when cursor.Peek(-1) is ' ' or '\t' || cursor.Peek() == '=':
                throw cursor.Fault(
                    origin.Line,
                    key.ToString(),
                    $"'{cursor.Peek()}' stands in a value",
                    "a comma or a new line before the next key, or the value in quotes"
                );
        }
        if (cursor.SeesUnquoted)
            return new RawText(cursor.Unquoted(), false, origin);
        var mark = cursor.Peek();
        throw cursor.Fault(
            origin.Line,
            key.ToString(),
            char.IsControl(mark) ? $"the control character U+{(int)mark:X4} stands in a value" : $"'{mark}' stands in a value outside of quotes",
            "the value in quotes, such as \"127.0.0.1:8080\""
        );
    }

    private RawSubstitution Substitution(KeyTrail key, Origin origin)
    {
        cursor.Take(2);
        var optional = cursor.Peek() == '?';
        if (optional)
            cursor.Take();
        var path = KeyReader.Read(cursor, KeyTrail.Root);
        if (cursor.Peek() != '}' || path.Length is 0 or > HoconReader.DeepestNesting)
            throw cursor.Fault(origin.Line, key.ToString(), "a substitution is not understood", "${a.key} or ${?a.key}");
        cursor.Take();
        return new RawSubstitution(path, prefix, optional, origin);
    }

    private SyntaxException Missing(KeyTrail key, int line) =>
        cursor.Peek() is '}' or ']'
            ? cursor.Fault(cursor.Line, key.ToString(), $"'{cursor.Peek()}' stands where a value belongs", "a value")
            : cursor.Fault(line, key.ToString(), "has no value", "a value");

    private static string Opening(RawValue value) => value is RawList ? "[" : "{";
}
