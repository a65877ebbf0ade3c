using System.Text;
using Guard.EndToEnd.Tests.Locks;
using Xunit;

namespace Guard.EndToEnd.Tests.Logs;

/// <summary>What a real Exim writes of logins, failures, submissions with and without a login, and fates is counted right, in its own log, in each form of
/// syslog and in the journal.</summary>
public sealed class EximTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    /// <summary>As Debian has it, and with all that panels switch on.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("+all -arguments")]
    public async Task Logins_failures_and_submissions_of_Exim(string selector)
    {
        var port = FreePort.Next();
        using var root = await DaemonRoot.Start("exim4-daemon-light", Script(port, selector), Stopped);
        await DaemonRoot.Listening(port, root, Stopped);
        using (var talk = await LineTalk.Open(port, Stopped))
        {
            await talk.Say("EHLO client.test", Stopped);
            Assert.StartsWith("535", await Login(talk, "anna@example.com", "wrong"), StringComparison.Ordinal);
            Assert.StartsWith("535", await Login(talk, "x) [6.6.6.6] (set_id=victim@example.com", "wrong"), StringComparison.Ordinal);
            Assert.StartsWith("235", await Login(talk, "anna@example.com", "secret"), StringComparison.Ordinal);
            await Send(talk, "anna@example.com", "Hi A=login:victim@example.com", "a@remote.test", "b@nosuch.test");
            await Send(talk, "\"x H=y [6.6.6.6] A=login:victim@example.com S=1 z\"@evil.example", "two", "c@remote.test", "\"q r\"@nosuch.test");
            await talk.Say("QUIT", Stopped);
        }
        await root.UntilLogged(
            Stopped,
            "U=anna P=local",
            "<d@remote.test> R=",
            "<a@remote.test> R=",
            "b@nosuch.test ",
            "<c@remote.test> R=",
            "** q r@nosuch.test"
        );
        // Two messages, and the one that the system user anna handed in. Recipients that the log does not tell are counted as they are delivered.
        new ReplayedCounts(2, 2, 3, 5, 0).AreThoseOf(_guard, root, root.Logs.Append(root["main"]));
    }

    private static string Script(int port, string selector) =>
        $$$"""
            id Debian-exim >/dev/null 2>&1 || useradd -r -d /var/spool/exim4 Debian-exim
            mkdir -p /var/spool/exim4 /var/log/exim4 /etc/exim4
            chown Debian-exim /var/spool/exim4 /var/log/exim4 /logs
            cat > /etc/exim4/exim4.conf <<'C'
            primary_hostname = mail.example.com
            qualify_domain = example.com
            log_file_path = syslog:/logs/%s
            log_selector = {{{selector}}}
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {{{port}}}
            tls_advertise_hosts =
            keep_environment =
            acl_smtp_rcpt = to
            acl_smtp_data = all
            begin acl
            to:
              accept authenticated = *
            all:
              accept
            begin routers
            nobody:
              driver = redirect
              domains = nosuch.test
              allow_fail
              data = :fail: no such user here
            gone:
              driver = redirect
              data = :blackhole:
            begin transports
            begin retry
            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_condition = ${if and{{eq{$auth2}{anna@example.com}}{eq{$auth3}{secret}} } }
              server_set_id = $auth2
            C
            exim4 -bd
            printf 'To: d@remote.test\nSubject: by PHP\n\nx\n' | su anna -c '/usr/sbin/exim4 -i -t'
            """;

    private static Task<string> Login(LineTalk talk, string user, string password) =>
        talk.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{password}")), Stopped);

    private static async Task Send(LineTalk talk, string sender, string subject, params string[] recipients)
    {
        await talk.Say($"MAIL FROM:<{sender}>", Stopped);
        foreach (var recipient in recipients)
            Assert.StartsWith("250", await talk.Say($"RCPT TO:<{recipient}>", Stopped), StringComparison.Ordinal);
        await talk.Say("DATA", Stopped);
        Assert.StartsWith("250", await talk.Say($"Subject: {subject}\r\n\r\nx\r\n.", Stopped), StringComparison.Ordinal);
    }

    public void Dispose() => _guard.Dispose();
}
