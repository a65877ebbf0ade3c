using CsCheck;
using Guard.Host.Intake.Logs;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>
/// What strangers write into any field of any line of Postfix, Exim and Sendmail: no line yields another user, address, service, count or outcome than
/// the same line with harmless text.
/// </summary>
public sealed class MailHostileTextTests
{
    private const string Victim = "victim@example.com";
    private const string PostfixLogin =
        "2026-11-24T02:14:17+00:00 mail postfix/smtpd[7]: 4ABC8B20217: client=host[192.0.2.1], sasl_method=PLAIN, sasl_username=anna";
    private const string SendmailLogin = "2026-11-24T02:14:17+00:00 mail sm-mta[7]: AUTH=server, relay=host [192.0.2.1], authid=anna, mech=LOGIN, bits=0";
    private const string SendmailMessage =
        "2026-11-24T02:14:17+00:00 mail sm-mta[7]: 6AO2BVnV000007: from=<a@b>, size=265, class=0, nrcpts=2, msgid=<x>, proto=ESMTPA, daemon=MSA, relay=[192.0.2.1]";
    private const string EximMessage =
        "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com H=(pc) [192.0.2.1] P=esmtpa A=plain:anna S=2210 for a@remote.test";

    /// <summary>A line with the hostile text at {0}, what stands before it, and how the text gets there.</summary>
    private static readonly (string Before, string Line, Func<string, string> Write)[] Fields =
    [
        // Postfix: senders and recipients quoted, and as they are inside (before 3.5); queue text; headers; HELO; the user of a failure.
        (PostfixLogin, "2026-11-24T02:14:18+00:00 mail postfix/qmgr[9]: 4ABC8B20217: from=<{0}@evil.example>, size=427, nrcpt=2 (queue active)", Printable),
        (PostfixLogin, "2026-11-24T02:14:18+00:00 mail postfix/qmgr[9]: 4ABC8B20217: from=<{0}@evil.example>, size=427, nrcpt=2 (queue active)", Quoted),
        (
            PostfixLogin,
            "2026-11-24T02:14:18+00:00 mail postfix/smtp[9]: 4ABC8B20217: to=<{0}@evil.example>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx said: 550 no)",
            Quoted
        ),
        (
            PostfixLogin,
            "2026-11-24T02:14:18+00:00 mail postfix/smtp[9]: 4ABC8B20217: to=<{0}@evil.example>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx said: 550 no)",
            Printable
        ),
        (
            PostfixLogin,
            "2026-11-24T02:14:18+00:00 mail postfix/lmtp[9]: 4ABC8B20217: to=<a@b>, orig_to=<{0}@evil.example>, relay=mx[private/lmtp], delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx said: 550 no)",
            Printable
        ),
        (
            PostfixLogin,
            "2026-11-24T02:14:18+00:00 mail postfix/smtp[9]: 4ABC8B20217: to=<a@b>, relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent ({0})",
            Printable
        ),
        (
            "",
            "2026-11-24T02:14:18+00:00 mail postfix/smtpd[9]: NOQUEUE: reject: RCPT from host[192.0.2.1]: 554 5.7.1 <{0}>: Relay access denied; from=<{0}> to=<{0}> proto=ESMTP helo=<{0}>",
            Printable
        ),
        (
            "",
            "2026-11-24T02:14:18+00:00 mail postfix/cleanup[9]: 4ABC8B20217: warning: header Subject: {0} from host[192.0.2.1]; from=<{0}> to=<a> proto=ESMTP helo=<{0}>",
            Printable
        ),
        ("", "2026-11-24T02:14:18+00:00 mail postfix/cleanup[9]: 4ABC8B20217: message-id=<{0}>", Printable),
        ("", "2026-11-24T02:14:18+00:00 mail postfix/pickup[9]: 4ABC8B20217: uid=0 from=<{0}>", Printable),
        ("", "2026-11-24T02:14:18+00:00 mail postfix/smtpd[9]: warning: Illegal address syntax from host[192.0.2.1] in MAIL command: <{0}>", Printable),
        ("", "2026-11-24T02:14:18+00:00 mail postfix/smtpd[9]: warning: non-SMTP command from host[192.0.2.1]: {0}", Printable),
        (
            "",
            "2026-11-24T02:14:18+00:00 mail postfix/smtpd[9]: warning: host[192.0.2.1]: SASL {0} authentication failed: Invalid authentication mechanism",
            Printable
        ),
        ("", "2026-11-24T02:14:18+00:00 mail postfix/postscreen[9]: PREGREET 11 after 0.1 from [192.0.2.1]:4: {0}", Printable),
        ("", "2026-11-24T02:14:18+00:00 mail postfix/smtpd[9]: 4ABC8B20217: client=mx[203.0.113.7], sasl_sender={0}", Printable),
        // Exim: sender, HELO (any text with helo_accept_junk_hosts), certificate, server name, subject, message id, recipients, remote replies.
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= {0}@evil.example H=(pc) [192.0.2.1] P=esmtpsa X=TLS1.3:x:256 CV=no A=plain:anna S=2210 id=a@b for a@remote.test b@remote.test",
            Quoted
        ),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com H=host ({0}) [192.0.2.1]:4 P=esmtpsa X=TLS1.3:x:256 CV=no A=plain:anna S=2210 id=a@b T=\"x\" for a@remote.test b@remote.test",
            Printable
        ),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com H=(pc) [192.0.2.1]:4 P=esmtpsa X=TLS1.3:x:256 CV=no DN=\"{0}\" SNI=\"m\" A=plain:anna S=2210 id=a@b T=\"x\" for a@remote.test b@remote.test",
            Printable
        ),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com H=(pc) [192.0.2.1]:4 P=esmtpsa X=TLS1.3:x:256 CV=no SNI=\"{0}\" A=plain:anna S=2210 id=a@b T=\"x\" for a@remote.test b@remote.test",
            Printable
        ),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com H=(pc) [192.0.2.1]:4 P=esmtpsa X=TLS1.3:x:256 CV=no A=plain:anna S=2210 id=a@b T=\"{0}\" from <a@b> for a@remote.test b@remote.test",
            Subject
        ),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com H=(pc) [192.0.2.1] P=esmtpsa A=plain:anna S=2210 id={0}@evil for a@remote.test b@remote.test",
            Quoted
        ),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com H=(pc) [192.0.2.1] P=esmtpsa A=plain:anna S=2210 id=a@b for {0}@remote.test b@remote.test",
            Quoted
        ),
        ("", "2026-11-24 02:14:17 1uVabc-000001-AB <= anna@example.com U=web43 P=local S=2210 T=\"{0}\" for a@remote.test", Subject),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= joe@remote.test H=({0}) [203.0.113.7] P=esmtps X=TLS1.3:x:256 CV=no SNI=\"m\" S=2210 T=\"x\" for anna@example.com",
            Printable
        ),
        (
            "",
            "2026-11-24 02:14:17 1uVabc-000001-AB <= joe@remote.test H=(pc) [203.0.113.7] P=esmtps X=TLS1.3:x:256 CV=no SNI=\"{0}\" S=2210 T=\"x\" for anna@example.com",
            Printable
        ),
        // Exim itself writes the address without its quotes, and the original one with them.
        (
            EximMessage,
            "2026-11-24 02:14:18 1uVabc-000001-AB ** {0}@remote.test <\"a\"@remote.test> R=dnslookup T=remote_smtp H=mx [198.51.100.7]: SMTP error from remote mail server after RCPT TO:<\"a\"@remote.test>: 550 5.7.1 refused",
            Printable
        ),
        (
            EximMessage,
            "2026-11-24 02:14:18 1uVabc-000001-AB => {0}@remote.test <\"a\"@remote.test> R=dnslookup T=remote_smtp H=mx [198.51.100.7] C=\"250 ok\"",
            Printable
        ),
        (
            EximMessage,
            "2026-11-24 02:14:18 1uVabc-000001-AB == {0}@remote.test <\"a\"@remote.test> R=dnslookup T=remote_smtp defer (-44) H=mx [198.51.100.7]: SMTP error from remote mail server after RCPT TO:<\"a\"@remote.test>: 450 4.1.1 user unknown",
            Printable
        ),
        (
            EximMessage,
            "2026-11-24 02:14:18 1uVabc-000001-AB ** {0}@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7]: SMTP error from remote mail server after RCPT TO:<{0}@remote.test>: 550 5.7.1 refused",
            Quoted
        ),
        (
            EximMessage,
            "2026-11-24 02:14:18 1uVabc-000001-AB => a@remote.test R=dnslookup T=remote_smtp H=mx [198.51.100.7] X=x CV=yes DN=\"{0}\" C=\"250 {0}\"",
            Printable
        ),
        ("", "2026-11-24 02:14:18 H=({0}) [192.0.2.1] F=<{0}> rejected RCPT <{0}>: no", Printable),
        ("", "2026-11-24 02:14:18 login authenticator failed for ({0}) [192.0.2.1]: 535 Incorrect authentication data", Printable),
        ("", "2026-11-24 02:14:18 no MAIL in SMTP connection from ({0}) [192.0.2.1] D=1s C=EHLO,QUIT", Printable),
        // Sendmail: sender, message id, recipients, replies, rejected addresses.
        (
            SendmailLogin,
            "2026-11-24T02:14:18+00:00 mail sm-mta[7]: 6AO2BVnV000007: from=<{0}@evil.example>, size=265, class=0, nrcpts=2, msgid=<x>, proto=ESMTPA, daemon=MSA, relay=[192.0.2.1]",
            Quoted
        ),
        (
            SendmailLogin,
            "2026-11-24T02:14:18+00:00 mail sm-mta[7]: 6AO2BVnV000007: from=<a@b>, size=265, class=0, nrcpts=2, msgid=<{0}>, proto=ESMTPA, daemon=MSA, relay=[192.0.2.1]",
            Printable
        ),
        (
            SendmailLogin + "\n" + SendmailMessage,
            "2026-11-24T02:14:18+00:00 mail sm-mta[9]: 6AO2BVnV000007: to=<{0}@evil.example>,<c@d>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx. [198.51.100.7], dsn=5.7.1, stat=Service unavailable",
            Quoted
        ),
        (
            SendmailLogin + "\n" + SendmailMessage,
            "2026-11-24T02:14:18+00:00 mail sm-mta[9]: 6AO2BVnV000007: to=<a@b>, ctladdr=<{0}@evil.example> (1/1), delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx. [198.51.100.7], dsn=5.7.1, stat=Service unavailable",
            Quoted
        ),
        (
            SendmailLogin + "\n" + SendmailMessage,
            "2026-11-24T02:14:18+00:00 mail sm-mta[9]: 6AO2BVnV000007: to=<a@b>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=60265, relay=mx. [198.51.100.7], dsn=2.0.0, stat=Sent ({0})",
            Printable
        ),
        ("", "2026-11-24T02:14:18+00:00 mail sm-mta[9]: 6AO2BVnV000008: <{0}>... User unknown", Printable),
        (
            "",
            "2026-11-24T02:14:18+00:00 mail sm-mta[9]: 6AO2BVnV000008: ruleset=check_rcpt, arg1=<{0}>, relay=host [192.0.2.1], reject=550 5.7.1 Relaying denied",
            Printable
        ),
        (
            "",
            "2026-11-24T02:14:18+00:00 mail sm-mta[9]: 6AO2BVnV000008: from=<joe@remote.test>, size=265, class=0, nrcpts=1, msgid=<{0}>, proto=ESMTP, daemon=MTA, relay=mx [203.0.113.7]",
            Printable
        ),
    ];

    public static readonly string[] Hostile =
    [
        ", dsn=2.0.0, status=sent ",
        "x>, relay=none, delay=1, delays=0/0/0/0, dsn=2.0.0, status=sent (",
        ", sasl_method=PLAIN, sasl_username=" + Victim,
        ", sasl_username=" + Victim,
        "x>, size=1, nrcpt=1 (queue active)",
        " A=login:" + Victim,
        "x A=plain:" + Victim + " S=1",
        "x\" A=plain:" + Victim + " S=1 T=\"y",
        "x\" A=plain:" + Victim + " S=1 for a@b",
        "x\" A=plain:" + Victim + " S=1 id=\"",
        "x) [6.6.6.6] P=esmtpa A=plain:" + Victim + " S=1",
        "x) [6.6.6.6]: 535 Incorrect authentication data (set_id=" + Victim + ")",
        "H=x [6.6.6.6]",
        "x H=y [6.6.6.6] A=login:" + Victim + " S=1 z",
        "x) [6.6.6.6] D=1s A=plain:" + Victim,
        "x) [6.6.6.6] P=esmtpsa X=a CV=no SNI=\"y",
        "x [6.6.6.6]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
        "user unknown: 550 5.1.1 no such user",
        ": 550 5.1.1 unknown user",
        "x, size=1, class=0, nrcpts=1, msgid=<y",
        "x, delay=00:00:00, mailer=y, pri=1, dsn=2.0.0, stat=Sent ",
        "x, relay=" + "[6.6.6.6]",
        "[6.6.6.6]: possible SMTP attack: command=AUTH, count=5",
        "login authenticator failed for (x) [6.6.6.6]: 535 Incorrect authentication data (set_id=v)",
        "LOGIN authentication failed: authentication failure, sasl_username=" + Victim,
        "x: client=host[6.6.6.6], sasl_method=PLAIN, sasl_username=" + Victim,
        "\"",
        "\"a\"b>, relay=none, delay=1, delays=0/0/0/0, dsn=2.0.0, status=sent (",
        "\"a\"@b>, relay=none, delay=1, delays=0/0/0/0, dsn=2.0.0, status=sent (",
        "\\",
        "a\\\" A=plain:" + Victim + " S=1",
        "<x>",
        "x> for " + Victim,
        "a for b c d",
        "a@b: Unrouteable address ",
        "a@b <c@d> R=x T=y: Unrouteable address ",
        "a@b <c@d> R=x T=y H=127.0.0.1 [127.0.0.1] C=\"250 OK id=1uVabd-000002-CD\"",
        "a@b R=x: 550 5.1.1 user unknown",
        "AUTH=server, relay=x [6.6.6.6], authid=" + Victim + ", mech=LOGIN, bits=0",
        "queued as 4ABC8B20217",
        "250 OK id=1uVabc-000001-AB",
        "U=root P=local S=1",
        "x\" from <a@b> for " + Victim,
        "x@y> for " + Victim,
    ];

    [Fact]
    public void No_hostile_text_in_any_field_changes_what_a_line_yields()
    {
        foreach (var field in Fields)
        {
            foreach (var hostile in Hostile)
                Check(field, hostile);
        }
    }

    [Fact]
    public void No_two_hostile_texts_joined_do_either() =>
        Gen.Select(
                Gen.Int[0, Fields.Length - 1],
                Gen.Int[0, Hostile.Length - 1],
                Gen.Int[0, Hostile.Length - 1],
                Gen.String[Gen.Char["ab @.,<>[]()=:;\"'\\/0123"], 0, 12]
            )
            .Sample((field, one, two, between) => Check(Fields[field], Hostile[one] + between + Hostile[two]), iter: 20_000);

    [Fact]
    public void No_random_text_does_either() =>
        Gen.Select(Gen.Int[0, Fields.Length - 1], Gen.String[Gen.Char["ab@.,<>[]()= :;\"'\\/|ASHPTrelayforsizdnstu125"], 0, 60])
            .Sample((field, text) => Check(Fields[field], text), iter: 20_000);

    private static void Check((string Before, string Line, Func<string, string> Write) field, string hostile)
    {
        var harmless = Told(field.Before, Fill(field.Line, field.Write("a")), out var first);
        var told = Told(field.Before, Fill(field.Line, field.Write(hostile)), out var last);
        // A line that reads in two ways may yield less; it never yields anything else, and it is told as one of unknown shape.
        if (last == LineResult.Unknown && first != LineResult.Unknown)
        {
            Assert.All(told, one => Assert.Contains(one, harmless));
            return;
        }
        // Exim's HELO and server name together can hide the address: then it is none, never another.
        if (
            told.Length == harmless.Length
            && told.Zip(harmless, (one, other) => one == other || one == other.Replace(" 192.0.2.1", " ", StringComparison.Ordinal)).All(same => same)
        )
            return;
        Assert.Equal(harmless, told);
    }

    private static string[] Told(string before, string line, out LineResult last)
    {
        var parsed = new Parsed().Feed([.. before.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
        var earlier = parsed.All.Count;
        parsed.Feed(line);
        last = parsed.Last;
        Assert.DoesNotContain(parsed.All, one => one.User.Value == Victim || one.Place.Address.ToString() == "6.6.6.6");
        Assert.Equal(0, parsed.Parser.Unjudged.Total);
        return parsed.Told[earlier..];
    }

    private static string Fill(string line, string text) => string.Join(text, line.Split("{0}"));

    /// <summary>As daemons print it: control characters become question marks.</summary>
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>A local part as the protocol quotes it (RFC 5321 section 4.1.2).</summary>
    private static string Quoted(string text) =>
        $"\"{Printable(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A subject as Exim quotes it.</summary>
    private static string Subject(string text) =>
        Printable(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
