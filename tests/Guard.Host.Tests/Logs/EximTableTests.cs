using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>What comes out of each line that Exim writes, by version, log selector and shape.</summary>
public sealed class EximTableTests
{
    private const string Id = "1uVabc-000001-AB";

    [Theory]
    [InlineData(
        "4.80",
        "2026-11-24 02:14:17 login authenticator failed for host.example (helo) [192.0.2.1]: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "no set_id",
        "2026-11-24 02:14:17 login authenticator failed for (U8kjDR) [192.0.2.1]: 535 Incorrect authentication data",
        "Smtp WrongPassword  192.0.2.1"
    )]
    [InlineData(
        "no helo",
        "2026-11-24 02:14:17 plain authenticator failed for [192.0.2.1]: 535 Incorrect authentication data (set_id=)",
        "Smtp WrongPassword  192.0.2.1"
    )]
    [InlineData(
        "cPanel",
        "2026-11-24 02:14:17 dovecot_login authenticator failed for (x) [192.0.2.1]:21298 I=[198.51.100.1]:465: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "helo literal",
        "2026-11-24 02:14:17 plain authenticator failed for ([10.1.2.3]) [192.0.2.1]:4: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "+pid, ident",
        "2026-11-24 02:14:17 [3456] plain_server authenticator failed for host.example [2001:db8::7]:4 I=[2001:db8::1]:587 U=me: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 2001:db8::7"
    )]
    [InlineData(
        "zone",
        "2026-11-24 02:14:17 +0100 login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "syslog",
        "2026-11-24T02:14:17+00:00 mail exim[3]: 2026-11-24 02:14:17 login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "syslog, own zone",
        "2026-11-24T02:14:17+00:00 mail exim[3]: 2026-11-24 02:14:17.123 +0100 [3] login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "syslog, no stamp",
        "2026-11-24T02:14:17+00:00 mail exim[3]: login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "4.97",
        "2026-11-24 02:14:17 login authenticator failed for (x) [192.0.2.1] Ci=12345: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "H=",
        "2026-11-24 02:14:17 dovecot_plain authenticator failed for H=host.example (x) [192.0.2.1]:4: 535 Incorrect authentication data (set_id=anna)",
        "Smtp WrongPassword anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "temporary",
        "2026-11-24 02:14:17 login authenticator failed for (x) [192.0.2.1]: 435 Unable to authenticate at present (set_id=anna): could not connect",
        "Smtp ServerTrouble anna@example.com 192.0.2.1"
    )]
    [InlineData(
        "+smtp_no_mail",
        "2026-11-24 02:14:17 no MAIL in SMTP connection from host (x) [192.0.2.1]:4 I=[198.51.100.1]:465 D=1s A=plain:anna X=TLS1.3:AES:256 CV=no C=EHLO,AUTH,QUIT",
        "Smtp Succeeded anna@example.com 192.0.2.1"
    )]
    public void A_line_yields_one_login(string version, string line, string expected)
    {
        var parsed = new Parsed().Feed(line);
        Assert.Equal(LineResult.Observed, parsed.Last);
        Assert.Equal([expected], parsed.Told);
        Assert.NotEmpty(version);
    }

