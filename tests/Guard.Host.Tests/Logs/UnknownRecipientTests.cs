using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>Bounces as mail servers log them: who does not exist, and what is merely refused.</summary>
public sealed class UnknownRecipientTests
{
    private const string Client =
        "Nov 24 00:23:56 mail postfix/submission/smtpd[14994]: 4ABC8B20217: client=localhost[192.0.2.9], sasl_method=LOGIN, sasl_username=info@example.com";
    private const string Queued = "Nov 24 00:23:56 mail postfix/qmgr[14693]: 4ABC8B20217: from=<info@example.com>, size=427, nrcpt=1 (queue active)";

    [Theory]
    [InlineData(
        "dsn=5.1.1, status=bounced (host mx.remote.test[198.51.100.1] said: 550 5.1.1 <eve@remote.test>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))",
        true
    )]
    [InlineData(
        "dsn=5.1.1, status=bounced (host gmail-smtp-in.l.google.com[192.0.2.26] said: 550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking (in reply to RCPT TO command))",
        true
    )]
    [InlineData(
        "dsn=5.5.0, status=bounced (host hotmail-com.olc.protection.outlook.com[192.0.2.97] said: 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). (in reply to RCPT TO command))",
        true
    )]
    [InlineData(
        "dsn=5.4.1, status=bounced (host firma-de.mail.protection.outlook.com[192.0.2.74] said: 550 5.4.1 Recipient address rejected: Access denied. [AM4PEPF00027A63] (in reply to RCPT TO command))",
        true
    )]
    [InlineData(
        "dsn=5.0.0, status=bounced (host mta7.am0.yahoodns.net[192.0.2.6] said: 554 delivery error: dd This user doesn't have a yahoo.com account (eve@yahoo.com) [0] (in reply to end of DATA command))",
        true
    )]
    [InlineData("dsn=5.4.4, status=bounced (Host or domain name not found. Name service error for name=nosuch.test type=A: Host not found)", true)]
    [InlineData("dsn=5.1.10, status=bounced (Domain nomail.test does not accept mail (nullMX))", true)]
    [InlineData("dsn=5.2.2, status=bounced (host mx.remote.test[198.51.100.1] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command))", false)]
    [InlineData(
        "dsn=5.7.1, status=bounced (host mx.remote.test[198.51.100.1] said: 550 5.7.1 Message rejected as spam (in reply to end of DATA command))",
        false
    )]
    [InlineData("dsn=5.1.8, status=bounced (host mx.remote.test[198.51.100.1] said: 550 5.1.8 Sender address rejected (in reply to MAIL FROM command))", false)]
    public void Postfix(string result, bool unknown)
    {
        var parsed = new Parsed().Feed(
            Client,
            Queued,
            $"Nov 24 00:23:57 mail postfix/smtp[15002]: 4ABC8B20217: to=<eve@remote.test>, relay=mx.remote.test[198.51.100.1]:25, delay=1, delays=1/0/0/0, {result}"
        );
        Assert.Equal(
            unknown ? "UnknownRecipient 1 info@example.com" : "Bounced 1 info@example.com",
            parsed.Told[^1].Replace("RefusedAsSpam", "Bounced", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "550 5.1.1 <eve@example.com>: Recipient address rejected: User unknown in virtual mailbox table; from=<info@example.com> to=<eve@example.com> proto=ESMTP helo=<x>",
        true
    )]
    [InlineData("550 <eve@example.com>: Recipient address rejected: User unknown in local recipient table; from=<info@example.com> to=<eve@example.com>", true)]
    [InlineData(
        "450 4.1.1 <eve@example.com>: Recipient address rejected: User unknown in virtual mailbox table; from=<info@example.com> to=<eve@example.com>",
        false
    )]
    [InlineData("450 4.2.0 <eve@example.com>: Recipient address rejected: Greylisted, see 5.1.1; from=<info@example.com> to=<eve@example.com>", false)]
    [InlineData("554 5.7.1 <eve@example.com>: Relay access denied; from=<info@example.com> to=<no such user> helo=<user unknown>", false)]
    public void A_recipient_that_Postfix_itself_refuses_is_unknown_only_for_good_and_for_that(string reply, bool unknown)
    {
        var parsed = new Parsed().Feed(
            Client,
            $"Nov 24 00:23:56 mail postfix/submission/smtpd[14994]: 4ABC8B20217: reject: RCPT from localhost[192.0.2.9]: {reply}",
            Queued
        );
        Assert.Equal(unknown, parsed.Told.Contains("UnknownRecipient 1 info@example.com"));
        Assert.Single(parsed.Told, told => told.StartsWith("Sent", StringComparison.Ordinal));
    }

    [Fact]
    public void A_message_that_a_filter_sends_in_again_is_one_message()
    {
        var parsed = new Parsed().Feed(
            Client,
            Queued,
            "Nov 24 00:23:57 mail postfix/smtpd[15010]: 4ABC8B20300: client=localhost[127.0.0.1]",
            "Nov 24 00:23:57 mail postfix/qmgr[14693]: 4ABC8B20300: from=<info@example.com>, size=927, nrcpt=1 (queue active)",
            "Nov 24 00:23:57 mail postfix/smtp[15002]: 4ABC8B20217: to=<eve@remote.test>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4ABC8B20300)",
            "Nov 24 00:23:58 mail postfix/smtp[15003]: 4ABC8B20300: to=<eve@remote.test>, relay=mx.remote.test[198.51.100.1]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 ok)"
        );
        Assert.Single(parsed.Told, told => told.StartsWith("Sent", StringComparison.Ordinal));
    }

    [Fact]
    public void What_Postfix_only_defers_is_no_result()
    {
        var parsed = new Parsed().Feed(
            Client,
            Queued,
            "Nov 24 00:23:57 mail postfix/smtp[15002]: 4ABC8B20217: to=<eve@remote.test>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (connect to mx: no such user yet)"
        );
        Assert.DoesNotContain(
            parsed.Told,
            told => told.StartsWith("Unknown", StringComparison.Ordinal) || told.StartsWith("Bounced", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        "** eve@remote.test R=dnslookup T=remote_smtp H=mx.remote.test [198.51.100.1]: SMTP error from remote mail server after RCPT TO:<eve@remote.test>: 550 5.1.1 <eve@remote.test>: Recipient address rejected: User unknown",
        "UnknownRecipient 1 joe@example.org"
    )]
    [InlineData(
        "** eve@remote.test R=dnslookup T=remote_smtp H=gmail-smtp-in.l.google.com [192.0.2.26]: SMTP error from remote mail server after RCPT TO:<eve@remote.test>: 550-5.1.1 The email account that you tried to reach is gone",
        "UnknownRecipient 1 joe@example.org"
    )]
    [InlineData("** eve@nosuch.test: Unrouteable address", "UnknownRecipient 1 joe@example.org")]
    [InlineData(
        "** eve@remote.test R=dnslookup T=remote_smtp H=mx.remote.test [198.51.100.1]: SMTP error from remote mail server after RCPT TO:<eve@remote.test>: 550 No such recipient here",
        "UnknownRecipient 1 joe@example.org"
    )]
    [InlineData(
        "** eve@remote.test R=dnslookup T=remote_smtp H=mx.remote.test [198.51.100.1]: SMTP error from remote mail server after end of data: 554 5.7.1 rejected as spam",
        "Bounced 1 joe@example.org"
    )]
    [InlineData("=> bob@remote.test R=dnslookup T=remote_smtp H=mx.remote.test [198.51.100.1] C=\"250 ok\"", "Delivered 1 joe@example.org")]
    public void Exim(string result, string told)
    {
        var parsed = new Parsed().Feed(
            "2026-11-24 02:14:17 1tF2Xx-0003kL-7G <= joe@example.org H=(pc) [192.0.2.1] P=esmtpsa X=TLS1.3 A=plain:joe@example.org S=612 for eve@remote.test",
            $"2026-11-24 02:14:19 1tF2Xx-0003kL-7G {result}"
        );
        Assert.Equal(told, parsed.Told[^1]);
    }

    [Theory]
    [InlineData(
        "to=<eve@remote.test>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30265, relay=mx.remote.test. [198.51.100.1], dsn=5.1.1, stat=User unknown",
        "UnknownRecipient 1 info@example.com"
    )]
    [InlineData(
        "to=<eve@nosuch.test>, delay=00:00:00, mailer=esmtp, pri=30265, relay=nosuch.test., dsn=5.1.2, stat=Host unknown (Name server: nosuch.test.: host not found)",
        "UnknownRecipient 1 info@example.com"
    )]
    [InlineData(
        "to=<eve@remote.test>,<bob@remote.test>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=60265, relay=mx.remote.test. [198.51.100.1], dsn=5.1.1, stat=User unknown",
        "UnknownRecipient 2 info@example.com"
    )]
    [InlineData(
        "to=<eve@remote.test>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30265, relay=mx.remote.test. [198.51.100.1], dsn=5.0.0, stat=Service unavailable",
        "Bounced 1 info@example.com"
    )]
    [InlineData(
        "to=<bob@remote.test>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30265, relay=mx.remote.test. [198.51.100.1], dsn=2.0.0, stat=Sent (ok)",
        "Delivered 1 info@example.com"
    )]
    public void Sendmail(string result, string told)
    {
        var parsed = new Parsed().Feed(
            "Nov 24 02:11:30 mail sm-mta[31818]: AUTH=server, relay=host50.example.net [127.0.0.50], authid=info, mech=LOGIN, bits=0",
            "Nov 24 02:11:31 mail sm-mta[31818]: 6AO2BVnV031818: from=<info@example.com>, size=265, class=0, nrcpts=2, msgid=<x>, proto=ESMTPA, daemon=MSA, relay=host50.example.net [127.0.0.50]",
            $"Nov 24 02:11:33 mail sm-mta[31830]: 6AO2BVnV031818: {result}"
        );
        Assert.Equal(told, parsed.Told[^1]);
    }
}
