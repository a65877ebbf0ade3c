using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>Lines as the daemons write them, most of them taken from our own captures.</summary>
public sealed class DaemonLineTests
{
    [Theory]
    [InlineData(
        "Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<info@example.com>, method=PLAIN, rip=203.0.113.50, lip=127.0.0.1, mpid=15483, secured, session=<Hmtqv/pgkhDLAHEy>",
        "Imap Succeeded info@example.com 203.0.113.50"
    )]
    [InlineData(
        "Nov 24 00:24:33 mail dovecot: imap-login: Info: Login: user=<info@example.com>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, mpid=15123, secured, session=<C+8LvPpgKKR/AAAB>",
        "Imap Succeeded info@example.com 127.0.0.1"
    )]
    [InlineData(
        "Nov 24 16:15:38 imap-login: Info: Login: user=<info@example.com>, method=PLAIN, rip=203.0.113.50, lip=127.0.0.1, mpid=3879, secured, session=<i1tqBQhh8bB/AAAB>",
        "Imap Succeeded info@example.com 203.0.113.50"
    )]
    [InlineData(
        "2026-11-24T00:25:29.802794+00:00 mail dovecot: pop3-login: Login: user=<anna>, method=PLAIN, rip=2001:db8::7, lip=::1, mpid=1, TLS, session=<x>",
        "Pop3 Succeeded anna@example.com 2001:db8::7"
    )]
    [InlineData(
        "Nov 24 00:24:50 mail dovecot: managesieve-login: Login: user=<info@example.com>, method=PLAIN, rip=203.0.113.1, lip=127.0.0.1, mpid=1, session=<x>",
        "Sieve Succeeded info@example.com 203.0.113.1"
    )]
    [InlineData(
        "Nov 24 00:24:34 mail dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 1 secs): user=<info@example.com>, method=PLAIN, rip=203.0.113.52, lip=127.0.0.1, secured, session=<QVgMvPpgMKR/AAAB>",
        "Imap WrongPassword info@example.com 203.0.113.52"
    )]
    [InlineData(
        "Nov 24 00:25:31 mail postfix/submission/smtpd[15487]: warning: host.example.net[203.0.113.54]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=info@example.com",
        "Smtp WrongPassword info@example.com 203.0.113.54"
    )]
    [InlineData(
        "Nov 24 02:11:32 mail sm-mta[31825]: 6AO2BWV1031825: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, user=info, relay=host50.example.net [127.0.0.50]",
        "Smtp WrongPassword info@example.com 127.0.0.50"
    )]
    [InlineData(
        "Nov 24 02:12:50 mail sshd[32470]: Accepted keyboard-interactive/pam for agtest from 192.0.2.1 port 47446 ssh2",
        "Ssh Succeeded agtest@example.com 192.0.2.1"
    )]
    [InlineData(
        "Nov 24 02:14:20 mail sshd[1110]: Accepted publickey for agtest from 192.0.2.1 port 35566 ssh2: ED25519 SHA256:wH7vvOTplgvlKTto8qRQ",
        "Ssh Succeeded agtest@example.com 192.0.2.1"
    )]
    [InlineData(
        "Nov 24 02:12:59 mail sshd[32504]: error: PAM: Authentication failure for agtest from 192.0.2.1",
        "Ssh WrongPassword agtest@example.com 192.0.2.1"
    )]
    [InlineData(
        "Nov 24 02:12:59 mail sshd[32504]: Failed password for invalid user bob from 192.0.2.1 port 4 ssh2",
        "Ssh UnknownUser bob@example.com 192.0.2.1"
    )]
    [InlineData("Tue Nov 24 02:12:49 2026 [pid 32459] [agtest] OK LOGIN: Client \"192.0.2.1\"", "Ftp Succeeded agtest@example.com 192.0.2.1")]
    [InlineData("Tue Nov 24 02:12:54 2026 [pid 32498] [agtest] FAIL LOGIN: Client \"192.0.2.1\"", "Ftp WrongPassword agtest@example.com 192.0.2.1")]
    [InlineData(
        "Nov 24 02:12:52 mail vsftpd: pam_unix(proftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=agtest rhost=192.0.2.1  user=agtest",
        "Ftp WrongPassword agtest@example.com 192.0.2.1"
    )]
    [InlineData(
        "Nov 24 02:14:17 mail proftpd[1044]: 127.0.0.1 (host[192.0.2.1]) - USER agtest (Login failed): Incorrect password",
        "Ftp WrongPassword agtest@example.com 192.0.2.1"
    )]
    [InlineData(
        "Nov 24 02:14:17 mail proftpd[1044]: 127.0.0.1 (host[192.0.2.1]) - USER agtest: Login successful.",
        "Ftp Succeeded agtest@example.com 192.0.2.1"
    )]
    [InlineData("Nov 24 02:14:17 mail pure-ftpd: (?@192.0.2.1) [INFO] joe is now logged in", "Ftp Succeeded joe@example.com 192.0.2.1")]
    [InlineData("Nov 24 02:14:17 mail pure-ftpd: (?@192.0.2.1) [WARNING] Authentication failed for user [joe]", "Ftp WrongPassword joe@example.com 192.0.2.1")]
    [InlineData(
        "Nov 24 02:14:17 mail imapd: LOGIN, user=joe@example.org, ip=[::ffff:192.0.2.1], port=[4], protocol=IMAP",
        "Imap Succeeded joe@example.org 192.0.2.1"
    )]
    [InlineData("Nov 24 02:14:17 mail pop3d: LOGIN FAILED, user=joe@example.org, ip=[::ffff:192.0.2.1]", "Pop3 WrongPassword joe@example.org 192.0.2.1")]
    [InlineData("Nov 24 02:14:17 mail cyrus/imap[7]: login: host.example [192.0.2.1] joe PLAIN+TLS User logged in", "Imap Succeeded joe@example.com 192.0.2.1")]
    [InlineData(
        "Nov 24 02:14:17 mail cyrus/pop3[7]: badlogin: host.example [192.0.2.1] PLAIN joe [SASL(-13): authentication failure: checkpass failed]",
        "Pop3 WrongPassword joe@example.com 192.0.2.1"
    )]
    [InlineData(
        "Nov 24 02:14:17 mail saslauthd[9]: do_auth         : auth failure: [user=joe] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]",
        "Smtp WrongPassword joe@example.com "
    )]
    [InlineData(
        "2026-11-24 02:14:17 login authenticator failed for (pc) [192.0.2.1]: 535 Incorrect authentication data (set_id=joe@example.org)",
        "Smtp WrongPassword joe@example.org 192.0.2.1"
    )]
    [InlineData(
        "<38>1 2026-11-24T02:14:17.003Z mail dovecot 77 - [x a=\"]\"] imap-login: Login: user=<joe>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<y>",
        "Imap Succeeded joe@example.com 192.0.2.1"
    )]
    [InlineData(
        "{\"__REALTIME_TIMESTAMP\":\"1795480245059000\",\"SYSLOG_IDENTIFIER\":\"dovecot\",\"MESSAGE\":\"imap-login: Login: user=<joe>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<y>\"}",
        "Imap Succeeded joe@example.com 192.0.2.1"
    )]
    public void A_line_yields_one_login(string line, string expected)
    {
        var parsed = new Parsed().Feed(line);
        Assert.Equal(LineResult.Observed, parsed.Last);
        Assert.Equal([expected], parsed.Told);
    }

