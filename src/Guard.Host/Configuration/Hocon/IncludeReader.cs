namespace Guard.Host.Configuration.Hocon;

/// <summary>Reads <c>include "file"</c>: relative to the file it stands in, and only what is there.</summary>
internal sealed class IncludeReader(string file, SourceFiles files, IReadOnlyList<string> stack)
{
    private const string Expected = "include \"a file beside this one\"";

    public static bool IsNext(HoconCursor cursor)
    {
        if (!cursor.Sees("include"))
            return false;
        var at = 7;
        while (cursor.Peek(at) is ' ' or '\t')
            at++;
        // 'include = 1' and 'include.x = 1' are keys.
        return cursor.Peek(at) == '"' || (at > 7 && IsFunction(cursor, at));
    }

    public void Read(HoconCursor cursor, RawObject into, string[] path)
    {
        var line = cursor.Line;
        cursor.Take(7);
        var name = Name(cursor, line);
        var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, name));
        if (target == file || stack.Contains(target))
        {
            var way = string.Join(" → ", stack.Append(file).SkipWhile(one => one != target).Append(target).Select(Path.GetFileName));
            throw Fault(line, $"'{name}' includes itself: {way}", "files that do not include one another");
        }
        if (
            files.Read(target, fault => fault with { File = cursor.File, Line = line, Key = "include", Problem = $"'{name}': {fault.Problem}" }) is not { } text
        )
            return;
        var inner = new HoconCursor(target, text);
        var next = new IncludeReader(target, files, [.. stack, file]);
        // A broken file is told, and the one that includes it is read on.
        try
        {
            new HoconReader(inner, next, path).File(into, path);
        }
        catch (SyntaxException failure)
        {
            files.Faults.Add(failure.Fault);
            files.IsBroken = true;
        }

        SyntaxException Fault(int at, string problem, string expected) => cursor.Fault(at, "include", problem, expected);
    }

    private static bool IsFunction(HoconCursor cursor, int at)
    {
        var word = "";
        while (char.IsAsciiLetter(cursor.Peek(at)) && word.Length < 10)
            word += cursor.Peek(at++);
        return word is "file" or "required" or "url" or "classpath" && cursor.Peek(at) == '(';
    }

    private static string Name(HoconCursor cursor, int line)
    {
        cursor.Spaces();
        var brackets = 0;
        while (cursor.Sees("required(") || cursor.Sees("file("))
        {
            cursor.Take(cursor.Sees("file(") ? 5 : 9);
            cursor.Spaces();
            brackets++;
        }
        if (cursor.Peek() != '"')
            throw cursor.Fault(line, "include", $"'{cursor.Excerpt()}' is not understood", Expected);
        var name = cursor.Quoted(KeyTrail.Root.Then("include"));
        for (; brackets > 0; brackets--)
        {
            cursor.Spaces();
            if (cursor.Peek() != ')')
                throw cursor.Fault(line, "include", "( is never closed", Expected);
            cursor.Take();
        }
        return name.Length > 0 && !name.Contains('\0') ? name : throw cursor.Fault(line, "include", "names no file", Expected);
    }
}
