using System.Text.RegularExpressions;

namespace Guard.EndToEnd.Tests.Guides;

/// <summary>Whether a command answered what its guide shows.</summary>
internal static class Answer
{
    /// <summary>The first shown line that the answer has not, behind those before it; null when it has all of them.</summary>
    public static string? Missing(IReadOnlyList<string> shown, string answer)
    {
        var lines = answer.Split('\n').Select(Plain).ToArray();
        var at = 0;
        foreach (var expected in shown.Select(Plain).Where(line => line.Length > 0 && line != "…"))
        {
            var pattern = new Regex("^" + string.Join(".*", expected.Split('…').Select(Regex.Escape)) + "$");
            while (at < lines.Length && !pattern.IsMatch(lines[at]))
                at++;
            if (at++ >= lines.Length)
                return expected;
        }
        return null;
    }

    /// <summary>Columns may be wider elsewhere.</summary>
    private static string Plain(string line) => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
