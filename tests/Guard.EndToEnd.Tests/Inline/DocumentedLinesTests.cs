using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>The lines that the pages of the servers tell an admin to write are those that the tests beside this one run with.</summary>
public sealed class DocumentedLinesTests
{
    [Fact]
    public void The_documented_lines_are_the_tried_ones()
    {
        Expect("postfix.md", MailServerConfiguration.PostfixMaster("127.0.0.1:587", "/map", 10031));
        Expect("dovecot.md", MailServerConfiguration.Dovecot("/root", 143, 110, 8084));
        Expect("sendmail.md", SendmailConfiguration.Macros(587, 10033));
    }

    private static void Expect(string page, string tried)
    {
        var lines = File.ReadAllText(Path.Combine(GuardProgram.Root, "docs", page)).Split("```")[1].Trim('\n').Split('\n');
        var known = tried.Split('\n').Select(line => line.Trim()).ToHashSet();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains(line.Trim(), known));
    }
}
