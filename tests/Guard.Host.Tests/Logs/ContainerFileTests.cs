using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>Daemons that write neither stamp nor tag in a container: the file's place says which container it is.</summary>
public sealed class ContainerFileTests
{
    private const string Id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Accepted = "2026-11-24T02:14:15.123456789Z stderr F Accepted password for anna from 192.0.2.7 port 4 ssh2";
    private const string Bad = "2026-11-24T02:14:15.123456789Z stderr F [7] Nov 24 02:14:15 Bad password attempt for 'anna' from 192.0.2.7:4000";
    private const string Login =
        "2026-11-24T02:14:15.123456789Z stdout F Nov 24 02:14:15 pod dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7";

    [Theory]
    [InlineData("/var/log/containers/box-6c9f_hosting_sshd-" + Id + ".log", Accepted, "Ssh Succeeded anna@example.com 192.0.2.7")]
    [InlineData("/var/log/pods/hosting_box-6c9f_7a1e/openssh-server/0.log", Accepted + "\r", "Ssh Succeeded anna@example.com 192.0.2.7")]
    [InlineData("/var/log/pods/hosting_box-6c9f_7a1e/sftp/1.log.20261127-120000", Accepted, "Ssh Succeeded anna@example.com 192.0.2.7")]
    [InlineData("/var/log/pods/hosting_box-6c9f_7a1e/dropbear/0.log", Bad, "Ssh WrongPassword anna@example.com 192.0.2.7")]
    // A line that has its program needs no name.
    [InlineData("/var/log/pods/hosting_box-6c9f_7a1e/app/0.log", Login, "Imap Succeeded anna@example.com 192.0.2.7")]
    // Neither the pod nor its namespace speaks for a container, and no other file does.
    [InlineData("/var/log/pods/sshd_sshd_7a1e/app/0.log", Accepted, null)]
    [InlineData("/var/log/containers/sshd_sshd_app-" + Id + ".log", Accepted, null)]
    [InlineData("/var/log/containers/box_hosting_sshd.log", Accepted, null)]
    [InlineData("/srv/sshd/0.log", Accepted, null)]
    [InlineData(null, Accepted, null)]
    public void A_containers_name_stands_in_for_the_programs(string? file, string line, string? expected)
    {
        var parsed = new Parsed(Parsed.Settings with { File = file }).Feed(line);
        Assert.Equal(expected is null ? [] : [expected], parsed.Told);
        if (expected is null)
            Assert.Equal(LineResult.Foreign, parsed.Last);
    }
}
