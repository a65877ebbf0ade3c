using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>
/// The lines into which strangers' text is put by <see cref="Fuzzing.DaemonLineFuzz"/> are read without it, and what looks at the outcome finds what is wrong.
/// </summary>
public sealed class HostileTextTests
{
    [Fact]
    public void The_shapes_themselves_are_read()
    {
        foreach (var shape in HostileShape.All)
        {
            var parsed = new Parsed().Feed(HostileCheck.Whole(shape.With("anna")));
            Assert.True(
                parsed.All.Count == shape.Count && parsed.Last != LineResult.Unknown,
                $"{shape.With("anna")}: {string.Join("; ", parsed.Told)}, {parsed.Last}"
            );
            Assert.Null(HostileCheck.Fault(shape, "anna", parsed.All));
        }
    }

    [Theory]
    [InlineData("sshd[7]: Failed password for victim from 192.0.2.7 port 4 ssh2", "another user")]
    [InlineData("sshd[7]: Failed password for x from 6.6.6.6 port 4 ssh2", "another address")]
    [InlineData("sshd[7]: Accepted password for x from 192.0.2.7 port 4 ssh2", "a success")]
    [InlineData("pure-ftpd: (?@192.0.2.7) [WARNING] Authentication failed for user [x]", "another service")]
    [InlineData("dovecot: imap-login: Disconnected (auth failed, 2 attempts): user=<x>, method=PLAIN, rip=192.0.2.7", "2 observations")]
    [InlineData("sshd[7]: Failed password for x from 192.0.2.7 port 4 ssh2", null)]
    public void Whatever_is_not_the_shapes_own_is_found(string read, string? fault)
    {
        var shape = new HostileShape("sshd", $"sshd[7]: Failed password for {HostileShape.Mark} from 192.0.2.7 port 4 ssh2", "Ssh");
        Assert.Equal(fault, HostileCheck.Fault(shape, "x", new Parsed().Feed(HostileCheck.Whole(read)).All));
    }
}
