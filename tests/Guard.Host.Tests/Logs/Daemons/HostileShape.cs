namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>A line with a stranger's text in it.</summary>
/// <param name="Parser">Whose line it is.</param>
/// <param name="Line">Behind stamp and host, or whole; <see cref="Mark"/> stands for the text. The client's address is 192.0.2.7 in all.</param>
/// <param name="Service">What may be told of.</param>
/// <param name="IsUser">The text is the user's name; else the user is anna.</param>
/// <param name="Succeeds">The line tells of a login that succeeded.</param>
/// <param name="Count">Most observations of it.</param>
/// <param name="Written">How the daemon writes the text.</param>
public sealed record HostileShape(
    string Parser,
    string Line,
    string Service,
    bool IsUser = true,
    bool Succeeds = false,
    int Count = 1,
    Func<string, string>? Written = null
)
{
    public const string Mark = "\u0001";

    public string With(string text) => Line.Replace(Mark, Write(text), StringComparison.Ordinal);

    public string Write(string text) => (Written ?? Printable)(text);

    /// <summary>Log lines have no line breaks in them, and daemons replace what cannot be printed.</summary>
    public static string Printable(string text) => new([.. text.Select(c => char.IsControl(c) ? '?' : c)]);

    /// <summary>Dovecot cuts a name in its login lines at 80 bytes, in its auth lines at 64 (lib/str-sanitize.c).</summary>
    public static Func<string, string> Cut(int bytes) =>
        text => Printable(text) is { } whole && whole.Length > bytes ? whole[..(bytes - 3)] + "..." : Printable(text);

    /// <summary>As JSON has it.</summary>
    public static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text)[1..^1];

    public static HostileShape[] All { get; } =
    [
        new(
            "dovecot",
            "dovecot: imap-login: Disconnected (auth failed, 2 attempts in 6 secs): user=<\u0001>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, TLS, session=<q1w2>",
            "Imap",
            Count: 2,
            Written: Cut(80)
        ),
        new(
            "dovecot",
            "dovecot: imap-login: Login aborted: Logged out (auth failed, 1 attempts in 6 secs) (auth_failed): user=<\u0001>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<q1w2>",
            "Imap",
            Written: Cut(80)
        ),
        new(
            "dovecot",
            "dovecot: pop3-login: Disconnected (auth failed, 1 attempts in 6 secs): user=<\u0001>, session=<q1w2>, method=PLAIN, rip=192.0.2.7",
            "Pop3",
            Written: Cut(80)
        ),
        new(
            "dovecot",
            "dovecot: pop3-login: Disconnected (auth failed, 1 attempts in 6 secs): rip=192.0.2.7, session=<q1w2>, method=PLAIN, user=<\u0001>",
            "Pop3",
            Written: Cut(80)
        ),
        new(
            "dovecot",
            "dovecot: imap-login: proxy(\u0001,198.51.100.1:993): Login failed: [AUTHENTICATIONFAILED] no: user=<\u0001>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<q1w2>",
            "Imap",
            Written: Cut(80)
        ),
        new(
            "dovecot",
            "dovecot: imap-login: proxy(\u0001): started proxying to 198.51.100.1:143: user=<\u0001>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.200, session=<q1w2>",
            "Imap",
            Succeeds: true,
            Written: Cut(80)
        ),
        new("dovecot", "dovecot: imap-login: ID sent: name=\u0001: user=<>, rip=192.0.2.7, lip=192.0.2.200, session=<q1w2>", "Imap", IsUser: false, Count: 0),
        new("dovecot", "dovecot: auth: sql(\u0001,192.0.2.7): Password mismatch", "Smtp", Written: Cut(64)),
        new("dovecot", "dovecot: auth: sql(\u0001,192.0.2.7,<q1w2>): unknown user", "Other", Written: Cut(64)),
        new("dovecot", "dovecot: auth: sql(anna,192.0.2.7): Password mismatch (given password: \u0001)", "Smtp", IsUser: false),
        new(
            "dovecot",
            "dovecot: auth-worker(5): conn unix:auth-worker (pid=1,uid=2): auth-worker<5>: pam(\u0001,192.0.2.7): pam_authenticate() failed: Authentication failure (Password mismatch?)",
            "Smtp",
            Written: Cut(64)
        ),
        new("dovecot", "dovecot: auth(\u0001,192.0.2.7,sasl:login): sql: Password mismatch", "Smtp", Written: Cut(64)),
        new(
            "dovecot",
            "dovecot: auth(\u0001,192.0.2.7,sasl:plain)<q1w2>: policy: Authentication failure due to policy server refusal",
            "Other",
            Count: 0,
            Written: Cut(64)
        ),
        new("sshd", "sshd[7]: Failed password for invalid user \u0001 from 192.0.2.7 port 4 ssh2", "Ssh"),
        new("sshd", "sshd[7]: Invalid user \u0001 from 192.0.2.7 port 4", "Ssh"),
        new(
            "sshd",
            "sshd-session[7]: Failed publickey for invalid user anna from 192.0.2.7 port 4 ssh2: RSA-CERT SHA256:x ID \u0001 (serial 0) CA RSA SHA256:y",
            "Ssh",
            IsUser: false
        ),
        new("sshd", "sshd[7]: error: PAM: Authentication failure for illegal user \u0001 from 192.0.2.7", "Ssh"),
        new("sshd", "sshd[7]: User \u0001 from 192.0.2.7 not allowed because not listed in AllowUsers", "Ssh"),
        new(
            "sshd",
            "sshd[7]: Accepted publickey for anna from 192.0.2.7 port 5 ssh2: RSA-CERT SHA256:x ID \u0001 (serial 0) CA RSA SHA256:y",
            "Ssh",
            IsUser: false,
            Succeeds: true
        ),
        new("sshd", "sshd[7]: Received disconnect from 192.0.2.7 port 5:11: \u0001 [preauth]", "Ssh", IsUser: false, Count: 0),
        new("proftpd", "proftpd[7]: srv (h.example[192.0.2.7]) - USER \u0001 (Login failed): Incorrect password", "Ftp"),
        new("proftpd", "proftpd[7]: srv (h.example[192.0.2.7]) - USER \u0001: no such user found from h.example [192.0.2.7] to 198.51.100.1:21 ", "Ftp"),
        new("proftpd", "2026-11-24 02:14:15,123 mail proftpd[7] srv (h.example[192.0.2.7]): USER \u0001 (Login failed): No such user found", "Ftp"),
        new("proftpd", "[24/Nov/2026:02:14:15 +0000] 192.0.2.7 \u0001 PASS 530", "Ftp"),
        new("proftpd", "[24/Nov/2026:02:14:15 +0000] srv [7] h.example 192.0.2.7 \"USER \u0001\" 331", "Ftp", Count: 0),
        new("vsftpd", "Tue Nov 24 02:12:54 2026 [pid 3] [\u0001] FAIL LOGIN: Client \"192.0.2.7\"", "Ftp"),
        new("vsftpd", "Tue Nov 24 02:12:54 2026 [pid 3] [ftp] OK LOGIN: Client \"192.0.2.7\", anon password \"\u0001\"", "Ftp", IsUser: false, Count: 0),
        new(
            "vsftpd",
            "Tue Nov 24 02:12:54 2026 [pid 3] [anna] OK UPLOAD: Client \"192.0.2.7\", \"\u0001\", 10 bytes, 1.00Kbyte/sec",
            "Ftp",
            IsUser: false,
            Count: 0
        ),
        new("vsftpd", "vsftpd[3]: [\u0001] FAIL LOGIN: Client \"192.0.2.7\"", "Ftp"),
        new("vsftpd", "vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=\u0001 rhost=192.0.2.7  user=\u0001", "Ftp"),
        new("pure-ftpd", "pure-ftpd: (?@192.0.2.7) [WARNING] Authentication failed for user [\u0001]", "Ftp"),
        new("pure-ftpd", "pure-ftpd: (anna@192.0.2.7) [NOTICE] /srv/\u0001 uploaded  (3 bytes, 0.10KB/sec)", "Ftp", IsUser: false, Count: 0),
        new("courier", "imapd: LOGIN FAILED, user=\u0001, ip=[::ffff:192.0.2.7], port=[5]", "Imap"),
        new("courier", "courieresmtpd: error,relay=::ffff:192.0.2.7,port=43,msg=\"535 Authentication failed.\",cmd: AUTH LOGIN \u0001", "Smtp"),
        new("courier", "courieresmtpd: error,relay=::ffff:192.0.2.7,port=43,msg=\"502 ESMTP command error\",cmd: \u0001", "Smtp", IsUser: false, Count: 0),
        new("cyrus", "cyrus/imap[7]: badlogin: h.example [192.0.2.7] PLAIN (\u0001) [SASL(-13): authentication failure: Password verification failed]", "Imap"),
        new("cyrus", "cyrus/pop3[7]: badlogin: h.example [192.0.2.7] plaintext \u0001 SASL(-13): authentication failure: checkpass failed", "Pop3"),
        new(
            "cyrus",
            "imaps[7]: badlogin: h.example [192.0.2.7] PLAIN [SASL(-13): user not found: user: \u0001 property: cmusaslsecretPLAIN not found in sasldb]",
            "Imap",
            IsUser: false
        ),
        new("saslauthd", "saslauthd[9]: do_auth         : auth failure: [user=\u0001] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]", "Smtp"),
        new("saslauthd", "saslauthd[9]: auth_zimbra: \u0001 auth failed: authentication failed for [\u0001]", "Smtp"),
        new("saslauthd", "plesk_saslauthd[9]: failed mail authentication attempt for user '\u0001' (password len=6)", "Smtp"),
        new("pam", "login[9]: pam_unix(login:auth): authentication failure; logname= uid=0 euid=0 tty=x ruser= rhost=192.0.2.7  user=\u0001", "Other"),
        new("roundcube", "roundcube: <a1> Failed login for \u0001 from 192.0.2.7 in session q1w2 (error: 0)", "Web"),
        new("roundcube", "roundcube: <a1> Failed login for anna from 192.0.2.7 (X-Forwarded-For: \u0001) in session q1w2 (error: 0)", "Web", IsUser: false),
        new(
            "roundcube",
            "roundcube: <a1> IMAP Error: Login failed for \u0001 against localhost from 192.0.2.7. AUTHENTICATE PLAIN: no in /x.php on line 2 (POST /)",
            "Web"
        ),
        new(
            "roundcube",
            "roundcube: <a1> Successful login for anna (ID: 7) from 192.0.2.7 (X-Forwarded-For: \u0001) in session q1w2",
            "Web",
            IsUser: false,
            Succeeds: true
        ),
        new(
            "sogo",
            "sogod[7]: SOGoRootPage Login from '192.0.2.7' for user '\u0001' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0",
            "Web"
        ),
        new(
            "zimbra",
            "2026-11-24 02:14:15,123 WARN  [qtp1-7:https://mail/] [name=x;oip=192.0.2.7;ua=\u0001;] security - cmd=Auth; account=anna@example.com; protocol=soap; error=authentication failed for [anna@example.com], invalid password;",
            "Web",
            IsUser: false
        ),
        new(
            "zimbra",
            "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/] [name=x;oip=192.0.2.7;ua=\u0001;] security - cmd=Auth; account=anna@example.com; protocol=soap;",
            "Web",
            IsUser: false,
            Succeeds: true
        ),
        new(
            "zimbra",
            "2026-11-24 02:14:15,123 WARN  [qtp1-7:https://mail/] [oip=192.0.2.7;ua=x;] security - cmd=Auth; account=\u0001; protocol=soap; error=authentication failed for [\u0001], account not found;",
            "Web"
        ),
        new(
            "zimbra",
            "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/] [oip=192.0.2.7;ua=\u0001;] soap - SearchRequest elapsed=3",
            "Web",
            IsUser: false,
            Count: 0
        ),
        new(
            "zimbra",
            "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/] [oip=192.0.2.7;ua=x;] SoapEngine - handler exception: authentication failed for [\u0001], account not found",
            "Web"
        ),
        new("nextcloud", "ownCloud[7]: {core} Login failed: '\u0001' (Remote IP: '192.0.2.7')", "Web"),
        new(
            "nextcloud",
            "{\"reqId\":\"a\",\"level\":2,\"time\":\"2026-11-24T02:14:15+00:00\",\"remoteAddr\":\"192.0.2.7\",\"user\":\"--\",\"app\":\"core\",\"method\":\"POST\",\"url\":\"/login\",\"message\":\"Login failed: \u0001 (Remote IP: 192.0.2.7)\",\"userAgent\":\"\u0001\"}",
            "Web",
            Written: Json
        ),
        new(
            "nextcloud",
            "{\"reqId\":\"a\",\"level\":2,\"time\":\"2026-11-24T02:14:15+00:00\",\"remoteAddr\":\"192.0.2.7\",\"user\":\"--\",\"app\":\"core\",\"method\":\"POST\",\"url\":\"/\u0001\",\"message\":\"Bruteforce attempt\",\"userAgent\":\"\u0001\"}",
            "Web",
            IsUser: false,
            Count: 0,
            Written: Json
        ),
        new("sshd", "sshd[7]: kernel:[  970.699396]: Failed password for invalid user \u0001 from 192.0.2.7 port 4 ssh2", "Ssh"),
        new("sshd", "sshd[7]: fatal: Access denied for user \u0001 by PAM account configuration [preauth]", "Ssh"),
        new("dropbear", "dropbear[7]: Bad password attempt for '\u0001' from 192.0.2.7:4000", "Ssh"),
        new("dropbear", "dropbear[7]: [7] Nov 24 02:14:15 Login attempt for nonexistent user '\u0001' from 192.0.2.7:4000", "Ssh"),
        new(
            "dropbear",
            "dropbear[7]: Exit before auth from <192.0.2.7:4000>: (user '\u0001', 3 fails): Max auth tries reached",
            "Ssh",
            IsUser: false,
            Count: 0
        ),
        new("vsftpd", "Tue Nov 24 02:12:54 2026 [pid 3] [\u0001] FTP response: Client \"192.0.2.7\", \"530 Permission denied.\"", "Ftp"),
        new("vsftpd", "Tue Nov 24 02:12:54 2026 [pid 3] [anna] FTP command: Client \"192.0.2.7\", \"\u0001\"", "Ftp", IsUser: false, Count: 0),
        new("uw", "imapd[7]: Login failed user=\u0001 auth=\u0001 host=pc.example.net [192.0.2.7]", "Imap"),
        new("uw", "ipop3d[7]: Failed x override of user=\u0001 host=pc.example.net [192.0.2.7]", "Pop3"),
        new("horde", "HORDE: [imp] FAILED LOGIN for \u0001 [192.0.2.7] to {mx:143 [imap/notls]} [pid 7 on line 155 of \"/x.php\"]", "Web"),
        new("horde", "HORDE: [imp] FAILED LOGIN for \u0001 (192.0.2.7) to {imap://mx/} [pid 7 on line 155 of \"/x.php\"]", "Web"),
        new("horde", "HORDE: [horde] FAILED LOGIN for \u0001 to horde (192.0.2.7) [pid 7 on line 155 of \"/x.php\"]", "Web"),
        new(
            "horde",
            "HORDE: [imp] FAILED LOGIN for anna [192.0.2.7] (forwarded for [\u0001]) to {mx:143 [imap/notls]} [pid 7 on line 155 of \"/x.php\"]",
            "Web",
            IsUser: false
        ),
        new(
            "horde",
            "HORDE: [imp] Login success for anna (192.0.2.7) (forwarded for [\u0001]) to {imap://mx/} [pid 7 on line 155 of \"/x.php\"]",
            "Web",
            IsUser: false,
            Succeeds: true
        ),
        new(
            "zimbra",
            "2026-11-24 02:14:15,123 WARN  [qtp1-7:https://mail/] [name=x;ip=192.0.2.7;ua=x;] security - cmd=AdminAuth; account=\u0001; error=authentication failed for [\u0001], invalid password;",
            "Web"
        ),
        new("roundcube", "roundcube: FAILED login for \u0001 from 192.0.2.7", "Web"),
        new(
            "cpanel",
            "[2026-11-24 02:14:15 +0000] info [webmaild] 192.0.2.7 - \u0001 \"POST /login/?login_only=1 HTTP/1.1\" FAILED LOGIN webmaild: user password incorrect",
            "Web"
        ),
        new(
            "cpanel",
            "[2026-11-24 02:14:15 +0000] info [webmaild] 192.0.2.7 - anna \"POST /\u0001 HTTP/1.1\" FAILED LOGIN webmaild: user password incorrect",
            "Web",
            IsUser: false
        ),
        new(
            "cpanel",
            "[2026-11-24 02:14:15 +0000] info [webmaild] 192.0.2.7 - anna \"GET /\u0001 HTTP/1.1\" DEFERRED LOGIN webmaild: security token missing",
            "Web",
            IsUser: false,
            Count: 0
        ),
    ];
}
