using Xunit;

namespace Guard.EndToEnd.Tests.Guides;

/// <summary>How a guide is read: nothing in it that a reader would type is passed over in silence.</summary>
public sealed class GuideSpecs
{
    [Fact]
    public void Blocks_are_done_in_their_order_and_comments_are_the_worlds()
    {
        var steps = Guide.Read(
            """
            # A page
            <!-- meanwhile: logger x -->
            ```sh
            apt install x
            ```
            Into `/etc/x.conf`:
            ```hocon file=/etc/x.conf
            a = 1
            ```
            <!-- not run: there is no Docker here -->
            ```sh
            docker ps
            ```
            ```console until
            # accountguard status
            observe mode…

            # true
            ```
            <!-- first value -->
            <!-- copied from=a on=b: /x /y -->
            """
        );
        Assert.Equal(["Meanwhile", "Commands", "Lines", "NotRun", "Dialogue", "Dialogue", "FirstValue", "Copied"], steps.Select(step => step.GetType().Name));
        Assert.Equal(("a", "b", 2), steps[7] is Step.Copied copied ? (copied.From, copied.Machine, copied.Files.Count) : default);
        Assert.Equal("apt install x", ((Step.Commands)steps[1]).Text);
        Assert.Equal(("/etc/x.conf", "a = 1\n", false), ((Step.Lines)steps[2]) is var lines ? (lines.Path, lines.Text, lines.Anew) : default);
        var dialogue = (Step.Dialogue)steps[4];
        Assert.Equal(("accountguard status", true, 15), (dialogue.Command, dialogue.Until, dialogue.Line));
        Assert.Equal("observe mode…", dialogue.Shown[0]);
    }

    [Theory]
    [InlineData("```hocon\na = 1\n```", "names no file")]
    [InlineData("Somewhere:\n```hocon file=/etc/x.conf\na = 1\n```", "does not say that this belongs into /etc/x.conf")]
    [InlineData("Then:\n```sh on=mx1\ntrue\n```", "does not say that this is done on mx1")]
    [InlineData("Text:\n\n    indented\n", "fence it")]
    [InlineData("```console\nanswer\n```", "an answer without a command")]
    public void What_a_reader_could_not_follow_is_refused(string page, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Guide.Read(page)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a\nc", "a\nb\nc\n", null)]
    [InlineData("c\na", "a\nb\nc\n", "a")]
    [InlineData("read 5 …", "x\n  read 5   lines\n", null)]
    [InlineData("read … lines", "read 5 line\n", "read … lines")]
    [InlineData("…\nb.", "bx\n", "b.")]
    public void Shown_lines_stand_in_the_answer_in_their_order(string shown, string answer, string? missing) =>
        Assert.Equal(missing, Answer.Missing(shown.Split('\n'), answer));
}
