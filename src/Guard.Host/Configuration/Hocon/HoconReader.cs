namespace Guard.Host.Configuration.Hocon;

/// <summary>
/// Reads HOCON strictly: what does not fit is a fault with its line, never skipped. Each character is read once, so reading ends whatever the text.
/// </summary>
internal sealed class HoconReader(HoconCursor cursor, IncludeReader? includes, string[] prefix)
{
    public const int DeepestNesting = 64;

    private readonly ValueReader _values = new(cursor, prefix);

    /// <summary>A whole file, with or without braces around it.</summary>
    public void File(RawObject into, string[] path)
    {
        cursor.Blank();
        if (cursor.Peek() == '[')
            throw cursor.Fault(cursor.Line, "", "the file holds a list", "keys and values");
        var braced = cursor.Peek() == '{';
        if (braced)
            Braced(into, path, into.Origin.Key);
        else
            Members(into, path, into.Origin.Key);
        cursor.Blank();
        if (!cursor.End)
            throw cursor.Fault(
                cursor.Line,
                "",
                braced || cursor.Peek() == '}' ? $"'{cursor.Excerpt()}' follows the last closing brace" : $"'{cursor.Excerpt()}' is out of place",
                "the end of the file"
            );
    }

    /// <summary>A value given by itself, as after <c>--set</c>.</summary>
    public RawValue Alone(KeyTrail key)
    {
        cursor.Blank();
        var value = Value(key, []);
        cursor.Blank();
        return cursor.End ? value : throw cursor.Fault(cursor.Line, key.ToString(), $"'{cursor.Excerpt()}' follows the value", "one value");
    }

    private void Members(RawObject into, string[] path, KeyTrail key)
    {
        while (true)
        {
            cursor.Blank();
            if (cursor.End || cursor.Peek() is '}')
                return;
            // Behind a closing mark the next key may follow at once: nothing else can be meant.
            var closed = Member(into, path, key) is RawObject or RawList;
            var separated = cursor.Blank();
            if (cursor.Peek() == ',')
            {
                cursor.Take();
                cursor.Blank();
                if (cursor.Peek() == ',')
                    throw cursor.Fault(cursor.Line, key.ToString(), "two commas follow one another", "a key");
            }
            else if (!separated && !closed && cursor.Peek() != '}')
                throw cursor.Fault(cursor.Line, key.ToString(), $"'{cursor.Excerpt()}' is out of place", "a comma or a new line before the next key");
        }
    }

    private RawValue? Member(RawObject into, string[] path, KeyTrail under)
    {
        var line = cursor.Line;
        if (includes is not null && IncludeReader.IsNext(cursor))
        {
            includes.Read(cursor, into, path);
            return null;
        }
        var steps = KeyReader.Read(cursor, under);
        var key = under;
        foreach (var step in steps)
            key = key.Then(step);
        if (steps.Length == 0)
            throw cursor.Fault(line, under.ToString(), $"'{cursor.Excerpt()}' stands where a key belongs", "a key");
        CheckDepth(key, line);
        var origin = new Origin(cursor.File, line, key);
        var full = (string[])[.. path, .. steps];
        RawValue value;
        if (cursor.Sees("+="))
        {
            cursor.Take(2);
            cursor.Blank();
            var item = Value(key.Item(0), full);
            value = new RawConcatenation([new RawPrior(origin), new RawList([item], origin)], origin);
        }
        else
        {
            if (cursor.Peek() is '=' or ':')
            {
                cursor.Take();
                cursor.Blank();
            }
            else if (cursor.Peek() != '{')
                throw cursor.Fault(line, key.ToString(), "has no value", "= and a value, or { … }");
            value = Value(key, full);
        }
        Place(into, under, steps, origin, value);
        return value;
    }

    private static void Place(RawObject into, KeyTrail under, string[] steps, Origin origin, RawValue value)
    {
        var trail = under;
        foreach (var step in steps.AsSpan(..^1))
        {
            trail = trail.Then(step);
            into = into.Descend(step, origin with { Key = trail });
        }
        into.Assign(steps[^1], value);
    }

    private RawValue Value(KeyTrail key, string[] path) => _values.Read(key, line => Object(key, path, line), line => List(key, line));

    private RawObject Object(KeyTrail key, string[] path, int line)
    {
        var value = new RawObject(new Origin(cursor.File, line, key));
        Braced(value, path, key);
        return value;
    }

    private void Braced(RawObject into, string[] path, KeyTrail key)
    {
        var opened = cursor.Line;
        cursor.Take();
        Members(into, path, key);
        if (cursor.End)
            throw cursor.Fault(opened, "", "{ is never closed", "its closing mark");
        cursor.Take();
    }

    private RawList List(KeyTrail key, int opened)
    {
        cursor.Take();
        var list = new RawList([], new Origin(cursor.File, opened, key));
        var item = key.Item(0);
        CheckDepth(item, opened);
        while (true)
        {
            cursor.Blank();
            if (cursor.End)
                throw cursor.Fault(opened, "", "[ is never closed", "its closing mark");
            if (cursor.Peek() == ']')
                break;
            list.Items.Add(Value(item, []));
            item = key.Item(list.Items.Count);
            var separated = cursor.Blank();
            if (cursor.Peek() == ',')
                cursor.Take();
            else if (cursor.Peek() is '}' or '=' or ':' || (cursor.Peek() == '{' && !separated))
                throw cursor.Fault(cursor.Line, key.ToString(), $"'{cursor.Peek()}' stands in a list", "values only, and ] at its end");
            else if (!separated && !cursor.End && cursor.Peek() != ']')
                throw cursor.Fault(cursor.Line, key.ToString(), $"'{cursor.Excerpt()}' is out of place", "a comma, a new line or ]");
        }
        cursor.Take();
        return list;
    }

    private void CheckDepth(KeyTrail key, int line)
    {
        if (key.Depth > DeepestNesting)
            throw cursor.Fault(line, "", $"is nested more than {DeepestNesting} deep", $"at most {DeepestNesting} keys and lists within one another");
    }
}
