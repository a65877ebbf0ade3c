using Markdig;
using Markdig.Syntax;

namespace Guard.EndToEnd.Tests.Guides;

/// <summary>
/// A page of docs/guides, read as its reader does: from top to bottom, one fenced block after the other. What a block is says its first word (sh: commands to be
/// pasted; console: a command behind "# " and its answer; anything else: lines of a file), and how it is meant the words behind it, which a page does not show: file=PATH
/// (and anew), on=MACHINE, until, fails. Comments of the page: "not run: REASON" before a block, "meanwhile: COMMANDS" or "meanwhile on=MACHINE: COMMANDS",
/// "copied from=MACHINE on=MACHINE: FILES", and "first value".
/// </summary>
internal static class Guide
{
    private const string Prompt = "# ";

    public static IReadOnlyList<Step> Read(string text)
    {
        List<Step> steps = [];
        var reason = "";
        var prose = "";
        foreach (var block in Markdown.Parse(text).Descendants())
        {
            switch (block)
            {
                case HtmlBlock { Type: HtmlBlockType.Comment } comment:
                    reason = Comment(Content(comment), comment.Line + 1, steps);
                    break;
                case FencedCodeBlock fence:
                    steps.AddRange(reason.Length > 0 ? [new Step.NotRun(fence.Line + 1, Content(fence), reason)] : Block(fence, prose));
                    reason = "";
                    break;
                case LeafBlock leaf when leaf.Inline is not null:
                    prose = text.Substring(leaf.Span.Start, leaf.Span.Length);
                    break;
                case CodeBlock code:
                    throw new FormatException($"line {code.Line + 1}: an indented block does not say what it is: fence it");
            }
        }
        return steps;
    }

    private static string Content(LeafBlock block) => block.Lines.ToString().Replace("\r", "", StringComparison.Ordinal);

    /// <summary>Why the next block is not run; empty when the comment says something else.</summary>
    private static string Comment(string comment, int line, List<Step> steps)
    {
        var text = comment.Trim()["<!--".Length..^"-->".Length].Trim();
        if (text == "first value")
            steps.Add(new Step.FirstValue(line));
        else if (text.StartsWith("meanwhile", StringComparison.Ordinal))
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var machine = text[..colon].Split("on=") is [_, var named] ? named.Trim() : "";
            steps.Add(new Step.Meanwhile(line, machine, text[(colon + 1)..].Trim()));
        }
        else if (text.StartsWith("copied", StringComparison.Ordinal))
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var words = text[..colon].Split(' ');
            steps.Add(new Step.Copied(line, Value(words, "on="), Value(words, "from="), text[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        }
        else if (text.StartsWith("not run:", StringComparison.Ordinal))
            return text["not run:".Length..].Trim();
        return "";
    }

    private static IEnumerable<Step> Block(FencedCodeBlock fence, string prose)
    {
        var line = fence.Line + 1;
        var words = (fence.Arguments ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var machine = Value(words, "on=");
        // A reader sees none of the words: what they say has to stand before the block too.
        if (machine.Length > 0 && !prose.Contains(machine, StringComparison.Ordinal))
            throw new FormatException($"line {line}: the text before does not say that this is done on {machine}");
        switch (fence.Info)
        {
            case "sh":
                return [new Step.Commands(line, machine, Content(fence))];
            case "console":
                return Dialogues(line, machine, Content(fence), words.Contains("until"), words.Contains("fails"));
        }
        var file = Value(words, "file=");
        if (file.Length == 0)
            throw new FormatException($"line {line}: a block of {fence.Info} names no file (file=…) and no reason why it is not run (<!-- not run: … -->)");
        if (!prose.Contains(file, StringComparison.Ordinal))
            throw new FormatException($"line {line}: the text before does not say that this belongs into {file}");
        return [new Step.Lines(line, machine, file, Content(fence) + "\n", words.Contains("anew"))];
    }

    private static string Value(string[] words, string key) => Array.Find(words, word => word.StartsWith(key, StringComparison.Ordinal))?[key.Length..] ?? "";

    private static IEnumerable<Step> Dialogues(int line, string machine, string text, bool until, bool fails)
    {
        var number = line;
        List<Step.Dialogue> all = [];
        foreach (var shown in text.Split('\n'))
        {
            number++;
            if (shown.StartsWith(Prompt, StringComparison.Ordinal))
                all.Add(new Step.Dialogue(number, machine, shown[Prompt.Length..], [], until, fails));
            else if (all is [.., var last])
                all[^1] = last with { Shown = [.. last.Shown, shown] };
            else
                throw new FormatException($"line {number}: an answer without a command");
        }
        return all;
    }
}