    [Fact]
    public void Postfix_lines_are_joined_by_queue_id_and_count_once()
    {
        var parsed = new Parsed().Feed(
            "Nov 24 00:23:56 mail postfix/submission/smtpd[14994]: connect from localhost[192.0.2.9]",
            "Nov 24 00:23:56 mail postfix/submission/smtpd[14994]: 4ABC8B20217: client=localhost[192.0.2.9], sasl_method=LOGIN, sasl_username=info@example.com",
            "Nov 24 00:23:56 mail postfix/cleanup[15001]: 4ABC8B20217: message-id=<20261124002356.014989@mail>",
            "Nov 24 00:23:56 mail postfix/qmgr[14693]: 4ABC8B20217: from=<info@example.com>, size=427, nrcpt=2 (queue active)",
            "Nov 24 00:23:56 mail postfix/submission/smtpd[14994]: 5ABC8B20217: client=localhost[192.0.2.9], sasl_method=LOGIN, sasl_username=info@example.com",
            "Nov 24 00:23:56 mail postfix/smtp[15002]: 4ABC8B20217: to=<bob@remote.test>, relay=none, delay=0.03, delays=0.02/0.02/0/0, dsn=2.0.0, status=sent (remote.test)",
            "Nov 24 00:23:57 mail postfix/qmgr[14693]: 4ABC8B20217: from=<info@example.com>, size=427, nrcpt=2 (queue active)",
            "Nov 24 00:23:57 mail postfix/smtp[15002]: 4ABC8B20217: to=<eve@remote.test>, relay=x, delay=1, delays=1/0/0/0, dsn=5.1.1, status=bounced (host x said: 550 User unknown)",
            "Nov 24 00:23:57 mail postfix/qmgr[14693]: 4ABC8B20217: removed",
            "Nov 24 00:23:58 mail postfix/qmgr[14693]: 4ABC8B20217: from=<info@example.com>, size=427, nrcpt=2 (queue active)"
        );
        Assert.Equal(
            [
                "Smtp Succeeded info@example.com 192.0.2.9",
                "Sent 2 info@example.com 192.0.2.9 427 4ABC8B20217",
                "Delivered 1 info@example.com",
                "UnknownRecipient 1 info@example.com",
            ],
            parsed.Told
        );
    }

