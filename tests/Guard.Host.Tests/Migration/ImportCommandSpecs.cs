using Guard.Host.Commands;
using Guard.Host.Migration;
using Xunit;

namespace Guard.Host.Tests.Migration;

/// <summary><c>accountguard import</c> as whoever types it sees it.</summary>
public sealed class ImportCommandSpecs
{
    [Fact]
    public void What_was_made_is_shown_and_accepted_by_the_guards_own_reader()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "action=rcpt(sasl_username/90/60/REJECT)\n");
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal(0, ImportCommand.Run(new ImportRequest(PostfwdRules.Program, file), output, errors));
        File.Delete(file);
        Assert.Empty(errors.ToString());
        Assert.Contains("accountguard.policy.default.quotas = [{ per = 60s, recipients = 90 }]", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_one_line()
    {
        using var errors = new StringWriter();
        Assert.Equal(2, ImportCommand.Run(new ImportRequest(PostfwdRules.Program, "/nowhere/postfwd.cf"), TextWriter.Null, errors));
        Assert.Single(errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
