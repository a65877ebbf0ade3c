using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>Web mail by shape of line.</summary>
public sealed class WebmailLineTests
{
    [Theory]
    [InlineData(
        "roundcube: <abcd1234> Successful login for anna@example.com (ID: 7) from 192.0.2.7 in session abcd1234efgh5678",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "roundcube[44]: <abcd1234> Failed login for anna@example.com from 192.0.2.7 in session abcd1234efgh5678 (error: 0)",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "roundcube: <abcd1234> IMAP Error: Login failed for anna@example.com against localhost from 192.0.2.7. AUTHENTICATE PLAIN: Authentication failed. in /usr/share/roundcube/program/lib/Roundcube/rcube_imap.php on line 211 (POST /?_task=login&_action=login)",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("roundcube: IMAP Error: Login failed for anna@example.com from 192.0.2.7", "Web WrongPassword anna@example.com 192.0.2.7")]
    [InlineData(
        "roundcube: <a> IMAP Error: Login failed for anna against localhost from 192.0.2.7. Could not connect to localhost:143: Connection refused in /x.php on line 2 (POST /)",
        "Web ServerTrouble  192.0.2.7"
    )]
    // By syslog both logs tell it
    [InlineData(
        "roundcube: <a> IMAP Error: Login failed for anna against localhost from 192.0.2.7. AUTHENTICATE PLAIN: no in /x.php on line 2 (POST /)\nroundcube: <a> Failed login for anna from 192.0.2.7 in session abc (error: 0)",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    // Behind a proxy of the site's own, and before nobody's
    [InlineData(
        "roundcube: <a> Successful login for anna (ID: 7) from 10.0.0.2 (X-Real-IP: 192.0.2.7,X-Forwarded-For: 6.6.6.6, 192.0.2.7) in session abc",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "roundcube: <a> Failed login for anna from 127.0.0.1 (X-Forwarded-For: 192.0.2.7) in session abc (error: 0)",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "roundcube: <a> Failed login for anna from 192.0.2.7 (X-Forwarded-For: 6.6.6.6) in session abc (error: 0)",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "roundcube: <a> Failed login for anna from 10.0.0.2 (X-Real-IP: 192.0.2.7,X-Forwarded-For: 6.6.6.6) in session abc (error: 0)",
        "Web WrongPassword anna@example.com "
    )]
    // Names that look like the rest of the line
    [InlineData(
        "roundcube: <a> Failed login for victim from 6.6.6.6 in session abc (error: 0) from 192.0.2.7 in session abc (error: 0)",
        "Web WrongPassword  192.0.2.7"
    )]
    [InlineData("roundcube: <a> Failed login for x from 6.6.6.6 (X-Forwarded-For: z from 192.0.2.7 in session abc (error: 0)", "Web WrongPassword  192.0.2.7")]
    [InlineData(
        "roundcube: <a> Failed login for anna from 192.0.2.7 (X-Forwarded-For: z from 6.6.6.6 (X-Real-IP: 1.1.1.1) in session abc (error: 0)",
        LineTable.Unknown
    )]
    // Before 1.0
    [InlineData("roundcube: Successful login for anna (ID: 7) from 192.0.2.7", "Web Succeeded anna@example.com 192.0.2.7")]
    [InlineData("roundcube: FAILED login for anna from 192.0.2.7", "Web WrongPassword anna@example.com 192.0.2.7")]
    [InlineData("roundcube: <a> PHP Error: something in /x.php on line 2", LineTable.Nothing)]
    public void Roundcube(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData(
        "sogod[7]: SOGoRootPage successful login from '192.0.2.7' for user 'anna' - expire = -1  grace = -1",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "sogod[7]: SOGoRootPage Login from '192.0.2.7' for user 'anna' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "sogod[7]: SOGoRootPage Login from '192.0.2.7, 10.0.0.1' for user 'anna' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData("sogod[7]: SOGoRootPage Login from '192.0.2.7' for user 'x' might not have worked - y' might not have worked", "Web WrongPassword  192.0.2.7")]
    [InlineData("sogod[7]: 192.0.2.7 \"POST /SOGo/connect HTTP/1.1\" 403 34/38 0.311 - - 2M", LineTable.Nothing)]
    [InlineData("sogod[7]: SOGoRootPage Login from 'x' for user 'anna' might not have worked", LineTable.Unknown)]
    public void Sogo(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData(
        "[24-Nov-2026 03:14:15 +0100]: <abcd1234> Successful login for anna@example.com (ID: 7) from 192.0.2.7 in session abcd1234efgh5678",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "[24-Nov-2026 03:14:15 +0100]: Failed login for anna@example.com from 192.0.2.7 in session abcd1234efgh5678 (error: 0)",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15.123 sogod[7:140] SOGoRootPage successful login from '192.0.2.7' for user 'anna' - expire = -1  grace = -1",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "Nov 24 02:14:15 sogod [7]: SOGoRootPage Login from '192.0.2.7' for user 'anna' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    public void Files_of_their_own(string line, string expected) => LineTable.Check(line, expected);

    [Theory]
    [InlineData(
        "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/service/soap/AuthRequest] [name=anna@example.com;oip=192.0.2.7;port=5;ua=ZimbraWebClient - FF (Linux);soapId=9f;] security - cmd=Auth; account=anna@example.com; protocol=soap;",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15,123 WARN  [qtp1-7:https://mail/service/soap/AuthRequest] [name=anna@example.com;ip=10.0.0.2;oip=192.0.2.7;ua=x;] security - cmd=Auth; account=anna@example.com; protocol=soap; error=authentication failed for [anna@example.com], invalid password;",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15,123 WARN  [ImapSSLServer-7] [ip=192.0.2.7;] security - cmd=Auth; account=bert@example.com; protocol=imap; error=authentication failed for [bert@example.com], account not found;",
        "Imap UnknownUser bert@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15,123 WARN  [Pop3Server-7] [ip=192.0.2.7;] security - cmd=Auth; account=anna@example.com; protocol=pop3; error=authentication failed for [anna@example.com], account lockout;",
        "Pop3 Refused anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/service/admin/soap/AuthRequest] [oip=192.0.2.7;port=5;oproto=smtp;soapId=9;] SoapEngine - handler exception: authentication failed for [anna@example.com], invalid password",
        "Smtp WrongPassword anna@example.com 192.0.2.7"
    )]
    // Administrators, and those who come by another application's key
    [InlineData(
        "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/service/admin/soap/AuthRequest] [name=anna@example.com;ip=192.0.2.7;ua=x;] security - cmd=AdminAuth; account=anna@example.com;",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15,123 WARN  [qtp1-7:https://mail/service/admin/soap/AuthRequest] [ip=192.0.2.7;ua=x;] security - cmd=AdminAuth; account=anna@example.com; error=authentication failed for [anna@example.com], invalid password;",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/service/preauth] [name=anna@example.com;oip=192.0.2.7;ua=x;] security - cmd=PreAuth; account=anna@example.com; admin=false;",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "2026-11-24 02:14:15,123 INFO  [qtp1-7:https://mail/service/soap/X] [name=anna@example.com;oip=192.0.2.7;ua=x;] soap - SearchRequest elapsed=4",
        LineTable.Nothing
    )]
    public void Zimbra(string line, string expected) => LineTable.Check(line, expected);

    [Theory]
    [InlineData(
        "{\"reqId\":\"a\",\"level\":2,\"time\":\"2026-11-24T02:14:15+00:00\",\"remoteAddr\":\"192.0.2.7\",\"user\":\"--\",\"app\":\"core\",\"method\":\"POST\",\"url\":\"/login\",\"message\":\"Login failed: anna (Remote IP: 192.0.2.7)\"}",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "{\"reqId\":\"a\",\"level\":2,\"time\":\"2026-11-24T02:14:15+00:00\",\"remoteAddr\":\"2001:db8::7\",\"user\":\"--\",\"app\":\"no app in context\",\"message\":\"Login failed: 'anna' (Remote IP: '2001:db8::7')\"}",
        "Web WrongPassword anna@example.com 2001:db8::7"
    )]
    [InlineData(
        "{\"reqId\":\"a\",\"level\":1,\"time\":\"2026-11-24T02:14:15+00:00\",\"remoteAddr\":\"192.0.2.7\",\"user\":\"anna\",\"app\":\"admin_audit\",\"message\":\"Login successful: \\\"anna\\\"\"}",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        "{\"reqId\":\"a\",\"level\":1,\"time\":\"2026-11-24T02:14:15+00:00\",\"remoteAddr\":\"192.0.2.7\",\"user\":\"anna\",\"app\":\"admin_audit\",\"message\":\"Login attempt: \\\"anna\\\"\"}",
        LineTable.Nothing
    )]
    [InlineData(
        "{\"reqId\":\"a\",\"level\":2,\"time\":\"2026-11-24T02:14:15+00:00\",\"remoteAddr\":\"192.0.2.7\",\"user\":\"x\",\"app\":\"files\",\"message\":\"Login successful: victim\"}",
        LineTable.Nothing
    )]
    [InlineData("ownCloud[7]: {core} Login failed: 'anna' (Remote IP: '192.0.2.7')", "Web WrongPassword anna@example.com 192.0.2.7")]
    public void Nextcloud(string line, string expected) => LineTable.Check(line, expected);
}
