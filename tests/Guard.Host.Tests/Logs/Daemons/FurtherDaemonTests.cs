using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>Dropbear (svr-authpasswd.c, svr-authpam.c, svr-auth.c), the University of Washington's imapd and ipop3d, Horde, and what syslogd repeats.</summary>
public sealed class FurtherDaemonTests
{
    [Theory]
    [InlineData("dropbear[7]: Password auth succeeded for 'anna' from 192.0.2.7:4000", "Ssh Succeeded anna@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: PAM password auth succeeded for 'anna' from 192.0.2.7:4000", "Ssh Succeeded anna@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: Pubkey auth succeeded for 'anna' with ssh-ed25519 key SHA256:x from 192.0.2.7:4000", "Ssh Succeeded anna@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: Bad password attempt for 'anna' from 192.0.2.7:4000", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: bad password attempt for 'anna' from ::ffff:192.0.2.7:4000", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: Bad PAM password attempt for 'anna' from 192.0.2.7:4000", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: Login attempt for nonexistent user from 2001:db8::7:4000", "Ssh UnknownUser  2001:db8::7")]
    [InlineData("dropbear[7]: Login attempt for nonexistent user 'bert' from 192.0.2.7:4000", "Ssh UnknownUser bert@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: Bad password attempt for 'x' from 6.6.6.6:1' from 192.0.2.7:4000", "Ssh WrongPassword  192.0.2.7")]
    [InlineData("dropbear[7]: Exit before auth (user 'anna', 10 fails): Max auth tries reached - user 'anna' from 192.0.2.7:4000", LineTable.Nothing)]
    [InlineData("dropbear[7]: Child connection from 192.0.2.7:4000", LineTable.Nothing)]
    [InlineData("dropbear[7]: [7] Nov 24 02:14:15 Bad password attempt for 'anna' from 192.0.2.7:4000", "Ssh WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("dropbear[7]: Glorp of an unheard kind", LineTable.Unknown)]
    public void Dropbear(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData(
        "dovecot: Nov 24 02:14:15 Info: imap-login: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "Nov 24 02:14:15 Info: pop3-login: Aborted login (1 authentication attempts): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1",
        "Pop3 WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("Nov 24 02:14:15 Info: auth(default): passwd-file(anna@example.com,192.0.2.7): unknown user", "Smtp UnknownUser anna@example.com 192.0.2.7")]
    [InlineData("dovecot: Nov 24 02:14:15 Info: IMAP(anna@example.com): Disconnected: Logged out bytes=59/566", LineTable.Nothing)]
    public void Files_of_Dovecot_1(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData("imapd[7]: Login user=anna host=pc.example.net [192.0.2.7]", "Imap Succeeded anna@example.com 192.0.2.7")]
    [InlineData("imapd[7]: Authenticated user=anna host=pc.example.net [192.0.2.7] mechanism=PLAIN", "Imap Succeeded anna@example.com 192.0.2.7")]
    [InlineData("imapd[7]: Authenticated user=anna host=pc.example.net [192.0.2.7] mech=PLAIN", "Imap Succeeded anna@example.com 192.0.2.7")]
    [InlineData("imapd[7]: AUTHENTICATE PLAIN failure host=pc.example.net [192.0.2.7]", "Imap WrongPassword  192.0.2.7")]
    [InlineData("ipop3d[7]: Login failed user=anna auth=anna host=pc.example.net [192.0.2.7]", "Pop3 WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("imapd[7]: Login excessive login failures user=anna auth=anna host=x [192.0.2.7]", "Imap WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("imapd[7]: Login disabled user=anna auth=anna host=x [192.0.2.7]", "Imap Refused anna@example.com 192.0.2.7")]
    [InlineData("imapd[7]: Login failed user=v host=x [6.6.6.6] auth=v host=x [6.6.6.6] host=pc [192.0.2.7]", "Imap WrongPassword  192.0.2.7")]
    [InlineData("imapd[7]: Login user=v host=x [6.6.6.6] host=pc [192.0.2.7]", LineTable.Unknown)]
    [InlineData("imapd[7]: Logout user=anna host=pc [192.0.2.7]", LineTable.Nothing)]
    [InlineData("imapd[7]: Failed master override of user=anna  host=pc [192.0.2.7]", "Imap WrongPassword  192.0.2.7")]
    [InlineData("imapd[7]: Failed master override of user=anna  host=pc [192.0.2.7] ", "Imap WrongPassword  192.0.2.7")]
    [InlineData("imapd[7]: Failed x override of user=v host=x [6.6.6.6] override of user=anna  host=pc [192.0.2.7]", "Imap WrongPassword  192.0.2.7")]
    public void University_of_Washington(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData(
        "HORDE: [imp] Login success for anna [192.0.2.7] to {mx:143 [imap/notls]} [pid 7 on line 155 of \"/x\"]",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "HORDE: [error] [imp] FAILED LOGIN for anna [192.0.2.7] to {mx:993 [imap/ssl]} [pid 7 on line 139 of /x\"]",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("HORDE: [horde] FAILED LOGIN for anna to horde (192.0.2.7) [pid 7 on line 198 of \"/x\"]", "Web WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "Nov 24 02:14:15 HORDE [error] [horde] FAILED LOGIN for anna [192.0.2.7] to Horde [on line 116 of \"/x\"]",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "HORDE: [error] [imp] FAILED LOGIN for anna [10.0.0.2](forwarded for [192.0.2.7]) to {mx:993 [imap/ssl]} [pid 7]",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "HORDE: [error] [imp] FAILED LOGIN for anna [192.0.2.7](forwarded for [6.6.6.6]) to {mx:993 [imap/ssl]} [pid 7]",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    // Horde 5
    [InlineData("HORDE: [imp] Login success for anna (192.0.2.7) to {imap://mx/} [pid 7]", "Web Succeeded anna@example.com 192.0.2.7")]
    [InlineData("HORDE: [imp] Login success for anna (Horde user bert) (192.0.2.7) to {imap://mx/} [pid 7]", "Web Succeeded anna@example.com 192.0.2.7")]
    [InlineData("HORDE: [imp] FAILED LOGIN for anna (192.0.2.7) to {imap://mx/} [pid 7]", "Web WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("HORDE: [imp] FAILED LOGIN for anna (Horde user x) (192.0.2.7) to {imap://mx/} [pid 7]", "Web WrongPassword  192.0.2.7")]
    [InlineData("HORDE: [horde] FAILED LOGIN for anna to horde (10.0.0.2) (forwarded for [192.0.2.7]) [pid 7]", "Web WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "HORDE: [imp] FAILED LOGIN for anna [10.0.0.2] (forwarded for [192.0.2.7]) to {mx:143} [pid 7]",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("HORDE: [horde] FAILED LOGIN for v (6.6.6.6) to horde (192.0.2.7) [pid 7]", LineTable.Unknown)]
    [InlineData("HORDE: [imp] FAILED LOGIN for v [6.6.6.6](forwarded for [192.0.2.7] to {mx:993 [imap/ssl]} [pid 7]", LineTable.Unknown)]
    [InlineData("HORDE: [imp] FAILED LOGIN for v [10.0.0.2](forwarded for [6.6.6.6] to x [1.1.1.1]) to {mx:993 [imap/ssl]} [pid 7]", LineTable.Unknown)]
    [InlineData("HORDE: [imp] FAILED LOGIN for v [6.6.6.6](forwarded for [6.6.6.6]) to x [192.0.2.7] to {mx:993 [imap/ssl]} [pid 7]", LineTable.Unknown)]
    [InlineData("HORDE: [imp] FAILED LOGIN for v [6.6.6.6] to x [192.0.2.7] to {mx:993 [imap/ssl]} [pid 7]", LineTable.Unknown)]
    [InlineData("HORDE: [imp] Message sent to a@remote.test from anna", LineTable.Nothing)]
    public void Horde(string lines, string expected) => LineTable.Check(lines, expected);

    /// <summary>Whatever the program is called, where PAM says from where somebody failed; not what another program tells again.</summary>
    [Theory]
    [InlineData(
        "xrdp-sesman[7]: pam_unix(xrdp-sesman:auth): authentication failure; logname= uid=0 euid=0 tty=xrdp ruser= rhost=192.0.2.7  user=anna",
        "Other WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "wu-ftpd[7]: pam_unix(wu-ftpd:auth): authentication failure; logname= uid=0 euid=0 tty= ruser=x rhost=192.0.2.7",
        "Other WrongPassword x@example.com 192.0.2.7"
    )]
    public void Pam_of_any_program(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData("sudo: pam_unix(sudo:auth): authentication failure; logname=anna uid=1 euid=0 tty=/dev/pts/1 ruser=anna rhost=  user=anna")]
    [InlineData("authdaemond: pam_unix(imap:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7  user=anna")]
    [InlineData("myapp[7]: said pam_unix(x:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7  user=anna")]
    public void Pam_at_the_machine_itself_or_told_again_is_foreign(string line)
    {
        var parsed = new Parsed().Feed($"Nov 24 02:14:15 mail {line}");
        Assert.Empty(parsed.All);
        Assert.Equal(LineResult.Foreign, parsed.Last);
    }

    [Theory]
    [InlineData("postfix/smtpd[7]: warning: x[192.0.2.7]: SASL PLAIN authentication failed:", "Smtp WrongPassword  192.0.2.7")]
    [InlineData("postfix/smtpd[7]: warning: x[192.0.2.7]: SASL PLAIN authentication failed: ", "Smtp WrongPassword  192.0.2.7")]
    public void A_failure_without_a_reason(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData("dropbear[7]: Bad password attempt for 'anna' from 192.0.2.7:4000\nlast message repeated 2 times", 3)]
    [InlineData("dropbear[7]: Bad password attempt for 'anna' from 192.0.2.7:4000\nlast message repeated 1 time\nlast message repeated 2 times", 4)]
    [InlineData("dropbear[7]: Bad password attempt for 'anna' from 192.0.2.7:4000\ncron[1]: x\nlast message repeated 2 times", 1)]
    [InlineData("dropbear[7]: Child connection from 192.0.2.7:4000\nlast message repeated 2 times", 0)]
    [InlineData("last message repeated 2 times", 0)]
    public void What_syslogd_says_was_repeated_counts_as_often(string lines, int failures)
    {
        foreach (var stamp in new[] { "Nov 24 02:14:15", "2026-11-24T02:14:15.123456+00:00" })
        {
            var parsed = new Parsed();
            foreach (var line in lines.Split('\n'))
                parsed.Feed($"{stamp} mail {line}");
            Assert.Equal(failures, parsed.All.Count());
        }
    }
}
