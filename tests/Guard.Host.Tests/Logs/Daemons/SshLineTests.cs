using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>OpenSSH by version and shape of line.</summary>
public sealed class SshLineTests
{
    [Theory]
    [InlineData("sshd[7]: Accepted password for anna from 192.0.2.7 port 47446 ssh2", "Ssh Succeeded anna@example.com 192.0.2.7")]
    [InlineData("sshd[7]: Accepted keyboard-interactive/pam for anna from 2001:db8::7 port 47446 ssh2", "Ssh Succeeded anna@example.com 2001:db8::7")]
    [InlineData(
        "sshd-session[7]: Accepted publickey for anna from 192.0.2.7 port 35566 ssh2: ED25519 SHA256:wH7vvOTp/TFl3R+fE0wd",
        "Ssh Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd-session[7]: Accepted publickey for anna from 192.0.2.7 port 5 ssh2: ED25519-CERT SHA256:x ID anna from 6.6.6.6 port 1 ssh2 (serial 0) CA RSA SHA256:y",
        "Ssh Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData("sshd[7]: Failed password for anna from 192.0.2.7 port 4 ssh2", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("sshd[7]: Failed password for anna from 192.0.2.7 port 4 ssh2 ", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("sshd[7]: Failed password for invalid user bert from 192.0.2.7 port 4 ssh2 [preauth]", "Ssh UnknownUser bert@example.com 192.0.2.7")]
    [InlineData("sshd-auth[7]: Failed password for anna from 192.0.2.7 port 4 ssh2", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("sshd[7]: Failed password for invalid user ROOT from 2001:db8::7", "Ssh UnknownUser root@example.com 2001:db8::7")]
    [InlineData("sshd[7]: Failed keyboard-interactive for <invalid username> from 192.0.2.7 port 42742 ssh2", "Ssh WrongPassword  192.0.2.7")]
    [InlineData(
        "sshd[7]: [ID 800047 auth.info] Failed keyboard-interactive for anna from 192.0.2.7 port 54520 ssh2",
        "Ssh WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd[7]: Failed hostbased for anna from 192.0.2.7 port 45785 ssh2: RSA 8c:e3:aa, client user \"anna\", client host \"x\"",
        "Ssh WrongPassword anna@example.com 192.0.2.7"
    )]
    // Several lines of one attempt
    [InlineData(
        "sshd[7]: Invalid user bert from 192.0.2.7 port 4\nsshd[7]: Failed none for invalid user bert from 192.0.2.7 port 4 ssh2\nsshd[7]: Failed password for invalid user bert from 192.0.2.7 port 4 ssh2",
        "Ssh UnknownUser bert@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd[7]: Invalid user bert from 192.0.2.7 port 4\nsshd[7]: Failed password for invalid user bert from 192.0.2.7 port 4 ssh2\nsshd[7]: Failed password for invalid user bert from 192.0.2.7 port 4 ssh2",
        "Ssh UnknownUser bert@example.com 192.0.2.7\nSsh UnknownUser bert@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd[7]: Invalid user bert from 192.0.2.7 port 4\nsshd[7]: Failed publickey for invalid user bert from 192.0.2.7 port 4 ssh2: RSA SHA256:x\nsshd[7]: Connection closed by invalid user bert 192.0.2.7 port 4 [preauth]",
        "Ssh UnknownUser bert@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd[7]: error: PAM: Authentication failure for anna from 192.0.2.7\nsshd[7]: Failed keyboard-interactive/pam for anna from 192.0.2.7 port 4 ssh2",
        "Ssh WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd[7]: error: PAM: Authentication failure for anna from 192.0.2.7\nsshd[7]: error: PAM: Authentication failure for anna from 192.0.2.7",
        "Ssh WrongPassword anna@example.com 192.0.2.7\nSsh WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd[7]: Invalid user bert from 192.0.2.7 port 4\nsshd[7]: error: PAM: User not known to the underlying authentication module for illegal user bert from 192.0.2.7 ",
        "Ssh UnknownUser bert@example.com 192.0.2.7"
    )]
    [InlineData("sshd[7]: error: PAM: Authentication failure for illegal user bert from 192.0.2.7", "Ssh UnknownUser bert@example.com 192.0.2.7")]
    [InlineData("sshd[7]: error: PAM: Authentication failure for anna from host.example.net", "Ssh WrongPassword anna@example.com ")]
    [InlineData("sshd[7]: error: PAM: authentication error for anna from 192.0.2.7 via 198.51.100.1", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "sshd[7]: Failed publickey for anna from 192.0.2.7 port 4 ssh2: RSA SHA256:x\nsshd[7]: error: maximum authentication attempts exceeded for anna from 192.0.2.7 port 4 ssh2 [preauth]",
        "Ssh WrongPassword anna@example.com 192.0.2.7"
    )]
    // A relay of logs put the kernel's stamp in front
    [InlineData(
        "sshd[7]: kernel:[  970.699396]: Failed keyboard-interactive for anna from 192.0.2.7 port 4 ssh2",
        "Ssh WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "sshd[7]: kernel: [12970.699398] Failed password for invalid user bert from 192.0.2.7 port 4 ssh2",
        "Ssh UnknownUser bert@example.com 192.0.2.7"
    )]
    // The key was right, and PAM's account step said no
    [InlineData("sshd[7]: fatal: Access denied for user anna by PAM account configuration [preauth]", "Ssh Refused anna@example.com ")]
    // Nobody's name
    [InlineData("sshd[7]: Failed password for invalid user from 192.0.2.7 port 4 ssh2", "Ssh UnknownUser  192.0.2.7")]
    [InlineData("sshd[7]: Invalid user  from 192.0.2.7 port 4", "Ssh UnknownUser  192.0.2.7")]
    [InlineData("sshd[7]: Invalid user bert from 192.0.2.7", "Ssh UnknownUser bert@example.com 192.0.2.7")]
    // Refused whatever the password
    [InlineData(
        "sshd[7]: User root from 192.0.2.7 not allowed because not listed in AllowUsers\nsshd[7]: Failed password for invalid user root from 192.0.2.7 port 4 ssh2",
        "Ssh Refused root@example.com 192.0.2.7"
    )]
    [InlineData("sshd[7]: ROOT LOGIN REFUSED FROM 192.0.2.7 port 12345 [preauth]", "Ssh Refused root@example.com 192.0.2.7")]
    public void Logins_and_failures(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData("sshd[7]: Failed none for anna from 192.0.2.7 port 4 ssh2")]
    [InlineData("sshd[7]: Failed publickey for anna from 192.0.2.7 port 4 ssh2: RSA SHA256:x")]
    [InlineData("sshd[7]: Postponed publickey for anna from 192.0.2.7 port 57904 ssh2 [preauth]")]
    [InlineData("sshd[7]: Connection closed by authenticating user anna 192.0.2.7 port 57162 [preauth]")]
    [InlineData("sshd[7]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=anna")]
    [InlineData("sshd[7]: Server listening on 192.0.2.1 port 22.")]
    [InlineData("sshd[7]: error: kex_exchange_identification: Connection closed by remote host")]
    [InlineData("sshd(pam_unix)[7]: authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=anna")]
    [InlineData("sshd[7]: Disconnected from user anna 192.0.2.7 port 57168")]
    [InlineData("sshd-session[7]: Received disconnect from 192.0.2.7 port 5:11: Bye Bye [preauth]")]
    [InlineData("sshd[7]: User anna not allowed because account is locked")]
    [InlineData("sshd[7]: User not allowed because x")]
    [InlineData("sshd[7]: drop connection #10 from [192.0.2.7]:22 on [192.0.2.1]:22 past MaxStartups")]
    public void Lines_without_a_login(string line) => LineTable.Check(line, LineTable.Nothing);

    [Theory]
    [InlineData("sshd[7]: Failed password for invalid user x from 6.6.6.6 port 1 ssh2: y from 192.0.2.7 port 4 ssh2")]
    [InlineData("sshd[7]: Glorp of an unheard kind")]
    public void Lines_that_are_not_believed(string line) => LineTable.Check(line, LineTable.Unknown);
}
