using CsCheck;
using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>What lines tell about one another survives a restart at any place.</summary>
public sealed class RestoredParserTests
{
    [Fact]
    public void A_parser_restored_from_its_state_goes_on_as_if_nothing_had_happened() =>
        Gen.Select(Gen.Select(Gen.Int[0, 13], Gen.Int[0, 2]).Array[1, 40], Gen.Int[0, 40])
            .Sample(
                (picked, cut) =>
                {
                    var lines = picked.Select((pick, i) => $"2026-11-24T02:14:{i:00}+00:00 mail {Line(pick.Item1, pick.Item2)}").ToArray();
                    var whole = new Parsed().Feed(lines);
                    var first = new Parsed().Feed([.. lines.Take(cut)]);
                    var second = new Parsed();
                    Assert.True(second.Parser.Restore(first.Parser.Capture()));
                    second.Feed([.. lines.Skip(cut)]);
                    Assert.Equal(whole.Told, first.Told.Concat(second.Told));
                }
            );

    private static string Line(int kind, int who) =>
        kind switch
        {
            0 => $"dovecot: auth: policy(u{who},192.0.2.{who},<s{who}>): Authentication failure due to policy server refusal",
            1 => $"dovecot: auth: sql(u{who},192.0.2.{who},<s{who}>): Password mismatch",
            2 => $"dovecot: auth: pam(u{who},10.0.0.{who},<s{who}>): unknown user",
            3 =>
                $"dovecot: imap-login: Disconnected (auth failed, 2 attempts in 2 secs): user=<u{who}>, method=PLAIN, rip=192.0.2.{who}, lip=192.0.2.200, session=<s{who}>",
            4 => $"dovecot: imap-login: Login: user=<u{who}>, method=PLAIN, rip=192.0.2.{who}, lip=192.0.2.200, mpid=5, session=<s{who}>",
            5 => $"dovecot: auth: Master user logging in as u{who}",
            6 => $"dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<u{who}>, method=PLAIN, rip=192.0.2.{who}",
            7 => $"sshd[{who + 1}]: Invalid user u{who} from 192.0.2.{who} port 4",
            8 => $"sshd[{who + 1}]: Failed password for invalid user u{who} from 192.0.2.{who} port 4 ssh2",
            9 => $"vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=u{who} rhost=192.0.2.{who}  user=u{who}",
            10 => $"vsftpd[1]: [u{who}] FAIL LOGIN: Client \"192.0.2.{who}\"",
            11 =>
                $"roundcube: <a> IMAP Error: Login failed for u{who} against localhost from 192.0.2.{who}. AUTHENTICATE PLAIN: no in /x.php on line 2 (POST /)",
            12 => $"roundcube: <a> Failed login for u{who} from 192.0.2.{who} in session abc (error: 0)",
            _ => $"postfix/smtpd[4]: warning: unknown[192.0.2.{who}]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=u{who}",
        };
}
