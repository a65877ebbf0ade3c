using System.Text;

namespace Guard.Host.Tests.Commands;

/// <summary>Reads a line of a shell as far as examples go: quotes, separators, comments.</summary>
internal static class ShellWords
{
    private const string Program = "accountguard";

    private static readonly string[] Ends = [";", "|", "||", "&&", "&", ">", ">>", "<", "2>", "2>&1", ")"];

    /// <summary>The arguments of each call of the program in a line.</summary>
    public static IEnumerable<string[]> Ours(string line)
    {
        var words = Split(line);
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] != Program && !words[i].EndsWith($"/bin/{Program}", StringComparison.Ordinal))
                continue;
            // A word of another command: a package, a unit, a user.
            if (
                i > 0
                && !Ends.Contains(words[i - 1])
                && words[i - 1] is not ("sudo" or "--" or "$" or "#" or "time" or "then" or "do")
                && (i < 2 || words[i - 2] != "exec")
            )
                continue;
            yield return [.. words.Skip(i + 1).TakeWhile(word => !Ends.Contains(word))];
        }
    }

    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, any, depth) = ('\0', false, 0);
        foreach (var letter in line)
        {
            if (quote != '\0')
            {
                if (letter == quote)
                    quote = '\0';
                else
                    word.Append(letter);
                continue;
            }
            depth += letter == '(' && word.Length > 0 && word[^1] == '$' ? 1 : 0;
            if (depth > 0)
            {
                // What another command says is a part of this word.
                word.Append(letter);
                depth -= letter == ')' ? 1 : 0;
                continue;
            }
            if (letter is '"' or '\'')
                (quote, any) = (letter, true);
            else if (letter == '#' && word.Length == 0 && words.Count > 0)
                break;
            else if (char.IsWhiteSpace(letter) || letter is ';' or '|' or ')')
            {
                End();
                if (letter is ';' or '|' or ')')
                    words.Add(letter.ToString());
            }
            else
                word.Append(letter);
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0 || any)
                words.Add(word.ToString());
            word.Clear();
            any = false;
        }
    }
}
