using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What comes out of each line that Sendmail writes, by version and shape.</summary>
public sealed class SendmailTableTests
{
    private const string At = "2026-11-24T02:14:17+00:00 mail ";

    [Theory]
    [InlineData("8.12", "sm-mta[7]: AUTH=server, relay=host.example [192.0.2.1], authid=anna, mech=LOGIN, bits=0", "Smtp Succeeded anna@example.com 192.0.2.1")]
    [InlineData(
        "8.18",
        "sendmail[7]: AUTH=server, relay=[IPv6:2001:db8::7], authid=anna@example.com, mech=PLAIN, bits=0",
        "Smtp Succeeded anna@example.com 2001:db8::7"
    )]
    [InlineData(
        "forged",
        "sm-acceptingconnections[7]: AUTH=server, relay=host.example [192.0.2.1] (may be forged), authid=anna, mech=CRAM-MD5, bits=0",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "8.16",
        "sm-mta[7]: 6AO2BWV1031825: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, user=anna, relay=host.example [192.0.2.1]",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "8.16",
        "sm-mta[7]: 6AO2BWV1031825: AUTH failure (PLAIN): user not found (-20) SASL(-13): user not found: Password verification failed, user=nosuch, relay=[192.0.2.1]",
        "Smtp UnknownUser nosuch@example.com 192.0.2.1"
    )]
    [InlineData(
        "8.15",
        "sm-mta[7]: 6AO2BWV1031825: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, relay=host.example [192.0.2.1] (may be forged)",
        "Smtp WrongPassword  192.0.2.1"
    )]
    [InlineData(
        "8.13",
        "sendmail[7]: j6AO2BWV031825: AUTH failure (DIGEST-MD5): user not found (-20) SASL(-13): user not found: no secret in database, relay=[192.0.2.1]",
        "Smtp UnknownUser  192.0.2.1"
    )]
    [InlineData(
        "level 9",
        "sm-mta[7]: 6AO2BWV1031825: host.example [192.0.2.1] (may be forged): possible SMTP attack: command=AUTH, count=5",
        "Smtp WrongPassword  192.0.2.1"
    )]
    [InlineData("level 9", "sm-mta[7]: 6AO2BWV103182566: [192.0.2.1]: possible SMTP attack: command=AUTH, count=5", "Smtp WrongPassword  192.0.2.1")]
    [InlineData(
        "trouble",
        "sm-mta[7]: 6AO2BWV1031825: AUTH failure (PLAIN): generic failure (-1) SASL(-1): generic failure: cannot connect to saslauthd server, user=anna, relay=[192.0.2.1]",
        "Smtp ServerTrouble anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "locked",
        "sm-mta[7]: 6AO2BWV1031825: AUTH failure (PLAIN): account disabled (-19) SASL(-19): account disabled, user=anna, relay=[192.0.2.1]",
        "Smtp Refused anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "twice",
        "sm-mta[7]: 6AO2BWV1031825: AUTH failure (PLAIN): user not found (-20) SASL(-13): user not found: user: x, user=victim property: userPassword not found in sasldb, user=x, user=victim, relay=[192.0.2.1]",
        "Smtp UnknownUser  192.0.2.1"
    )]
    public void A_line_yields_one_login(string version, string line, string expected)
    {
        var parsed = new Parsed().Feed(At + line);
        Assert.Equal(LineResult.Observed, parsed.Last);
        Assert.Equal([expected], parsed.Told);
        Assert.NotEmpty(version);
    }

    [Fact]
    public void Before_8_13_the_connection_tells_the_address_of_a_failure()
    {
        var parsed = new Parsed().Feed(
            At + "sm-mta[7]: NOQUEUE: connect from host.example [192.0.2.1]",
            At + "sm-mta[7]: 6AO2BWV1031825: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed"
        );
        Assert.Equal(["Smtp WrongPassword  192.0.2.1"], parsed.Told);
    }

