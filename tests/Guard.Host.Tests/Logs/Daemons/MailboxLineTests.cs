using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>Courier, Cyrus, saslauthd and PAM by version and shape of line.</summary>
public sealed class MailboxLineTests
{
    [Theory]
    [InlineData("imapd: LOGIN, user=anna@example.com, ip=[::ffff:192.0.2.7], port=[4711], protocol=IMAP", "Imap Succeeded anna@example.com 192.0.2.7")]
    [InlineData("imapd-ssl: LOGIN, user=anna@example.com, ip=[2001:db8::7], port=[4711], protocol=IMAP, stls=1", "Imap Succeeded anna@example.com 2001:db8::7")]
    [InlineData("pop3d: LOGIN, user=anna@example.com, ip=[::ffff:192.0.2.7], port=[4711]", "Pop3 Succeeded anna@example.com 192.0.2.7")]
    [InlineData("courier-imapd: LOGIN, user=anna@example.com, ip=[::ffff:192.0.2.7], port=[4711], protocol=IMAP", "Imap Succeeded anna@example.com 192.0.2.7")]
    [InlineData("courier-imaps: LOGIN FAILED, user=anna@example.com, ip=[::ffff:192.0.2.7]", "Imap WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("courier-pop3d[7]: LOGIN FAILED, user=anna@example.com, ip=[::ffff:192.0.2.7], port=[5]", "Pop3 WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("courierpop3login: LOGIN FAILED, user=anna@example.com, ip=[::ffff:192.0.2.7]", "Pop3 WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("imapd: INFO: LOGIN FAILED, user=anna@example.com, ip=[::ffff:192.0.2.7], port=[5]", "Imap WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("imapd-ssl: LOGIN FAILED, method=PLAIN, ip=[::ffff:192.0.2.7], port=[5]", "Imap WrongPassword  192.0.2.7")]
    [InlineData("sqwebmaild: LOGIN, user=anna@example.com, ip=[::ffff:192.0.2.7]", "Web Succeeded anna@example.com 192.0.2.7")]
    [InlineData("imapd: LOGOUT, user=anna@example.com, ip=[::ffff:192.0.2.7], port=[4711], headers=0, body=0, rcvd=36, sent=396, time=0", LineTable.Nothing)]
    [InlineData("imapd: Connection, ip=[::ffff:192.0.2.7], port=[5]", LineTable.Nothing)]
    [InlineData(
        "courieresmtpd: error,relay=::ffff:192.0.2.7,msg=\"535 Authentication failed.\",cmd: AUTH LOGIN anna@example.com",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "courieresmtpd[7]: error,relay=::ffff:192.0.2.7,port=43632,msg=\"535 Authentication failed.\",cmd: AUTH PLAIN AAAAABBBBCCCCWxlZA== anna",
        "Smtp WrongPassword  192.0.2.7"
    )]
    // A response without a name, which may have the password in it
    [InlineData("courieresmtpd: error,relay=::ffff:192.0.2.7,msg=\"535 Authentication failed.\",cmd: AUTH LOGIN YW5uYQ==", "Smtp WrongPassword  192.0.2.7")]
    [InlineData("courieresmtpd: error,relay=::ffff:192.0.2.7,msg=\"535 Authentication failed.\",cmd: AUTH PLAIN AGFubmEAcHdk", "Smtp WrongPassword  192.0.2.7")]
    [InlineData(
        "courieresmtpd: error,relay=::ffff:192.0.2.7,ident=tmf,port=4,msg=\"535 Authentication failed.\",cmd: AUTH LOGIN anna",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("courieresmtpd: error,relay=::ffff:192.0.2.7,msg=\"535 Authentication failed.\",cmd: YWRvYmVhZG9iZQ==", "Smtp WrongPassword  192.0.2.7")]
    [InlineData("courieresmtpd: error,relay=::ffff:192.0.2.7,from=<a@b>,to=<c@d>: 550 User unknown.", LineTable.Nothing)]
    [InlineData("courieresmtpd: started,ip=[::ffff:192.0.2.7],port=[5]", LineTable.Nothing)]
    [InlineData("imapd: what is this", LineTable.Unknown)]
    public void Courier(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData(
        "cyrus/imap[7]: login: h.example [192.0.2.7] anna plaintext+TLS User logged in SESSIONID=<cyrus-7-1-2>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData("cyrus/imaps[7]: login: [2001:db8::7] anna@example.com PLAIN+TLS User logged in SESSIONID=<x>", "Imap Succeeded anna@example.com 2001:db8::7")]
    [InlineData("imaps[7]: login: h.example [192.0.2.7] anna@example.com plaintext+TLS User logged in", "Imap Succeeded anna@example.com 192.0.2.7")]
    [InlineData("cyrus/pop3[7]: login: h.example [192.0.2.7] anna APOP User logged in SESSIONID=<x>", "Pop3 Succeeded anna@example.com 192.0.2.7")]
    [InlineData("cyrus/sieve[7]: login: h.example[192.0.2.7] anna PLAIN User logged in", "Sieve Succeeded anna@example.com 192.0.2.7")]
    [InlineData("cyrus/httpd[7]: login: h.example [192.0.2.7] anna Basic+TLS User logged in SESSIONID=<x>", "Web Succeeded anna@example.com 192.0.2.7")]
    // 3.x
    [InlineData(
        "cyrus/imap[7]: badlogin: h.example [192.0.2.7] plaintext (anna) [SASL(-13): authentication failure: checkpass failed]",
        "Imap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "cyrus/imap[7]: badlogin: h.example [192.0.2.7] PLAIN (anna) [SASL(-13): authentication failure: Password verification failed]",
        "Imap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "cyrus/imap[7]: badlogin: h.example [192.0.2.7] PLAIN (anna) [SASL(-13): user not found: Password verification failed]",
        "Imap UnknownUser anna@example.com 192.0.2.7"
    )]
    [InlineData("cyrus/pop3s[7]: badlogin: h.example [192.0.2.7] plaintext (bert) invalid user", "Pop3 UnknownUser bert@example.com 192.0.2.7")]
    // 2.x
    [InlineData(
        "cyrus/pop3[7]: badlogin: h.example [192.0.2.7] plaintext anna SASL(-13): authentication failure: checkpass failed",
        "Pop3 WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "imapd[7]: badlogin: h.example [192.0.2.7] CRAM-MD5 [SASL(-13): authentication failure: incorrect digest response]",
        "Imap WrongPassword  192.0.2.7"
    )]
    [InlineData("imap[7]: badlogin: [192.0.2.7] plain [SASL(-13): authentication failure: Password verification failed]", "Imap WrongPassword  192.0.2.7")]
    [InlineData("cyrus/timsieved[7]: badlogin: h.example[192.0.2.7] PLAIN authentication failure", "Sieve WrongPassword  192.0.2.7")]
    // Where the name ends nobody knows
    [InlineData(
        "cyrus/imap[7]: badlogin: h.example [192.0.2.7] PLAIN (victim) [SASL(-13): x]) [SASL(-13): authentication failure: checkpass failed]",
        "Imap WrongPassword  192.0.2.7"
    )]
    [InlineData(
        "cyrus/imap[7]: badlogin: h.example [192.0.2.7] plaintext (anna) [SASL(-1): generic failure: checkpass failed]",
        "Imap ServerTrouble anna@example.com 192.0.2.7"
    )]
    [InlineData("cyrus/imap[7]: accepted connection", LineTable.Nothing)]
    [InlineData("cyrus/lmtpunix[7]: duplicate_check: <x@y>", LineTable.Nothing)]
    public void Cyrus(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData(
        "saslauthd[9]: do_auth         : auth failure: [user=anna] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]",
        "Smtp WrongPassword anna@example.com "
    )]
    [InlineData(
        "saslauthd[9]: do_auth         : auth failure: [user=anna] [service=imap] [realm=example.net] [mech=pam] [reason=PAM auth error]",
        "Imap WrongPassword anna@example.net "
    )]
    [InlineData(
        "saslauthd[9]: do_auth         : auth failure: [user=anna@example.org] [service=smtp] [realm=example.net] [mech=rimap] [reason=[ALERT] Unexpected response from remote authentication server]",
        "Smtp WrongPassword anna@example.org "
    )]
    [InlineData(
        "saslauthd[9]:                 : auth failure: [user=anna] [service=smtp] [realm=] [mech=shadow] [reason=Incorrect password]",
        "Smtp WrongPassword anna@example.com "
    )]
    [InlineData("saslauthd[9]:                 : accept lock file removed: /run/t/mux.accept", LineTable.Nothing)]
    [InlineData("saslauthd[9]: do_auth         : auth success: [user=anna] [service=smtp] [realm=] [mech=pam]", LineTable.Nothing)]
    [InlineData("saslauthd[9]: pam_unix(smtp:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=  user=anna", LineTable.Nothing)]
    [InlineData(
        "saslauthd[9]: do_auth         : auth failure: [user=x] [service=smtp] [realm=] [mech=pam] [reason=a]] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]",
        LineTable.Unknown
    )]
    [InlineData(
        "saslauthd[9]: auth_zimbra: anna@example.com auth failed: authentication failed for [anna@example.com]",
        "Smtp WrongPassword anna@example.com "
    )]
    [InlineData(
        "plesk_saslauthd[4434]: failed mail authentication attempt for user 'anna@example.com' (password len=6)",
        "Smtp WrongPassword anna@example.com "
    )]
    [InlineData(
        "plesk_saslauthd[4434]: failed mail authenticatication attempt for user 'anna@example.com' (password len=6)",
        "Smtp WrongPassword anna@example.com "
    )]
    [InlineData(
        "plesk_saslauthd[4434]: listen=6, status=5, dbpath='/plesk/passwd.db', keypath='/plesk/passwd_db_key', chroot=1, unprivileged=1",
        LineTable.Nothing
    )]
    [InlineData(
        "login[9]: pam_unix(login:auth): authentication failure; logname=LOGIN uid=0 euid=0 tty=/dev/tty1 ruser= rhost=192.0.2.7  user=anna",
        "Other WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "auth[9]: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=anna rhost=192.0.2.7  user=anna",
        LineTable.Nothing
    )]
    public void Saslauthd_and_pam(string lines, string expected) => LineTable.Check(lines, expected);
}
