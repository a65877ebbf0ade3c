using System.Text;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What real daemons wrote. The captures are not part of this repository: without them the tests say so and are skipped.</summary>
public sealed class CaptureTests
{
    [Theory]
    [InlineData("dovecot-syslog-rfc3164.log")]
    [InlineData("dovecot-syslog-rfc3339.log")]
    [InlineData("dovecot-logfile.log")]
    [InlineData("postfix.log")]
    [InlineData("sendmail.log")]
    [InlineData("sshd.log")]
    [InlineData("proftpd-syslog.log")]
    [InlineData("vsftpd.log")]
    [InlineData("vsftpd-pam-syslog.log")]
    [InlineData("rfc3339-syslog.log")]
    [InlineData("account-tools-syslog.log")]
    public void Every_line_that_real_daemons_wrote_is_understood(string name)
    {
        var file = Path.Combine(Repository.Root, "..", "shared", "captures", name);
        Assert.SkipUnless(File.Exists(file), $"the capture {name} is not beside this checkout (../shared/captures)");
        var parser = new LogParser(Parsed.Settings, new UserNameRules("example.com"), new PlaceLookup([]));
        var observations = new List<Observation>();
        long offset = 0;
        var unparsed = new List<string>();
        foreach (var line in File.ReadLines(file))
        {
            if (parser.Feed(Encoding.UTF8.GetBytes(line), 0, offset, observations) == LineResult.Unknown)
                unparsed.Add(line);
            offset += line.Length + 1;
        }
        Assert.Empty(unparsed);
        if (name is not ("account-tools-syslog.log"))
            Assert.NotEmpty(observations);
    }
}
