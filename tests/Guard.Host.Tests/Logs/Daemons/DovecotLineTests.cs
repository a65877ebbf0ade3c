using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>Dovecot by version and shape of line.</summary>
public sealed class DovecotLineTests
{
    [Theory]
    // 2.2 and 2.3
    [InlineData(
        "dovecot: imap-login: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=15483, TLS, session=<Hmtqv/pgkhDLAHEy>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: pop3-login: Login: user=<anna@example.com>, method=CRAM-MD5, rip=2001:db8::7, lip=2001:db8::1, mpid=9, TLS, session=<a>",
        "Pop3 Succeeded anna@example.com 2001:db8::7"
    )]
    [InlineData(
        "dovecot: managesieve-login: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=9, TLS, session=<a>",
        "Sieve Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: submission-login: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=9, TLS, session=<a>",
        "Smtp Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot[442]: imap-login: Login: user=<anna@example.com>, method=XOAUTH2, rip=192.0.2.7, lip=192.0.2.200, mpid=9, TLS, session=<a>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "Nov 24 02:14:15 imap-login: Info: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=9, TLS, session=<a>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "@4000000069f4a0b0077a9e94 imap-login: Info: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=9, TLS, session=<a>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    // 2.4
    [InlineData(
        "dovecot: imap-login: Logged in: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=9, TLS, session=<a>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: submission-login: Logged in: user=<anna@example.com>, method=OAUTHBEARER, rip=192.0.2.7, lip=192.0.2.200, mpid=9, TLS, session=<a>",
        "Smtp Succeeded anna@example.com 192.0.2.7"
    )]
    // Formats that somebody changed: another order, with ports, without session, without TLS.
    [InlineData(
        "dovecot: imap-login: Login: user=<anna@example.com>, session=<b7k/qQ>, method=PLAIN, rip=192.0.2.7",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Login: rip=192.0.2.7, rport=4711, lip=192.0.2.200, session=<b7k/qQ>, method=PLAIN, user=<anna@example.com>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Login: method=PLAIN, rip=192.0.2.7, user=<anna@example.com>, TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits), session=<b>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=5",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    // Proxies and directors
    [InlineData(
        "dovecot: imap-login: proxy(anna@example.com): started proxying to 198.51.100.1:143: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: pop3-login: proxy(anna@example.com): started proxying to 198.51.100.1:110/anna (master proxy): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Pop3 Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: proxy(anna@example.com,198.51.100.1:993): Started proxying to <198.51.100.1> (0.014 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, secured, session=<a>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: proxy(anna@example.com,back.example:993): Started proxying to remote host (0.021 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: proxy(anna@example.com,198.51.100.1:993): Disconnected by server (5s idle, in=225, out=625): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, secured, session=<a>",
        LineTable.Nothing
    )]
    public void Logins(string line, string expected) => LineTable.Check(line, expected);

    [Theory]
    // 2.0 to 2.3
    [InlineData(
        "dovecot: imap-login: Disconnected (auth failed, 2 attempts in 6 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap WrongPassword anna@example.com 192.0.2.7\nImap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: pop3-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7",
        "Pop3 WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: pop3-login: Disconnected: Inactivity (auth failed, 1 attempts in 178 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a/b+c>",
        "Pop3 WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected: Too many invalid commands (auth failed, 1 attempts in 0 secs): user=<anna@example.com>, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Imap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: submission-login: Client has quit the connection (auth failed, 1 attempts in 2 secs): user=<anna@example.com>, method=LOGIN, rip=192.0.2.7, lip=0.0.0.0",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: submission-login: Remote closed connection (auth failed, 1 attempts in 2 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=0.0.0.0",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected: Connection closed: read(size=1003) failed: Connection reset by peer (auth failed, 1 attempts in 0 secs): user=<anna@example.com>, rip=192.0.2.7, lip=192.0.2.200, TLS: read(size=1003) failed: Connection reset by peer, session=<a>",
        "Imap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected (auth failed, 1 attempts): method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS: Disconnected",
        "Imap WrongPassword  192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected: Connection closed (auth failed, 2 attempts in 5 secs): user=<>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap WrongPassword  192.0.2.7\nImap WrongPassword  192.0.2.7"
    )]
    // 2.4
    [InlineData(
        "dovecot: imap-login: Login aborted: Connection closed (auth failed, 2 attempts in 12 secs) (auth_failed): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap WrongPassword anna@example.com 192.0.2.7\nImap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: submission-login: Login aborted: Logged out (auth failed, 1 attempts in 2 secs) (auth_failed): user=<anna@example.com>, method=LOGIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    // The password may have been right
    [InlineData(
        "dovecot: imap-login: Disconnected: Connection closed (user disabled): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Refused anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Login aborted: Logged out (password expired, 1 attempts in 2 secs) (password_expired): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Refused anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected: Connection closed (authorization failed, 1 attempts in 2 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Refused anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Refused anna@example.com 192.0.2.7"
    )]
    // The server's trouble
    [InlineData(
        "dovecot: imap-login: Disconnected: Connection closed (auth service reported temporary failure): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap ServerTrouble anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Login aborted: Connection closed (auth service reported temporary failure, 1 attempts in 2 secs) (temp_fail): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap ServerTrouble anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Internal login failure (pid=4 id=1) (internal failure, 1 successful auths): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap ServerTrouble anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected: Connection closed (auth process communication failure): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap ServerTrouble anna@example.com 192.0.2.7"
    )]
    // A proxy's: the back end says it, and the connection's end again; without auth_verbose the end alone
    [InlineData(
        "dovecot: imap-login: proxy(anna@example.com,198.51.100.1:993): Login failed: [AUTHENTICATIONFAILED] Authentication failed.: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, secured, session=<a>\ndovecot: imap-login: Disconnected: Aborted login by logging out (proxy dest auth failed): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, secured, session=<a>",
        "Imap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected (proxy dest auth failed): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Imap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Login aborted: Logged out (proxy dest authentication failure, 2 attempts in 5 secs) (proxy_dest_auth_failed): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Imap WrongPassword anna@example.com 192.0.2.7\nImap WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: proxy(anna@example.com,198.51.100.1:993): Login failed: [UNAVAILABLE] Temporary authentication failure.: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, secured, session=<a>",
        "Imap ServerTrouble anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: imap-login: Login aborted: Connection closed (proxy dest connection failed, 1 attempts in 5 secs) (proxy_dest_connect_failed): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Imap ServerTrouble anna@example.com 192.0.2.7"
    )]
    public void Failures(string line, string expected) => LineTable.Check(line, expected);

    [Theory]
    // Told once, with each attempt's own user and outcome
    [InlineData(
        "dovecot: auth: passwd-file(anna@example.com,192.0.2.7,<a>): Password mismatch\ndovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Other WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth: pam(bert,192.0.2.7,<a>): unknown user\ndovecot: auth: sql(bert,192.0.2.7,<a>): unknown user\ndovecot: auth: pam(anna,192.0.2.7,<a>): pam_authenticate() failed: Authentication failure (Password mismatch?)\ndovecot: pop3-login: Disconnected: Connection closed (auth failed, 2 attempts in 2 secs): user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Other UnknownUser bert@example.com 192.0.2.7\nOther WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth: sql(anna,192.0.2.7,<a>): Password mismatch\ndovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=5, TLS, session=<a>",
        "Other WrongPassword anna@example.com 192.0.2.7\nImap Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth: sql(anna,10.0.0.7,<a>): unknown user\ndovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<anna>, method=PLAIN, rip=10.0.0.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap UnknownUser anna@example.com 10.0.0.7"
    )]
    [InlineData("dovecot: auth: sql(nobody@example.com,10.0.0.5,<lmtp>): unknown user", LineTable.Took)]
    [InlineData(
        "dovecot: auth(anna@example.com,192.0.2.7,sasl:plain)<a>: sql: unknown user\ndovecot: imap-login: Login aborted: Logged out (auth failed, 1 attempts in 2 secs) (auth_failed): user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Other UnknownUser anna@example.com 192.0.2.7"
    )]
    // A policy's refusal, by version
    [InlineData(
        "dovecot: auth: policy(anna,192.0.2.7,<a>): Authentication failure due to policy server refusal: stop\ndovecot: auth: policy(anna,192.0.2.7,<a>): Policy check action is drop connection\ndovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Refused anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth(anna,192.0.2.7,sasl:plain)<a>: policy: Authentication failure due to policy server refusal: stop\ndovecot: imap-login: Login aborted: Logged out (auth failed, 1 attempts in 2 secs) (auth_failed): user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap Refused anna@example.com 192.0.2.7"
    )]
    [InlineData("dovecot: auth: policy(anna,192.0.2.7): Authentication failure due to policy server refusal", "Smtp Refused anna@example.com 192.0.2.7")]
    // The mail server's requests have no session: told here, and not again from its own line
    [InlineData("dovecot: auth: passwd-file(anna,192.0.2.7): Password mismatch", "Smtp WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "dovecot: auth-worker(5): conn unix:auth-worker (pid=27359,uid=97): auth-worker<5>: sql(anna,192.0.2.7): unknown user",
        "Smtp UnknownUser anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth-worker(24544): pam(anna,192.0.2.7): pam_authenticate() failed: User not known to the underlying authentication module",
        "Smtp UnknownUser anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth: ldap(anna,192.0.2.7): invalid credentials (given password: secret) - trying the next passdb",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("dovecot: auth(anna,192.0.2.7,sasl:login): sql: Password mismatch", "Smtp WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("dovecot: auth-worker(anna,192.0.2.7,sasl:login)<77>: request [5]: sql: Password mismatch", "Smtp WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "dovecot: auth: passwd-file(anna,192.0.2.7): Password mismatch\npostfix/submission/smtpd[4]: warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=anna",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("Nov 24 02:14:15 auth-worker(57): Info: sql(anna,192.0.2.7): unknown user", "Smtp UnknownUser anna@example.com 192.0.2.7")]
    [InlineData(
        "dovecot: auth: pam(anna,192.0.2.7): unknown user\ndovecot: auth: passwd-file(anna,192.0.2.7): unknown user",
        "Smtp UnknownUser anna@example.com 192.0.2.7"
    )]
    [InlineData("dovecot: auth: oauth2(anna,192.0.2.7): oauth2 failed: Token is not valid", "Smtp WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("dovecot: auth(anna,192.0.2.7,sasl:xoauth2): oauth2: Token validation failed: expired", "Smtp WrongPassword anna@example.com 192.0.2.7")]
    // Look-ups are no logins
    [InlineData("dovecot: auth: sql(nobody@example.com): unknown user", LineTable.Nothing)]
    [InlineData("dovecot: auth(nobody@example.com,192.0.2.7)<a>: sql: unknown user", LineTable.Nothing)]
    // Master users are nobody
    [InlineData(
        "dovecot: auth: Master user logging in as anna\ndovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=5, TLS, session=<a>",
        LineTable.Nothing
    )]
    [InlineData(
        "dovecot: auth: passwd-file(backup,192.0.2.7,master,<a>): Master user logging in as anna\ndovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=5, TLS, session=<a>",
        LineTable.Nothing
    )]
    [InlineData(
        "dovecot: auth(backup,192.0.2.7,sasl:plain,master)<a>: passwd-file: Master user logging in as anna\ndovecot: imap-login: Logged in: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, mpid=5, TLS, session=<a>",
        LineTable.Nothing
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<anna*backup>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Imap WrongPassword  192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth: passwd-file(backup,192.0.2.7,master,<a>): Password mismatch\ndovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<anna*backup>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<a>",
        "Other WrongPassword  192.0.2.7"
    )]
    [InlineData(
        "dovecot: auth(backup,192.0.2.7,sasl:plain,master)<a>: masters: Password mismatch\ndovecot: imap-login: Login aborted: Logged out (auth failed, 1 attempts in 1 secs) (auth_failed): user=<backup>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Other WrongPassword  192.0.2.7"
    )]
    [InlineData("Nov 24 02:14:15 auth(anna,192.0.2.7,sasl:plain): Info: passwd-file: Password mismatch", "Smtp WrongPassword anna@example.com 192.0.2.7")]
    public void The_lines_of_auth(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData("dovecot: imap-login: Disconnected (no auth attempts in 58 secs): user=<>, rip=192.0.2.7, lip=192.0.2.200, session=<a>")]
    [InlineData(
        "dovecot: imap-login: Login aborted: Connection closed (no auth attempts in 0 secs) (no_auth_attempts): user=<>, rip=192.0.2.7, lip=192.0.2.200, session=<a>"
    )]
    [InlineData(
        "dovecot: imap-login: Login aborted: Connection closed: SSL_accept failed: error:0A000412:SSL routines::sslv3 alert bad certificate (disconnected during TLS handshake) (tls_handshake_not_finished): user=<>, rip=192.0.2.7, lip=192.0.2.200, TLS handshaking: SSL_accept failed: error:0A000412, session=<a>"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected (client didn't finish SASL auth, waited 2 secs): user=<>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS: SSL_read() syscall failed: Connection reset by peer, TLSv1.2 with cipher X (256/256 bits), session=<a>"
    )]
    [InlineData(
        "dovecot: imap-login: Disconnected (disconnected before auth was ready, waited 0 secs): user=<>, rip=192.0.2.7, lip=192.0.2.200, TLS handshaking, session=<a>"
    )]
    [InlineData(
        "dovecot: imap-login: ID sent: name=x: user=<victim@example.com>, method=PLAIN, rip=6.6.6.6, session=<q>: user=<>, rip=192.0.2.7, lip=192.0.2.200, session=<a>"
    )]
    [InlineData("dovecot: imap-login: Error: auth: connect(login) in directory /run/dovecot failed: Permission denied")]
    [InlineData("dovecot: imap(anna@example.com)<15123><C+8LvPpgKKR/AAAB>: Disconnected: Logged out in=32 out=788 deleted=0 expunged=0")]
    [InlineData("dovecot: lmtp(anna@example.com)<4><q>: msgid=<x>: saved mail to INBOX")]
    [InlineData("dovecot: lmtp(7): Connect from local")]
    [InlineData("dovecot: master: Dovecot v2.4.1 (x) starting up for imap, pop3 (core dumps disabled)")]
    [InlineData("dovecot: doveadm(192.0.2.7,anna)<3><q>: Error: x")]
    [InlineData("dovecot: auth: Error: policy(anna,192.0.2.7): Policy server HTTP error: 500 Internal Server Error")]
    [InlineData("dovecot: auth: User found from deny passdb")]
    [InlineData("dovecot: auth: Error: oauth2(anna,192.0.2.7,<a>): oauth2 failed: Introspection failed: Connection refused")]
    [InlineData("dovecot: auth(anna,192.0.2.7,sasl:xoauth2)<a>: Error: oauth2: Introspection failed: Connection refused")]
    [InlineData(
        "dovecot: auth-worker(7): Error: conn unix:auth-worker (pid=1,uid=2): auth-worker<5>: sql(anna,192.0.2.7): Password query failed: Lost connection"
    )]
    public void Lines_without_a_login(string line) => LineTable.Check(line, LineTable.Nothing);

    [Theory]
    [InlineData(
        "dovecot: imap-login: Disconnected: Too many invalid commands (tried to use disallowed plaintext auth): user=<anna>, rip=192.0.2.7, lip=192.0.2.200, session=<a>",
        "Imap Refused anna@example.com 192.0.2.7"
    )]
    [InlineData("dovecot: imap-login: Aborted login (tried to use disabled plaintext auth): rip=192.0.2.7, lip=192.0.2.200", "Imap Refused  192.0.2.7")]
    public void Passwords_that_nobody_asked_for(string line, string expected) => LineTable.Check(line, expected);

    [Theory]
    [InlineData("dovecot: imap-login: Something new: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<a>")]
    [InlineData("dovecot: imap-login: Login: user=<anna>, method=PLAIN, lip=192.0.2.200, session=<a>")]
    [InlineData("dovecot: imap-login: Login: user=<anna>, method=PLAIN, rip=nowhere, lip=192.0.2.200, session=<a>")]
    [InlineData("dovecot: what is this")]
    public void Lines_of_no_known_shape(string line) => LineTable.Check(line, LineTable.Unknown);

    [Fact]
    public void A_format_without_session_is_learned_so_that_nobody_writes_one_into_their_name()
    {
        var parsed = new Parsed().Feed(
            "Nov 24 00:25:29 mail dovecot: imap-login: Login: user=<bert>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.200, mpid=5",
            "Nov 24 00:25:29 mail dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<anna>, session=<z>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200"
        );
        Assert.DoesNotContain(parsed.Told, told => told.Contains("anna@example.com", StringComparison.Ordinal));
    }
}