    [Theory]
    [InlineData(
        "Debian",
        "<= anna@example.com H=host (pc) [192.0.2.1] P=esmtpsa X=TLS1.3:ECDHE_X25519__RSA:256 CV=no A=login:anna@example.com S=2210 id=a@example.com",
        1
    )]
    [InlineData(
        "+received_recipients",
        "<= anna@example.com H=host (pc) [192.0.2.1] P=esmtpsa X=TLS1.3:ECDHE_X25519__RSA:256 CV=no A=login:anna@example.com S=2210 id=a@example.com for x@remote.test y@remote.test",
        2
    )]
    [InlineData(
        "cPanel",
        "<= anna@example.com H=(pc) [192.0.2.1]:51234 I=[198.51.100.1]:465 P=esmtpsa X=TLS1.2:ECDHE:128 CV=no A=dovecot_login:anna@example.com S=2210 id=a@example.com T=\"Hello for a b\" for x@remote.test",
        1
    )]
    [InlineData(
        "all",
        "<= anna@example.com DS H=host (pc) [192.0.2.1]:51234 I=[198.51.100.1]:465 TFO* U=me P=esmtpsa L- X=TLS1.3:AES:256 CV=yes DN=\"/CN=x y\" SNI=\"mail.example.com\" A=plain:anna@example.com:anna@example.com PRDR PRX=10.0.0.1 K S=2210 M8S=0 Q=slow RT=0.1s id=a@example.com DKIM=example.com T=\"Say \\\"hi\\\" A=x:y\" from <anna@example.com> for x@remote.test \"a b\"@remote.test",
        2
    )]
    [InlineData("4.97 id", "<= anna@example.com H=(pc) [192.0.2.1] Ci=99 P=esmtpsa A=plain:anna@example.com S=2210", 1)]
    [InlineData(
        "quoted sender",
        "<= \"x H=y [6.6.6.6] A=login:victim S=1 z\"@evil.example H=(pc) [192.0.2.1] P=esmtpa A=plain:anna@example.com S=2210 for x@remote.test",
        1
    )]
    [InlineData(
        "quoted id",
        "<= anna@example.com H=(pc) [192.0.2.1] P=esmtpa A=plain:anna@example.com S=2210 id=\"a A=login:victim\"@evil.example for x@remote.test",
        1
    )]
    [InlineData(
        "+msg_id_created",
        "<= anna@example.com H=(pc) [192.0.2.1] P=esmtpa L.- A=plain:anna S=2210 M8S=0 RT=0.000s id*=E1xWegr-00000q-2V@mail.example.com T=\"x\" from <anna@example.com> for x@remote.test",
        1
    )]
    [InlineData("no id", "<= <> H=(pc) [192.0.2.1] P=esmtpa A=plain:anna@example.com S=2210", 1)]
    [InlineData("fakereject", "(= anna@example.com H=(pc) [192.0.2.1] P=esmtpa A=plain:anna@example.com S=2210 for x@remote.test", 1)]
    public void An_arrival_is_a_login_and_a_submission(string version, string line, int recipients)
    {
        var id = version == "4.97 id" ? "1uVabc-00000000001-ABCD" : Id;
        var parsed = new Parsed().Feed($"2026-11-24 02:14:17 {id} {line}");
        Assert.Equal(["Smtp Succeeded anna@example.com 192.0.2.1", $"Sent {recipients} anna@example.com 192.0.2.1 2210 {id}"], parsed.Told);
        Assert.Equal(LineResult.Observed, parsed.Last);
    }

    [Theory]
    [InlineData("=> a@remote.test R=dnslookup T=remote_smtp H=mx.remote.test [198.51.100.7] X=TLS1.3:x:256 CV=yes C=\"250 OK\"", "Delivered")]
    [InlineData("-> a@remote.test R=dnslookup T=remote_smtp H=mx.remote.test [198.51.100.7]:25 C=\"250 OK\" QT=1s DT=0s", "Delivered")]
    [InlineData(">> a@remote.test R=dnslookup T=remote_smtp H=mx.remote.test [198.51.100.7] C=\"250 OK\"", "Delivered")]
    [InlineData("=> anna <anna@example.com> F=<anna@example.com> R=local_user T=maildir_home S=3000", "Delivered")]
    [InlineData("=> |/usr/bin/vacation x <anna@example.com> R=userforward T=address_pipe", "Delivered")]
    [InlineData(
        "** a@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7]: SMTP error from remote mail server after RCPT TO:<a@remote.test>: 550 5.1.1 No such user",
        "UnknownRecipient"
    )]
    [InlineData(
        "** a@remote.test F=<anna@example.com> R=dnslookup T=remote_smtp H=mx [198.51.100.7] X=TLS1.3:x:256 CV=yes DN=\"CN=mx: user unknown\": SMTP error from remote mail server after end of data: 554 5.7.1 Spam",
        "Bounced"
    )]
    [InlineData("** a@bad.test: Unrouteable address", "UnknownRecipient")]
    [InlineData("** a@remote.test R=dnslookup T=remote_smtp: retry timeout exceeded", "Bounced")]
    [InlineData(
        "** a@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7]: SMTP error from remote mail server after RCPT TO:<a@remote.test>: 450 4.1.1 user unknown: retry timeout exceeded",
        "Bounced"
    )]
    [InlineData(
        "** \"user unknown\"@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7]: SMTP error from remote mail server after RCPT TO:<\"user unknown\"@remote.test>: 550 5.7.1 refused",
        "Bounced"
    )]
    [InlineData(
        "** a@remote.test R=dnslookup T=remote_smtp: SMTP error from remote mail server after RCPT TO:<a@remote.test>: host mx.remote.test [198.51.100.7]: 550 5.1.1 unknown",
        "UnknownRecipient"
    )]
    [InlineData(
        "== a@remote.test R=dnslookup T=remote_smtp defer (-44) H=mx [198.51.100.7]: SMTP error from remote mail server after RCPT TO:<a@remote.test>: 450 4.1.1 user unknown",
        null
    )]
    [InlineData("*> a@remote.test R=dnslookup T=remote_smtp", null)]
    public void A_recipients_fate_is_told(string line, string? outcome)
    {
        var parsed = new Parsed().Feed(
            $"2026-11-24 02:14:17 {Id} <= anna@example.com H=(pc) [192.0.2.1] P=esmtpa A=plain:anna S=2210 for a@remote.test",
            $"2026-11-24 02:14:18 {Id} {line}"
        );
        Assert.Equal(outcome is null ? [] : [$"{outcome} 1 anna@example.com"], parsed.Told[2..]);
        Assert.NotEqual(LineResult.Unknown, parsed.Last);
    }

