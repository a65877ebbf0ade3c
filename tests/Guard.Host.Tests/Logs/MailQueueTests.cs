using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Intake;
using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>Lines of one message belong together: through filters, without a login, and whatever it says of itself.</summary>
public sealed class MailQueueTests
{
    private const string At = "2026-11-24T02:14:17+00:00 mail postfix/";

    private static Parsed WithSenders(params SenderSettings[] senders) =>
        new(
            Parsed.Settings with
            {
                Senders = new SenderRules([.. senders], SystemUsers.Of(["web50:x:5050:5050::/:/bin/false"])),
                Unjudged = new UnjudgedMail(),
            }
        );

    private static SenderSettings Known(string network, string account) => new("x", [Network(network)], [], [], account, account.Length > 0);

    private static NetworkPrefix Network(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new ArgumentException(text);

    private static string[] Lines(params string[] lines) => [.. lines.Select(line => At + line)];

    [Fact]
    public void What_a_filter_hands_on_is_one_message_whose_fate_reaches_who_sent_it()
    {
        var parsed = new Parsed().Feed(
            Lines(
                "submission/smtpd[7]: AAAAAA: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
                "qmgr[9]: AAAAAA: from=<anna@example.com>, size=400, nrcpt=2 (queue active)",
                "smtpd[8]: BBBBBB: client=localhost[127.0.0.1]",
                "qmgr[9]: BBBBBB: from=<anna@example.com>, size=900, nrcpt=2 (queue active)",
                "smtp[5]: AAAAAA: to=<x@remote.test>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as BBBBBB)",
                "smtp[5]: AAAAAA: to=<y@remote.test>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as BBBBBB)",
                "qmgr[9]: AAAAAA: removed",
                "smtp[6]: BBBBBB: to=<x@remote.test>, relay=mx.remote.test[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as CCCCCC)",
                "smtp[6]: BBBBBB: to=<y@remote.test>, relay=mx.remote.test[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx said: 550 5.1.1 User unknown)",
                "qmgr[9]: BBBBBB: removed"
            )
        );
        Assert.Equal(
            [
                "Smtp Succeeded anna@example.com 192.0.2.1",
                "Sent 2 anna@example.com 192.0.2.1 400 AAAAAA",
                "Delivered 1 anna@example.com",
                "UnknownRecipient 1 anna@example.com",
            ],
            parsed.Told
        );
        Assert.Equal(0, parsed.Parser.Unjudged.Total);
    }

    [Fact]
    public void A_filter_that_tells_the_first_queue_id_needs_no_more()
    {
        var parsed = new Parsed().Feed(
            Lines(
                "smtpd[7]: AAAAAA: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
                "qmgr[9]: AAAAAA: from=<anna@example.com>, size=400, nrcpt=1 (queue active)",
                "smtpd[8]: BBBBBB: client=filter.example[198.51.100.99], orig_queue_id=AAAAAA, orig_client=host[192.0.2.1]",
                // Aliases are expanded behind the filter: they are not recipients that the sender named.
                "qmgr[9]: BBBBBB: from=<anna@example.com>, size=900, nrcpt=51 (queue active)",
                "lmtp[6]: BBBBBB: to=<x@example.com>, orig_to=<list@example.com>, relay=mail[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 <x@example.com> abc Saved)"
            )
        );
        Assert.Equal(
            ["Smtp Succeeded anna@example.com 192.0.2.1", "Sent 1 anna@example.com 192.0.2.1 400 AAAAAA", "Delivered 1 anna@example.com"],
            parsed.Told
        );
    }

    [Theory]
    [InlineData("proxy-accept: END-OF-MESSAGE")]
    [InlineData("NOQUEUE: proxy-accept: END-OF-MESSAGE from host[192.0.2.1]:51234")]
    public void A_filter_before_the_queue_is_joined_by_what_it_answered(string accept)
    {
        var parsed = new Parsed().Feed(
            Lines(
                "smtpd[7]: NOQUEUE: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
                "smtpd[8]: BBBBBB: client=localhost[127.0.0.1], orig_client=host[192.0.2.1]",
                "qmgr[9]: BBBBBB: from=<anna@example.com>, size=900, nrcpt=3 (queue active)",
                $"smtpd[7]: {accept}: 250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as BBBBBB; from=<anna@example.com> to=<x@remote.test> proto=ESMTP helo=<queued as EEEEEE>",
                "smtp[6]: BBBBBB: to=<x@remote.test>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to mx: Connection refused)",
                "smtp[6]: BBBBBB: to=<x@remote.test>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)"
            )
        );
        Assert.Equal(
            ["Smtp Succeeded anna@example.com 192.0.2.1", "Sent 3 anna@example.com 192.0.2.1 900 BBBBBB", "Delivered 1 anna@example.com"],
            parsed.Told
        );
    }

    [Fact]
    public void Mail_from_other_servers_through_a_filter_is_nobodys()
    {
        var parsed = new Parsed().Feed(
            Lines(
                "smtpd[7]: AAAAAA: client=mx.remote.test[203.0.113.7]",
                "qmgr[9]: AAAAAA: from=<joe@remote.test>, size=400, nrcpt=1 (queue active)",
                "smtpd[8]: BBBBBB: client=localhost[127.0.0.1]",
                "qmgr[9]: BBBBBB: from=<joe@remote.test>, size=900, nrcpt=1 (queue active)",
                "smtp[5]: AAAAAA: to=<x@example.com>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as BBBBBB)",
                "qmgr[9]: AAAAAA: removed",
                "virtual[6]: BBBBBB: to=<x@example.com>, relay=virtual, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to maildir)",
                "qmgr[9]: BBBBBB: removed"
            )
        );
        Assert.Empty(parsed.Told);
        Assert.Equal(0, parsed.Parser.Unjudged.Total);
    }

    [Fact]
    public void A_strangers_server_cannot_take_over_a_message_by_naming_its_id()
    {
        var parsed = new Parsed().Feed(
            Lines(
                "smtpd[7]: AAAAAA: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
                "qmgr[9]: AAAAAA: from=<anna@example.com>, size=400, nrcpt=1 (queue active)",
                "smtpd[7]: BBBBBB: client=host[192.0.2.2], sasl_method=PLAIN, sasl_username=bob",
                "qmgr[9]: BBBBBB: from=<bob@example.com>, size=400, nrcpt=1 (queue active)",
                "smtp[5]: AAAAAA: to=<x@evil.test>, relay=mx.evil.test[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as BBBBBB)",
                "smtp[5]: BBBBBB: to=<y@remote.test>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (no)"
            )
        );
        Assert.Equal(["Delivered 1 anna@example.com", "Bounced 1 bob@example.com"], parsed.Told[^2..]);
    }

    [Fact]
    public void Mail_of_local_users_is_theirs_by_the_number_that_pickup_logs()
    {
        var parsed = WithSenders(new SenderSettings("shop", [], [5004], [], "shop@example.com", true), new SenderSettings("filter", [], [65], [], "", false))
            .Feed(
                Lines(
                    "pickup[1]: AAAAAA: uid=5004 from=<anna@example.com>",
                    "qmgr[9]: AAAAAA: from=<anna@example.com>, size=400, nrcpt=7 (queue active)",
                    "pickup[1]: BBBBBB: uid=5050 from=<x>",
                    "qmgr[9]: BBBBBB: from=<x@example.com>, size=401, nrcpt=1 (queue active)",
                    "pickup[1]: CCCCCC: uid=6060 from=<x>",
                    "qmgr[9]: CCCCCC: from=<x@example.com>, size=402, nrcpt=1 (queue active)",
                    "pickup[1]: DDDDDD: uid=65 from=<anna@example.com>",
                    "qmgr[9]: DDDDDD: from=<anna@example.com>, size=403, nrcpt=9 (queue active)",
                    "smtp[5]: AAAAAA: to=<y@remote.test>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (550 User unknown)"
                )
            );
        Assert.Equal(
            [
                "Sent 7 shop@example.com  400 AAAAAA",
                "Sent 1 web50@example.com  401 BBBBBB",
                "Sent 1 uid6060@example.com  402 CCCCCC",
                "UnknownRecipient 1 shop@example.com",
            ],
            parsed.Told
        );
        Assert.Equal(0, parsed.Parser.Unjudged.Total);
    }

    [Fact]
    public void A_printer_is_known_by_its_address_and_what_is_nobodys_is_counted_by_host()
    {
        var parsed = WithSenders(Known("10.0.0.17", "scan@example.com"), Known("198.51.100.40", "shop@example.com"), Known("127.0.0.1", "local@example.com"))
            .Feed(
                Lines(
                    "smtpd[7]: AAAAAA: client=printer[10.0.0.17]",
                    "qmgr[9]: AAAAAA: from=<scan@example.com>, size=400, nrcpt=1 (queue active)",
                    "smtpd[7]: BBBBBB: client=shop[198.51.100.40]",
                    "qmgr[9]: BBBBBB: from=<shop@example.com>, size=401, nrcpt=2 (queue active)",
                    "smtpd[7]: CCCCCC: client=localhost[127.0.0.1]",
                    "qmgr[9]: CCCCCC: from=<shop@example.com>, size=402, nrcpt=3 (queue active)",
                    "smtp[5]: CCCCCC: to=<y@remote.test>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (ok)",
                    "smtpd[7]: DDDDDD: client=other[10.0.0.99]",
                    "qmgr[9]: DDDDDD: from=<x@example.com>, size=403, nrcpt=3 (queue active)",
                    "qmgr[9]: DDDDDD: removed",
                    "smtpd[7]: EEEEEE: client=mx[203.0.113.7]",
                    "qmgr[9]: EEEEEE: from=<x@remote.test>, size=404, nrcpt=3 (queue active)",
                    "qmgr[9]: EEEEEE: removed"
                )
            );
        Assert.Equal(
            [
                "Sent 1 scan@example.com 10.0.0.17 400 AAAAAA",
                "Sent 2 shop@example.com 198.51.100.40 401 BBBBBB",
                "Sent 3 local@example.com 127.0.0.1 402 CCCCCC",
                "Delivered 1 local@example.com",
            ],
            parsed.Told
        );
        Assert.Equal("10.0.0.99 (1)", parsed.Parser.Unjudged.Words(5));
    }

    [Theory]
    [InlineData("dsn=2.0.0, status=sent (250 ok)", "Delivered")]
    [InlineData("dsn=5.1.1, status=bounced (host mx said: 550 5.1.1 no such user)", "UnknownRecipient")]
    [InlineData("dsn=5.2.2, status=bounced (host mx said: 552 5.2.2 mailbox full)", "Bounced")]
    [InlineData("dsn=4.1.1, status=bounced (host mx said: 450 4.1.1 user unknown)", "Bounced")]
    [InlineData("dsn=5.4.4, status=bounced (Host or domain name not found. Name service error for name=bad.test type=A: Host not found)", "UnknownRecipient")]
    [InlineData("dsn=4.4.1, status=deferred (connect to mx: timed out)", null)]
    [InlineData("dsn=4.1.1, status=deferred (host mx said: 450 4.1.1 user unknown (in reply to RCPT TO command))", null)]
    public void A_recipients_fate_is_told(string fate, string? outcome)
    {
        var parsed = new Parsed().Feed(
            Lines(
                "smtpd[7]: AAAAAA: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna",
                $"smtp[5]: AAAAAA: to=<y@remote.test>, orig_to=<z@example.com>, relay=mx[198.51.100.7]:25, conn_use=3, delay=1.5, delays=0.1/0/0/1, {fate}"
            )
        );
        Assert.Equal(outcome is null ? [] : [$"{outcome} 1 anna@example.com"], parsed.Told[1..]);
        Assert.Equal(outcome is null ? LineResult.Nothing : LineResult.Observed, parsed.Last);
    }
}