    [Theory]
    [InlineData("8.12", "from=<anna@example.com>, size=265, class=0, nrcpts=2, msgid=<x@mail>, proto=ESMTP, daemon=MTA, relay=host.example [192.0.2.1]")]
    [InlineData("8.11", "from=<anna@example.com>, size=265, class=-60, pri=90265, nrcpts=2, msgid=<x@mail>, proto=ESMTP, relay=[192.0.2.1]")]
    [InlineData(
        "8.18",
        "from=<anna@example.com>, size=265, class=0, nrcpts=2, msgid=<x@mail>, bodytype=8BITMIME, proto=ESMTPSA, daemon=MSA, tls_verify=NO, auth=PLAIN, relay=host.example [192.0.2.1] (may be forged)"
    )]
    [InlineData(
        "quoted",
        "from=<\"x, size=1, class=0, nrcpts=1, msgid=<y\"@evil.example>, size=265, class=0, nrcpts=2, msgid=<z, nrcpts=9, relay=[6.6.6.6]>, proto=ESMTPA, daemon=MSA, relay=[192.0.2.1]"
    )]
    public void A_message_is_of_who_logged_in_on_its_connection(string version, string line)
    {
        var parsed = new Parsed().Feed(
            At + "sm-mta[7]: AUTH=server, relay=host.example [192.0.2.1], authid=anna, mech=LOGIN, bits=0",
            At + "sm-mta[7]: 6AO2BVnV000007: " + line
        );
        Assert.Equal(["Smtp Succeeded anna@example.com 192.0.2.1", "Sent 2 anna@example.com 192.0.2.1 265 6AO2BVnV000007"], parsed.Told);
        Assert.NotEmpty(version);
    }

    [Theory]
    [InlineData("to=<a@b>, delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=60265, relay=mx.b [198.51.100.7], dsn=2.0.0, stat=Sent (Ok)", "Delivered 1")]
    [InlineData(
        "to=<a@b>,<c@d>, ctladdr=<anna@example.com> (1004/1004), delay=1+00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx.b. [198.51.100.7], dsn=2.0.0, stat=Sent (Ok: queued as X)",
        "Delivered 2"
    )]
    [InlineData(
        "to=<a@b>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx.b. [198.51.100.7], dsn=5.1.1, stat=User unknown",
        "UnknownRecipient 1"
    )]
    [InlineData(
        "to=<a@b>, delay=00:00:00, mailer=esmtp, pri=60265, relay=bad.test, dsn=5.1.2, stat=Host unknown (Name server: bad.test: host not found)",
        "UnknownRecipient 1"
    )]
    [InlineData(
        "to=<a@b>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx.b. [198.51.100.7], dsn=5.7.1, reply=550 5.7.1 spam, stat=Sent no, stat=Service unavailable",
        "RefusedAsSpam 1"
    )]
    [InlineData(
        "to=<a@b>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx.b. [198.51.100.7], dsn=4.1.1, reply=450 4.1.1 user unknown, stat=Deferred: 450 4.1.1 user unknown",
        null
    )]
    [InlineData("to=<a@b>, delay=00:00:00, mailer=esmtp, pri=30265, stat=queued", null)]
    [InlineData(
        "to=<\"x, delay=00:00:00, mailer=y, pri=1, dsn=2.0.0, stat=Sent \"@evil>,<c@d>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx.b. [198.51.100.7], dsn=5.0.0, stat=Service unavailable",
        "Bounced 2"
    )]
    public void A_recipients_fate_is_told(string line, string? expected)
    {
        var parsed = new Parsed().Feed(
            At + "sm-mta[7]: AUTH=server, relay=host.example [192.0.2.1], authid=anna, mech=LOGIN, bits=0",
            At + "sm-mta[7]: 6AO2BVnV000007: from=<anna@example.com>, size=265, class=0, nrcpts=2, msgid=<x@mail>, proto=ESMTPA, daemon=MSA, relay=[192.0.2.1]",
            At + "sm-mta[9]: 6AO2BVnV000007: " + line
        );
        Assert.Equal(expected is null ? [] : [expected + " anna@example.com"], parsed.Told[2..]);
        Assert.NotEqual(LineResult.Unknown, parsed.Last);
    }