    [Fact]
    public void What_syslog_has_twice_for_two_logs_counts_once()
    {
        const string Failure =
            "2026-11-24T02:14:17+00:00 mail exim[3]: login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=anna)";
        Assert.Equal(2, new Parsed().Feed(Failure, Failure, Failure, Failure).All.Count);
        // In a file of its own each line is an attempt.
        const string Own = "2026-11-24 02:14:17 login authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=anna)";
        Assert.Equal(2, new Parsed().Feed(Own, Own).All.Count);
    }

    [Theory]
    [InlineData("U=web43 P=local S=6281 T=\"Logistics Info\" for y@remote.test z@remote.test", "Sent 2 web43@example.com  6281 1uVabc-000001-AB")]
    [InlineData("U=web43 P=local-smtp S=6281 id=x@y for y@remote.test", "Sent 1 web43@example.com  6281 1uVabc-000001-AB")]
    public void Mail_of_a_local_user_is_theirs(string line, string expected)
    {
        var parsed = new Parsed().Feed($"2026-11-24 02:14:17 {Id} <= anyone@else.example {line}");
        Assert.Equal([expected], parsed.Told);
    }

    [Fact]
    public void Without_recipients_on_the_arrival_they_are_counted_as_they_are_delivered_each_once()
    {
        var parsed = new Parsed().Feed(
            $"2026-11-24 02:14:17 {Id} <= anna@example.com H=(pc) [192.0.2.1] P=esmtpa A=plain:anna S=2210",
            $"2026-11-24 02:14:18 {Id} => a@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7] C=\"250 OK\"",
            $"2026-11-24 02:14:18 {Id} == b@remote.test R=dnslookup T=remote_smtp defer (111): Connection refused",
            $"2026-11-24 02:14:18 {Id} => one@example.com <list@example.com> R=system_aliases T=x",
            $"2026-11-24 02:14:18 {Id} => two@example.com <list@example.com> R=system_aliases T=x",
            $"2026-11-24 03:14:18 {Id} => b@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7] C=\"250 OK\"",
            $"2026-11-24 03:14:18 {Id} Completed"
        );
        Assert.Equal(
            [
                "Smtp Succeeded anna@example.com 192.0.2.1",
                "Sent 1 anna@example.com 192.0.2.1 2210 " + Id,
                "Delivered 1 anna@example.com",
                "Sent 1 anna@example.com 192.0.2.1 0 " + Id,
                "Sent 1 anna@example.com 192.0.2.1 0 " + Id,
                "Delivered 1 anna@example.com",
                "Delivered 1 anna@example.com",
                "Delivered 1 anna@example.com",
            ],
            parsed.Told
        );
        Assert.True(parsed.Parser.CountsEximFromDeliveries);
    }

