using System.Text;

namespace Guard.Host.Configuration.Hocon;

/// <summary>Reads a key: words and quoted texts, with dots between steps.</summary>
internal static class KeyReader
{
    /// <summary>The steps up to what ends a key, which is left unread.</summary>
    public static string[] Read(HoconCursor cursor, KeyTrail under)
    {
        var line = cursor.Line;
        var steps = new List<string>();
        var step = new StringBuilder();
        var (begun, blanks) = (false, "");
        while (true)
        {
            blanks += cursor.Spaces();
            if (cursor.Peek() == '.')
            {
                cursor.Take();
                Finish();
            }
            else if (cursor.Peek() == '"')
                Append(cursor.Quoted(under));
            else if (cursor.SeesUnquoted)
                Append(cursor.Unquoted(stopAtDot: true));
            else if (cursor.End || cursor.SeesComment || cursor.Peek() is '=' or ':' or '{' or '}' or ']' or '[' or ',' or '\n' || cursor.Sees("+="))
                break;
            else
                throw cursor.Fault(cursor.Line, Known(), $"'{cursor.Peek()}' stands in a key", "the key in quotes, such as \"info@example.com\"");
        }
        if (steps.Count > 0 || begun)
            Finish();
        return [.. steps];

        void Append(string more)
        {
            if (begun)
                step.Append(blanks);
            step.Append(more);
            (begun, blanks) = (true, "");
        }

        void Finish()
        {
            if (!begun)
                throw cursor.Fault(line, Known(), "a step of the key is empty", "a name before and after each dot");
            steps.Add(step.ToString());
            step.Clear();
            (begun, blanks) = (false, "");
        }

        string Known() => steps.Aggregate(under, (trail, one) => trail.Then(one)).ToString();
    }

    /// <summary>A key given by itself, as after <c>--set</c>; null and why when it is none.</summary>
    public static string[]? Parse(string key, out string? problem)
    {
        problem = null;
        try
        {
            var cursor = new HoconCursor("command line", key, firstLine: 0);
            var steps = Read(cursor, KeyTrail.Root);
            if (cursor.End && steps.Length is > 0 and <= HoconReader.DeepestNesting)
                return steps;
            problem = "is not a key";
        }
        catch (SyntaxException failure)
        {
            problem = failure.Fault.Problem;
        }
        return null;
    }
}
