namespace Guard.EndToEnd.Tests.Guides;

/// <summary>One thing that a guide asks of its reader.</summary>
/// <param name="Line">Where it stands in the guide.</param>
/// <param name="Machine">On which of the guide's machines; empty: its only one.</param>
internal abstract record Step(int Line, string Machine)
{
    /// <summary>Commands as they are pasted, one after the other; the first that fails is the end.</summary>
    public sealed record Commands(int Line, string Machine, string Text) : Step(Line, Machine);

    /// <summary>A command and what the guide shows of its answer: lines in their order, … for whatever stands there.</summary>
    /// <param name="Until">It is asked again until it answers so.</param>
    /// <param name="Fails">It ends with a code that is not 0.</param>
    public sealed record Dialogue(int Line, string Machine, string Command, IReadOnlyList<string> Shown, bool Until, bool Fails) : Step(Line, Machine);

    /// <summary>Lines that belong into a file.</summary>
    /// <param name="Anew">They are all of it, not its new end.</param>
    public sealed record Lines(int Line, string Machine, string Path, string Text, bool Anew) : Step(Line, Machine);

    /// <summary>What others do at this point of the guide: the world's part, not the reader's, and not shown to them.</summary>
    public sealed record Meanwhile(int Line, string Machine, string Text) : Step(Line, Machine);

    /// <summary>Files that get from one machine to another in a way that the test has and the reader has not.</summary>
    public sealed record Copied(int Line, string Machine, string From, IReadOnlyList<string> Files) : Step(Line, Machine);

    /// <summary>What cannot be run, with the reason.</summary>
    public sealed record NotRun(int Line, string Text, string Reason) : Step(Line, "");

    /// <summary>By here the reader has what they came for.</summary>
    public sealed record FirstValue(int Line) : Step(Line, "");
}