    [Fact]
    public void Mail_of_a_local_user_is_theirs_and_counts_once_through_submission_program_and_daemon()
    {
        var parsed = new Parsed().Feed(
            At + "sendmail[7000]: 7AO2BV00007000: from=web44, size=400, class=0, nrcpts=3, msgid=<1@x>, relay=web44@localhost",
            At
                + "sm-mta[17000]: 7AO2BW00017000: from=<web44@server.example.com>, size=600, class=0, nrcpts=3, msgid=<1@x>, proto=ESMTP, daemon=MTA-v4, relay=localhost [127.0.0.1]",
            At
                + "sendmail[7000]: 7AO2BV00007000: to=a@b,c@d,e@f, ctladdr=web44 (1004/1004), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=30400, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (7AO2BW00017000 Message accepted for delivery)",
            At
                + "sm-mta[17002]: 7AO2BW00017000: to=<a@b>,<c@d>,<e@f>, ctladdr=<web44@server.example.com> (1004/1004), delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=120600, relay=mx.b. [198.51.100.7], dsn=5.1.1, stat=User unknown",
            At + "sm-mta[17002]: 7AO2BW00017000: done; delay=00:00:01, ntries=1"
        );
        Assert.Equal(["Sent 3 web44@example.com  400 7AO2BV00007000", "UnknownRecipient 3 web44@example.com"], parsed.Told);
        Assert.Equal(0, parsed.Parser.Unjudged.Total);
    }

    [Theory]
    [InlineData("sm-mta[7]: NOQUEUE: connect from host.example [192.0.2.1]")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: Milter (accountguard): init success to negotiate")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: Milter: to=<blocked@remote.test>, reject=550 5.7.1 no")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: Sending \"AUTH x, authid=victim, relay=[6.6.6.6]\" to Milter")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: host.example [192.0.2.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MSA")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: <nosuch@example.com>... User unknown")]
    [InlineData(
        "sm-mta[7]: 6AO2BVnV031818: ruleset=check_rcpt, arg1=<x@[6.6.6.6]: possible SMTP attack: command=AUTH, count=5>, relay=[192.0.2.1], reject=550 5.7.1 Relaying denied"
    )]
    [InlineData(
        "sm-mta[7]: 6AO2BVnV031818: from=<joe@remote.test>, size=265, class=0, nrcpts=1, msgid=<x>, proto=ESMTP, daemon=MTA, relay=mx.remote.test [203.0.113.7]"
    )]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: from=<>, size=265, class=0, nrcpts=1, msgid=<x>, relay=localhost")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: from=<a@b>, size=0, class=0, nrcpts=0, proto=ESMTPA, daemon=MSA, relay=[192.0.2.1]")]
    [InlineData("sm-mta[7]: STARTTLS=server, relay=host.example [192.0.2.1], version=TLSv1.3, verify=NO, cipher=X, bits=256/256")]
    [InlineData("sm-mta[7]: AUTH=client, relay=[127.0.0.1], mech=, bits=0")]
    [InlineData("sm-mta[7]: starting daemon (8.17.1.9): SMTP")]
    [InlineData("sm-mta[7]: gethostbyaddr(192.0.2.2) failed: 1")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: done; delay=00:00:00, ntries=1")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: 6AO2BVnW031818: DSN: User unknown")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: lost input channel from host.example [192.0.2.1] to MTA after auth")]
    [InlineData("sm-mta[7]: alias database /etc/mail/aliases rebuilt by root")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: AUTH failure (NTLM): no mechanism available (-4) SASL(-4): no mechanism available, relay=[192.0.2.1]")]
    public void A_line_of_known_shape_carries_nothing(string line)
    {
        var parsed = new Parsed().Feed(At + line);
        Assert.Equal(LineResult.Nothing, parsed.Last);
        Assert.Empty(parsed.Told);
    }

    [Theory]
    [InlineData("sm-mta[7]: AUTH=server, relay=nowhere, authid=anna, mech=LOGIN, bits=0")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: from=<anna@example.com>, size=265, nrcpts=2")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: to=<a@b>, when=now, stat=Sent")]
    [InlineData("sm-mta[7]: 6AO2BVnV031818: user anna logged in")]
    [InlineData("sm-mta[7]: user anna logged in")]
    public void A_line_of_unknown_shape_is_told_as_such(string line)
    {
        var parsed = new Parsed().Feed(At + line);
        Assert.Equal(LineResult.Unknown, parsed.Last);
        Assert.Empty(parsed.Told);
    }
}
