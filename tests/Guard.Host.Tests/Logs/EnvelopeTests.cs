using System.Text.Json;
using Xunit;

namespace Guard.Host.Tests.Logs;

/// <summary>The same line in every envelope that syslog daemons, journald, container engines and daemons put around it.</summary>
public sealed class EnvelopeTests
{
    private const string Said = "imap-login: Login: user=<anna@example.com>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, mpid=1, TLS, session=<x>";

    private static readonly DateTimeOffset At = new(2026, 10, 1, 10, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, int> Envelopes { get; } =
        new()
        {
            { "Oct  1 10:00:00 mail dovecot: {0}", "dovecot", 0 },
            { "Oct 01 10:00:00 mail dovecot: {0}", "dovecot", 0 },
            { "Oct 1 10:00:00 mail dovecot: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00.000000 mail dovecot: {0}", "dovecot", 0 },
            { "Oct  1 2026 10:00:00 mail dovecot: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 dovecot: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 dovecot[77]: {0}", "dovecot", 77 },
            { "\uFEFFOct  1 10:00:00 mail dovecot: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 [dovecot] {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 [dovecot]: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 mail.example.com dovecot[77]: {0}", "dovecot", 77 },
            { "Oct  1 10:00:00 192.0.2.9 dovecot[77]: {0}", "dovecot", 77 },
            { "Oct  1 10:00:00 2001:db8::9 dovecot[77]: {0}", "dovecot", 77 },
            { "Oct  1 10:00:00 <mail.info> mail dovecot[77]: {0}", "dovecot", 77 },
            { "Oct  1 10:00:00 <2.6> mail dovecot[77]: {0}", "dovecot", 77 },
            { "Oct  1 10:00:00 mail mail.info dovecot: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 mail.info dovecot: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 mail dovecot[77] <Notice>: {0}", "dovecot", 77 },
            { "Oct  1 10:00:00 mail dovecot[77]: [ID 801593 mail.info] {0}", "dovecot", 77 },
            { "<22>Oct  1 10:00:00 mail dovecot[77]: {0}", "dovecot", 77 },
            { "<22>Oct  1 10:00:00 dovecot[77]: {0}", "dovecot", 77 },
            { "<22>2026-10-01T10:00:00.000000+00:00 mail dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01T10:00:00+00:00 mail dovecot: {0}", "dovecot", 0 },
            { "2026-10-01T12:00:00.000000+02:00 mail dovecot: {0}", "dovecot", 0 },
            { "2026-10-01T12:00:00+0200 mail dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01T10:00:00Z mail dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01 12:00:00.000000+0200  localhost dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01 10:00:00 mail01-prague-01 dovecot: {0}", "dovecot", 0 },
            { "2026-10-01 10:00:00 mail01-prague-01 dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01 10:00:00 mail01-pragueworld-0001 dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01 10:00:00 exim dovecot[77]: {0}", "dovecot", 77 },
            { "Oct  1 10:00:00 mail01-prague-01 dovecot: {0}", "dovecot", 0 },
            { "<22>1 2026-10-01T10:00:00.0+00:00 mail dovecot 77 - -  {0}", "dovecot", 77 },
            { "<22>1 2026-10-01T10:00:00.0+00:00 mail dovecot 77 - - {0}", "dovecot", 77 },
            { "<22>1 2026-10-01T10:00:00.0+00:00 mail dovecot - - [x@1 a=\"\\\"]\"][y@1] \uFEFF{0}", "dovecot", 0 },
            { "<22>1 2026-10-01T10:00:00.0+00:00 mail dovecot[77] - - - {0}", "dovecot", 77 },
            { "2026-10-01T10:00:00.000000000Z stdout F Oct  1 10:00:00 pod dovecot: {0}", "dovecot", 0 },
            { "2026-10-01T10:00:00.000000000Z stderr F Oct  1 10:00:00 dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01T10:00:00.000000000Z stdout F dovecot[77]: {0}", "dovecot", 77 },
            { "2026-10-01T10:00:00.000000000Z Oct  1 12:00:00 e6b121196355 dovecot: {0}", "dovecot", 0 },
            { "dovecot-mailcow-1  | Oct  1 10:00:00 e6b121196355 dovecot: {0}", "dovecot", 0 },
            { "dovecot-1 | 2026-10-01T10:00:00.000000000Z Oct  1 10:00:00 e6b121196355 dovecot: {0}", "dovecot", 0 },
            { "mail | Oct  1 10:00:00 e6b121196355 dovecot: {0}", "dovecot", 0 },
            { "2026-10-01T10:00:00+00:00 dockerhost mailcow-dovecot[801]: Oct  1 12:00:00 e6b121196355 dovecot: {0}", "dovecot", 0 },
            { "Oct  1 10:00:00 dockerhost 3f9e0d1c2b4a[801]: Oct  1 12:00:00 e6b121196355 dovecot: {0}", "dovecot", 0 },
            { "<30>1 2026-10-01T10:00:00Z dockerhost docker/mail 801 - - Oct  1 12:00:00 e6b121196355 dovecot: {0}", "dovecot", 0 },
        };

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void An_envelope_comes_off(string envelope, string program, int pid) =>
        Assert.Equal(new Opened(At, program, pid, Said, 1), Opened.Of(envelope.Replace("{0}", Said, StringComparison.Ordinal)));

    [Fact]
    public void Json_comes_off()
    {
        var message = JsonSerializer.Serialize(Said);
        var inner = JsonSerializer.Serialize($"Oct  1 12:00:00 e6b121196355 dovecot: {Said}");
        var dovecot = new Opened(At, "dovecot", 0, Said, 1);
        Assert.Equal(
            dovecot with
            {
                Pid = 77,
            },
            Opened.Of($$"""{"__REALTIME_TIMESTAMP":"1790848800000000","SYSLOG_IDENTIFIER":"dovecot","_PID":"77","MESSAGE":{{message}}}""")
        );
        Assert.Equal(
            dovecot with
            {
                Program = "sshd-session",
            },
            Opened.Of($$"""{"__REALTIME_TIMESTAMP":"1790848800000000","_COMM":"sshd-session","MESSAGE":{{message}}}""")
        );
        Assert.Equal(
            dovecot,
            Opened.Of(
                $$"""{"MESSAGE":{{inner}},"SYSLOG_IDENTIFIER":"3f9e0d1c2b4a","CONTAINER_NAME":"mailcow-dovecot-1","__REALTIME_TIMESTAMP":"1790848800000000"}"""
            )
        );
        Assert.Equal(dovecot, Opened.Of($$"""{"log":{{inner[..^1]}}\n","stream":"stdout","time":"2026-10-01T10:00:00.000000000Z"}"""));
        Assert.Equal(
            dovecot,
            Opened.Of($$$"""{"log":{{{inner[..^1]}}}\n","stream":"stdout","attrs":{"x":{},"tag":"mailcow-dovecot"},"time":"2026-10-01T10:00:00Z"}""")
        );
        Assert.Null(Opened.Of($$$"""{"log":{{{inner[..^1]}}}\n","stream":"stdout","attrs":{"tag":"webshop"},"time":"2026-10-01T10:00:00Z"}"""));
        var numbers = string.Join(',', System.Text.Encoding.UTF8.GetBytes(Said));
        Assert.Equal(dovecot, Opened.Of($$"""{"__REALTIME_TIMESTAMP":"1790848800000000","SYSLOG_IDENTIFIER":"dovecot","MESSAGE":[{{numbers}}]}"""));
        Assert.Equal(
            "nextcloud",
            Opened
                .Of(
                    """{"reqId":"a","level":2,"time":"2026-10-01T10:00:00+00:00","remoteAddr":"192.0.2.7","user":"--","app":"core","message":"Login failed: anna"}"""
                )!
                .Program
        );
    }

    [Theory]
    [InlineData("""{"MESSAGE":"x","SYSLOG_IDENTIFIER":"dovecot"}""")]
    [InlineData("""{"MESSAGE":"x","SYSLOG_IDENTIFIER":"dovecot","__REALTIME_TIMESTAMP":"-1"}""")]
    [InlineData("""{"MESSAGE":null,"SYSLOG_IDENTIFIER":"dovecot","__REALTIME_TIMESTAMP":"1790848800000000"}""")]
    [InlineData("""{"log":"x","stream":"stdout"}""")]
    [InlineData("""{"log":"x","stream":"stdout","time":"2026-10-01T10:00:00Z"}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("Oct 32 10:00:00 mail dovecot: x")]
    [InlineData("Oct  1 24:00:00 mail dovecot: x")]
    [InlineData("2026-13-01T10:00:00Z mail dovecot: x")]
    [InlineData("192.0.2.7 - anna [24/Nov/2026:02:14:15 +0000] \"GET / HTTP/1.1\" 200 1")]
    [InlineData("some words")]
    [InlineData("x y exim[3]: 2026-10-01 10:00:00 1tnXyZ-000abc-AB Completed")]
    public void What_is_no_envelope_is_foreign(string line) => Assert.Null(Opened.Of(line));

    [Theory]
    [InlineData("2026-10-01 10:00:00 1tnXyZ-000abc-AB <= anna@example.com H=(x) [192.0.2.7] P=esmtpsa A=login:anna S=1", "exim")]
    [InlineData("2026-10-01 12:00:00 +0200 1tnXyZ-000abc-AB <= anna@example.com H=(x) [192.0.2.7] P=esmtpsa A=login:anna S=1", "exim")]
    [InlineData("2026-10-01 10:00:00.000 [77] 1tnXyZ-000abc-AB Completed", "exim")]
    [InlineData("2026-10-01 10:00:00 1tnXyZ-00000000abc-ABCD => a@b.test R=dnslookup T=remote_smtp", "exim")]
    [InlineData("2026-10-01 10:00:00 1tnXyZ-000abc-AB DKIM: d=example.com s=x [verification succeeded]", "exim")]
    [InlineData("2026-10-01 10:00:00 login authenticator failed for (x) [192.0.2.7]:21298: 535 Incorrect authentication data (set_id=anna)", "exim")]
    [InlineData("2026-10-01 10:00:00 H=(x) [192.0.2.7]:21298 rejected EHLO or HELO x: syntactically invalid argument(s)", "exim")]
    [InlineData("2026-10-01 10:00:00 exim 4.96 daemon started: pid=77, -q30m, listening for SMTP on port 25", "exim")]
    [InlineData("Oct  1 10:00:00 mail exim[3]: 2026-10-01 10:00:00 1tnXyZ-000abc-AB Completed", "exim")]
    [InlineData("mail.example.com exim[3]: 2026-10-01 10:00:00 1tnXyZ-000abc-AB Completed", "exim")]
    [InlineData("exim4[3]: 2026-10-01 10:00:00 login authenticator failed for (x) [192.0.2.7]: 535 Incorrect authentication data", "exim4")]
    [InlineData("2026-10-01T10:00:00+00:00 mail exim[3]: 2026-10-01 10:00:00 +0000 1tnXyZ-000abc-AB Completed", "exim")]
    [InlineData("Oct 01 10:00:00 imap-login: Info: Login: user=<anna>, method=PLAIN, rip=192.0.2.7", "dovecot-own")]
    [InlineData("2026-10-01 10:00:00 auth-worker(77): Info: sql(anna,192.0.2.7): unknown user", "dovecot-own")]
    [InlineData("Oct 01 10:00:00 imap(anna@example.com)<77><x>: Info: Disconnected: Logged out", "dovecot-own")]
    [InlineData("2026-10-01T10:00:00.000000000Z stdout F imap-login: Info: Login: user=<anna>", "dovecot-own")]
    [InlineData("Thu Oct 01 10:00:00 2026 [pid 77] [anna] OK LOGIN: Client \"192.0.2.7\"", "vsftpd-own")]
    [InlineData("Thu Oct  1 10:00:00 2026 [pid 77] CONNECT: Client \"192.0.2.7\"", "vsftpd-own")]
    [InlineData("2026-10-01 10:00:00,000 mail proftpd[77] localhost (h[192.0.2.7]): USER anna: Login successful.", "proftpd")]
    [InlineData("[01/Oct/2026:12:00:00 +0200] example [77] 192.0.2.7 192.0.2.7 \"USER anna\" 331", "proftpd-auth")]
    [InlineData("example [77] h.example [01/Oct/2026:10:00:00 +0000] \"PASS (hidden)\" 230", "proftpd-auth")]
    [InlineData("192.0.2.7 UNKNOWN anna [01/Oct/2026:10:00:00 +0000] \"PASS (hidden)\" 230 -", "proftpd-auth")]
    [InlineData("Oct 01 10:00:00 sogod [77]: SOGoRootPage Login from '192.0.2.7' for user 'anna' might not have worked", "sogod")]
    [InlineData("[01-Oct-2026 10:00:00 +0000]: <x> Successful login for anna (ID: 1) from 192.0.2.7 in session x", "roundcube")]
    [InlineData(
        "2026-10-01 10:00:00,000 INFO  [qtp-1:https] [name=anna@example.com;oip=192.0.2.7;] security - cmd=Auth; account=anna@example.com; protocol=soap;",
        "zimbra"
    )]
    public void A_daemons_own_file_is_known_by_its_own_words(string line, string program)
    {
        var opened = Opened.Of(line)!;
        Assert.Equal((program, At), (opened.Program, opened.At));
    }

    [Theory]
    [InlineData("2026-10-01 10:00:00 mail postfix/smtpd[1]: warning: x authenticator failed for (x) [192.0.2.7]: 535 y (set_id=victim)", "postfix/smtpd")]
    [InlineData("Oct  1 10:00:00 mail postfix/smtpd[1]: 2026-10-01 10:00:00 1tnXyZ-000abc-AB <= x", "postfix/smtpd")]
    [InlineData("Oct  1 10:00:00 mail myapp: Oct  1 10:00:00 mail dovecot: imap-login: Login: user=<victim>, rip=192.0.2.7", "myapp")]
    [InlineData(
        """{"MESSAGE":"Oct  1 10:00:00 mail dovecot: imap-login: Login: user=<victim>","SYSLOG_IDENTIFIER":"myapp","__REALTIME_TIMESTAMP":"1790848800000000"}""",
        "myapp"
    )]
    [InlineData("Oct  1 10:00:00 mail postfix/smtpd[1]: message repeated 4 times: [ x", "postfix/smtpd")]
    public void A_message_that_looks_like_an_envelope_is_none(string line, string program) =>
        Assert.Equal((program, 1), (Opened.Of(line)!.Program, Opened.Of(line)!.Repeats));

    [Fact]
    public void A_web_applications_container_never_speaks_for_dovecot() =>
        Assert.Null(
            Opened.Of(
                """{"MESSAGE":"Oct  1 10:00:00 x dovecot: imap-login: Login: user=<victim>","SYSLOG_IDENTIFIER":"3f9e0d1c2b4a","CONTAINER_NAME":"webshop-1","__REALTIME_TIMESTAMP":"1790848800000000"}"""
            )
        );

    [Fact]
    public void A_line_that_a_container_engine_cut_is_put_together()
    {
        var opened = Opened.Of(
            "2026-10-01T10:00:00.000000000Z stdout P Oct  1 10:00:00 pod dovecot: imap-login: ",
            "2026-10-01T10:00:00.000000000Z stderr F Oct  1 10:00:00 pod other: y",
            "2026-10-01T10:00:00.000000000Z stdout F Login: user=<anna>"
        );
        Assert.Equal("imap-login: Login: user=<anna>", opened!.Message);
        opened = Opened.Of(
            """{"log":"Oct  1 10:00:00 pod dovecot: imap-","stream":"stdout","time":"2026-10-01T10:00:00Z"}""",
            """{"log":"login: Login: user=<anna>\n","stream":"stdout","time":"2026-10-01T10:00:00Z"}"""
        );
        Assert.Equal("imap-login: Login: user=<anna>", opened!.Message);
    }

    [Fact]
    public void A_tag_that_the_sender_cut_at_32_characters_is_a_tag() =>
        Assert.Equal(
            new Opened(At, "postfix/submission/smtpd", 123456, "x: client=y", 1),
            Opened.Of("<22>2026-10-01T10:00:00+00:00 mail postfix/submission/smtpd[123456] x: client=y")
        );

    [Fact]
    public void A_repeated_line_counts_as_often_as_it_was_said()
    {
        var parsed = new Parsed().Feed("Oct  1 10:00:00 mail sshd[1]: message repeated 4 times: [ Failed password for anna from 192.0.2.7 port 4 ssh2]");
        Assert.Equal(Enumerable.Repeat("Ssh WrongPassword anna@example.com 192.0.2.7", 4), parsed.Told);
        Assert.Equal(4, parsed.All.Select(one => one.Origin.Position).Distinct().Count());
        parsed = new Parsed().Feed("Oct  1 10:00:00 mail sshd[1]: message repeated 400000 times: [ Failed password for anna from 192.0.2.7 port 4 ssh2]");
        Assert.InRange(parsed.All.Count, 50, 200);
    }
}