    [Fact]
    public void What_a_filter_hands_back_is_one_message()
    {
        const string Other = "1uVabd-000002-CD";
        var parsed = new Parsed().Feed(
            $"2026-11-24 02:14:17 {Id} <= anna@example.com H=(pc) [192.0.2.1] P=esmtpa A=plain:anna S=2210 for a@remote.test b@remote.test",
            $"2026-11-24 02:14:17 {Other} <= anna@example.com H=localhost (filter) [127.0.0.1] P=esmtp S=2400 for a@remote.test b@remote.test",
            $"2026-11-24 02:14:17 {Id} => a@remote.test R=amavis T=amavis H=127.0.0.1 [127.0.0.1] C=\"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 OK id={Other}\"",
            $"2026-11-24 02:14:17 {Id} -> b@remote.test R=amavis T=amavis H=127.0.0.1 [127.0.0.1] C=\"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 OK id={Other}\"",
            $"2026-11-24 02:14:17 {Id} Completed",
            $"2026-11-24 02:14:18 {Other} => a@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7] C=\"250 OK\"",
            $"2026-11-24 02:14:18 {Other} ** b@remote.test: Unrouteable address"
        );
        Assert.Equal(
            [
                "Smtp Succeeded anna@example.com 192.0.2.1",
                "Sent 2 anna@example.com 192.0.2.1 2210 " + Id,
                "Delivered 1 anna@example.com",
                "UnknownRecipient 1 anna@example.com",
            ],
            parsed.Told
        );
        Assert.Equal(0, parsed.Parser.Unjudged.Total);
    }

    [Theory]
    [InlineData(
        "1uVabc-000001-AB <= joe@remote.test H=mx.remote.test [203.0.113.7] P=esmtps X=TLS1.3:x:256 CV=no S=2210 id=x@y T=\"A=plain:anna\" for anna@example.com"
    )]
    [InlineData("1uVabc-000001-AB <= <> R=1uVabb-000001-AA U=Debian-exim P=local S=2210 T=\"Mail delivery failed\" for anna@example.com")]
    [InlineData("1uVabc-000001-AB Completed QT=1s")]
    [InlineData("1uVabc-000001-AB no immediate delivery: load average 9.99")]
    [InlineData("1uVabc-000001-AB Frozen (delivery error message)")]
    [InlineData("1uVabc-000001-AB H=mx.remote.test [198.51.100.7]: SMTP timeout after end of data")]
    [InlineData("1uVabc-000001-AB SMTP connection lost after final dot H=(pc) [192.0.2.1] P=esmtpa")]
    [InlineData("1uVabc-000001-AB DKIM: d=example.com s=x c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]")]
    [InlineData("1uVabc-000001-AB F=<x@y> rejected after DATA: spam")]
    [InlineData("H=(pc) [192.0.2.1] F=<a@b> A=plain:anna@example.com rejected RCPT <c@d>: ratelimit")]
    [InlineData("H=(pc) [192.0.2.1] sender verify fail for <a@b>: Unrouteable address")]
    [InlineData("SMTP connection from (pc) [192.0.2.1] closed by QUIT")]
    [InlineData("SMTP connection from [192.0.2.1] lost while reading message data")]
    [InlineData("SMTP protocol error in \"AUTH LOGIN\" H=(ylmf-pc) [192.0.2.1] AUTH command used when not advertised")]
    [InlineData("no MAIL in SMTP connection from (pc) [192.0.2.1] D=1s C=EHLO,QUIT")]
    [InlineData("TLS error on connection from [192.0.2.1] (gnutls_handshake): An unexpected TLS packet was received.")]
    [InlineData("unexpected disconnection while reading SMTP command from (pc) [192.0.2.1] D=0s")]
    [InlineData("Start queue run: pid=12")]
    [InlineData("exim 4.96 daemon started: pid=1, -q30m, listening for SMTP on port 25 (IPv4)")]
    [InlineData("cwd=/home/web42 3 args: /usr/sbin/sendmail -t -i")]
    [InlineData("plain authenticator failed for (x) [192.0.2.1]: 501 Invalid base64 data")]
    public void A_line_of_known_shape_carries_nothing(string line)
    {
        // What does not begin as Exim's own log does is told by the tag.
        var parsed = new Parsed().Feed($"2026-11-24T02:14:17+00:00 mail exim[3]: {line}");
        Assert.Equal(LineResult.Nothing, parsed.Last);
        Assert.Empty(parsed.Told);
    }

    [Theory]
    [InlineData("1uVabc-000001-AB <= anna@example.com H=(pc) [192.0.2.1] P=esmtpa A=plain:anna SIZE=2210")]
    [InlineData("1uVabc-000001-AB handed in by anna")]
    [InlineData("anna logged in from [192.0.2.1]")]
    [InlineData("plain authenticator failed for somebody: 535 Incorrect authentication data (set_id=anna)")]
    public void A_line_of_unknown_shape_is_told_as_such(string line)
    {
        var parsed = new Parsed().Feed($"2026-11-24T02:14:17+00:00 mail exim[3]: {line}");
        Assert.Equal(LineResult.Unknown, parsed.Last);
        Assert.Empty(parsed.Told);
    }
}