    [Fact]
    public void Sendmail_lines_are_joined_by_process_and_several_messages_share_one_login()
    {
        var parsed = new Parsed().Feed(
            "Nov 24 02:11:31 mail sm-mta[31818]: NOQUEUE: connect from host50.example.net [127.0.0.50]",
            "Nov 24 02:11:32 mail sm-mta[31818]: AUTH=server, relay=host50.example.net [192.0.2.50], authid=info, mech=LOGIN, bits=0",
            "Nov 24 02:11:32 mail sm-mta[31818]: 6AO2BVnV031818: from=<info@example.com>, size=265, class=0, nrcpts=2, msgid=<x@mail>, proto=ESMTPA, daemon=MSA, relay=host50.example.net [192.0.2.50]",
            "Nov 24 02:11:32 mail sm-mta[31820]: AUTH=client, relay=[127.0.0.1], mech=, bits=0",
            "Nov 24 02:11:32 mail sm-mta[31820]: 6AO2BVnV031818: to=<eve@remote.test>,<bob@remote.test>, delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=60265, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (Ok)",
            "Nov 24 02:11:34 mail sm-mta[31818]: 6AO2BX9E031818: from=<info@example.com>, size=0, class=0, nrcpts=0, proto=ESMTPA, daemon=MSA, relay=host50.example.net [192.0.2.50]",
            "Nov 24 02:11:35 mail sm-mta[31818]: 6AO2BX9F031818: from=<info@example.com>, size=9, class=0, nrcpts=1, proto=ESMTPA, daemon=MSA, relay=host50.example.net [192.0.2.50]"
        );
        Assert.Equal(
            [
                "Smtp Succeeded info@example.com 192.0.2.50",
                "Sent 2 info@example.com 192.0.2.50 265 6AO2BVnV031818",
                "Delivered 2 info@example.com",
                "Sent 1 info@example.com 192.0.2.50 9 6AO2BX9F031818",
            ],
            parsed.Told
        );
    }

    [Fact]
    public void Exim_and_proftpd_logs_of_their_own_are_read()
    {
        var parsed = new Parsed().Feed(
            "2026-11-24 10:11:12 1uVabc-000001-AB <= joe@example.org H=host.example (pc) [192.0.2.1] P=esmtpsa X=TLS1.3 A=login:joe@example.org S=1234 id=x@y for a@remote.test b@remote.test",
            "2026-11-24 10:11:13 1uVabc-000001-AB => a@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7] C=\"250 OK\"",
            "2026-11-24 10:11:13 1uVabc-000001-AB ** b@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7]: SMTP error: 550 5.1.1 User unknown",
            "[24/Nov/2026:02:14:15 +0000] example [1043] host 192.0.2.1 \"USER agtest\" 331",
            "[24/Nov/2026:02:14:15 +0000] example [1043] host 192.0.2.1 \"PASS (hidden)\" 230"
        );
        Assert.Equal(
            [
                "Smtp Succeeded joe@example.org 192.0.2.1",
                "Sent 2 joe@example.org 192.0.2.1 1234 1uVabc-000001-AB",
                "Delivered 1 joe@example.org",
                "UnknownRecipient 1 joe@example.org",
                "Ftp Succeeded agtest@example.com 192.0.2.1",
            ],
            parsed.Told
        );
    }

    [Fact]
    public void A_policy_refusal_is_no_wrong_password()
    {
        var parsed = new Parsed().Feed(
            "Nov 24 00:28:58 mail dovecot: auth: policy(info@example.com,203.0.113.60,<XW/ay/pgkhDLAHE8>): Authentication failure due to policy server refusal: x",
            "Nov 24 00:28:59 mail dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 1 secs): user=<info@example.com>, method=PLAIN, rip=203.0.113.60, lip=127.0.0.1, secured, session=<XW/ay/pgkhDLAHE8>"
        );
        Assert.Equal(["Imap Refused info@example.com 203.0.113.60"], parsed.Told);
    }

    [Fact]
    public void The_year_is_inferred_and_turns_in_the_night_of_december()
    {
        var parsed = new Parsed().Feed(
            "Dec 31 23:59:59 mail dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<y>",
            "Jan  1 00:00:01 mail dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, session=<y>"
        );
        Assert.Equal([2025, 2026], parsed.All.Select(one => one.At.Year));
    }
}
