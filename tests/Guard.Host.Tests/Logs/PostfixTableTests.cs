using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What comes out of each line that Postfix writes, by version and shape.</summary>
public sealed class PostfixTableTests
{
    private const string At = "2026-11-24T02:14:17+00:00 mail ";

    [Theory]
    // Failures: before 3.7.8 and 3.8.3 without a user, then with one; with client port logging; with a last challenge or a text of the authentication server.
    [InlineData("2.10", "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6", "Smtp WrongPassword  192.0.2.1")]
    [InlineData(
        "2.10",
        "postfix/smtpd[1]: warning: host.example[192.0.2.1]: SASL PLAIN authentication failed: authentication failure",
        "Smtp WrongPassword  192.0.2.1"
    )]
    [InlineData(
        "3.4",
        "postfix/smtps/smtpd[1]: warning: unknown[2001:db8::7]: SASL CRAM-MD5 authentication failed: PDEyMz4=",
        "Smtp WrongPassword  2001:db8::7"
    )]
    [InlineData(
        "3.7.8",
        "postfix/submission/smtpd[1]: warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=anna@example.com",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "3.10",
        "postfix/submission/smtpd[1]: warning: unknown[192.0.2.1]:51234: SASL login authentication failed: Account is locked, sasl_username=anna",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "3.8.3",
        "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL DIGEST-MD5 authentication failed: authentication failure, sasl_username=(unavailable)",
        "Smtp WrongPassword  192.0.2.1"
    )]
    [InlineData("name", "mail/smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: VXNlcm5hbWU6", "Smtp WrongPassword  192.0.2.1")]
    [InlineData("cut", "postfix[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: VXNlcm5hbWU6", "Smtp WrongPassword  192.0.2.1")]
    [InlineData(
        "instance",
        "postfix-out/smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: VXNlcm5hbWU6",
        "Smtp WrongPassword  192.0.2.1"
    )]
    // The server's own trouble.
    [InlineData(
        "3.4",
        "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: Connection lost to authentication server",
        "Smtp ServerTrouble  192.0.2.1"
    )]
    [InlineData(
        "3.7.8",
        "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: Connection lost to authentication server, sasl_username=anna",
        "Smtp ServerTrouble anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "3.7.8",
        "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=(unavailable)",
        "Smtp ServerTrouble  192.0.2.1"
    )]
    [InlineData("cyrus", "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: generic failure", "Smtp ServerTrouble  192.0.2.1")]
    // Logins with their messages.
    [InlineData(
        "2.10",
        "postfix/smtpd[1]: 4ABC8B20217: client=host.example[192.0.2.1], sasl_method=LOGIN, sasl_username=anna@example.com",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "2.10",
        "postfix/smtpd[1]: 4ABC8B20217: client=unknown[192.0.2.1]:51234, sasl_method=PLAIN, sasl_username=anna",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "long",
        "postfix/smtpd[1]: 4Y5kYn3R7hz2xJ1qQ4567: client=host[2001:db8::7], sasl_method=XOAUTH2, sasl_username=anna",
        "Smtp Succeeded anna@example.com 2001:db8::7"
    )]
    [InlineData(
        "longer",
        "postfix/smtpd[1]: 4Y5kYn3R7hz2xJ1qQ456789: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna, sasl_sender=bob@example.com",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "filter",
        "postfix/smtpd[1]: NOQUEUE: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "name",
        "out/submission/smtpd[1]: 4ABC8B20217: client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "cut",
        "postfix 1 - -  4ABC8B20217: client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    public void A_line_yields_one_login(string version, string line, string expected)
    {
        // RFC 5424 senders cut the tag at its slash.
        var parsed = new Parsed().Feed(line.StartsWith("postfix 1", StringComparison.Ordinal) ? "<22>1 2026-11-24T02:14:17+00:00 mail " + line : At + line);
        Assert.Equal(LineResult.Observed, parsed.Last);
        Assert.Equal([expected], parsed.Told);
        Assert.NotEmpty(version);
    }

    [Theory]
    [InlineData("postfix/smtpd[1]: connect from unknown[192.0.2.1]")]
    [InlineData("postfix/smtpd[1]: disconnect from unknown[192.0.2.1]:51234 ehlo=1 auth=0/1 quit=1 commands=2/3")]
    [InlineData("postfix/smtpd[1]: lost connection after AUTH from unknown[192.0.2.1]")]
    [InlineData("postfix/smtpd[1]: timeout after END-OF-MESSAGE from unknown[192.0.2.1]")]
    [InlineData("postfix/smtpd[1]: too many errors after RCPT from unknown[192.0.2.1]")]
    [InlineData("postfix/smtpd[1]: improper command pipelining after EHLO from unknown[192.0.2.1]: QUIT\\r\\n")]
    [InlineData("postfix/smtpd[1]: Anonymous TLS connection established from unknown[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)")]
    [InlineData("postfix/smtpd[1]: SSL_accept error from unknown[192.0.2.1]: lost connection")]
    [InlineData("postfix/smtpd[1]: warning: hostname host.example does not resolve to address 192.0.2.1: Name or service not known")]
    [InlineData("postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL PLAIN authentication aborted")]
    [InlineData(
        "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL NTLM authentication failed: Invalid authentication mechanism, sasl_username=(unavailable)"
    )]
    [InlineData("postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: no mechanism available")]
    [InlineData(
        "postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: Invalid base64 data in initial response, sasl_username=(unavailable)"
    )]
    [InlineData("postfix/smtpd[1]: warning: SASL authentication failure: Password verification failed")]
    [InlineData("postfix/smtpd[1]: warning: Illegal address syntax from unknown[192.0.2.1] in MAIL command: <x")]
    [InlineData(
        "postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 450 4.1.1 <a@example.com>: Recipient address rejected: unverified address; from=<x@y> to=<a@example.com> proto=ESMTP helo=<x>"
    )]
    [InlineData(
        "postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <a@b>: Relay access denied; from=<x@y> to=<a@b> proto=ESMTP helo=<x>"
    )]
    [InlineData(
        "postfix/smtpd[1]: 5CC1FB20193: reject: END-OF-MESSAGE from unknown[192.0.2.1]: 554 5.7.1 <END-OF-MESSAGE>: End-of-data rejected: quota; from=<a> to=<b> proto=ESMTP helo=<c>"
    )]
    [InlineData("postfix/smtpd[1]: NOQUEUE: milter-reject: CONNECT from unknown[192.0.2.1]: 550 5.7.1 no; proto=SMTP")]
    [InlineData("postfix/smtpd[1]: 4ABC8B20217: client=mx.remote.test[198.51.100.7]")]
    [InlineData("postfix/cleanup[1]: 4ABC8B20217: message-id=<20261124002356.014989@mail>")]
    [InlineData(
        "postfix/cleanup[1]: 4ABC8B20217: warning: header Subject: a, sasl_username=victim from unknown[192.0.2.1]; from=<a> to=<b> proto=ESMTP helo=<c>"
    )]
    [InlineData("postfix/qmgr[1]: 4ABC8B20217: from=<a@example.com>, size=427, nrcpt=1 (queue active)")]
    [InlineData("postfix/qmgr[1]: 4ABC8B20217: removed")]
    [InlineData("postfix/qmgr[1]: 4ABC8B20217: from=<a@example.com>, status=expired, returned to sender")]
    [InlineData("postfix/qmgr[1]: 4ABC8B20217: skipped, still being delivered")]
    [InlineData("postfix/bounce[1]: 4ABC8B20217: sender non-delivery notification: 5ABC8B20217")]
    [InlineData("postfix/smtp[1]: 4ABC8B20217: to=<a@b.test>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)")]
    [InlineData("postfix/smtp[1]: 4ABC8B20217: host mx[198.51.100.7] said: 450 4.1.1 later (in reply to RCPT TO command)")]
    [InlineData("postfix/smtp[1]: connect to mx[198.51.100.7]:25: Connection timed out")]
    [InlineData("postfix/smtp[1]: Untrusted TLS connection established to mx[198.51.100.7]:25: TLSv1.3 with cipher X (256/256 bits)")]
    [InlineData("postfix/anvil[1]: statistics: max connection rate 3/60s for (smtp:192.0.2.1) at Nov 24 00:23:58")]
    [InlineData("postfix/postscreen[1]: PREGREET 11 after 0.1 from [192.0.2.1]:4: EHLO User\\r\\n")]
    [InlineData("postfix/master[1]: daemon started -- version 3.7.11, configuration /etc/postfix")]
    [InlineData("postfix/postfix-script[1]: starting the Postfix mail system")]
    [InlineData("postfix/scache[1]: statistics: start interval Nov 24 00:23:58")]
    [InlineData("postfix/tlsproxy[1]: CONNECT from [192.0.2.1]:4")]
    [InlineData("postfix/verify[1]: close database /var/lib/postfix/verify_cache.db: No such file or directory")]
    public void A_line_of_known_shape_carries_nothing(string line)
    {
        var parsed = new Parsed().Feed(At + line);
        Assert.Equal(LineResult.Nothing, parsed.Last);
        Assert.Empty(parsed.Told);
    }

    [Theory]
    [InlineData("postfix/smtpd[1]: 4ABC8B20217: client=host.example[192.0.2.1], sasl_realm=x")]
    [InlineData("postfix/smtpd[1]: 4ABC8B20217: login of sasl_username=anna")]
    [InlineData("postfix/smtpd[1]: user anna logged in from unknown[192.0.2.1]")]
    [InlineData("postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL LOGIN refused: x")]
    [InlineData("postfix/qmgr[1]: 4ABC8B20217: from=<a@example.com>, size=many, nrcpt=1 (queue active)")]
    [InlineData("postfix/smtp[1]: 4ABC8B20217: to=<a@b.test>, relay=mx[198.51.100.7]:25, when=now, status=sent (250 ok)")]
    [InlineData("postfix/pickup[1]: 4ABC8B20217: uid=web from=<web42>")]
    public void A_line_of_unknown_shape_is_told_as_such(string line)
    {
        var parsed = new Parsed().Feed(At + line);
        Assert.Equal(LineResult.Unknown, parsed.Last);
        Assert.Empty(parsed.Told);
    }

    [Theory]
    [InlineData("policyd-spf[1]: 4ABC8B20217: client=x")]
    [InlineData("postfix-mta-sts-resolver[1]: something of its own")]
    [InlineData("smtpd[1]: OpenSMTPD speaks otherwise")]
    public void A_line_of_another_program_is_foreign(string line) => Assert.Equal(LineResult.Foreign, new Parsed().Feed(At + line).Last);
}
