using Guard.Host.Tests.Syslog;
using Xunit;

namespace Guard.EndToEnd.Tests.Fleet;

/// <summary>A real rsyslog logs over TLS to a real guard.</summary>
public sealed class RsyslogTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly Certificates _certificates = new();
    private readonly int _port = FreePort.Next();

    private const string NeedsTls = "needs rsyslog-gnutls, which is not installed";

    /// <summary>In the directory of the machine's architecture.</summary>
    private static bool HasTls =>
        Directory
            .GetDirectories("/usr/lib", "*-linux-gnu*")
            .Append("/usr/lib")
            .Any(directory => File.Exists(Path.Combine(directory, "rsyslog", "lmnsd_gtls.so")));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<System.Diagnostics.Process> StartGuardAsync()
    {
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = observe
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{_cluster}}"
              console.listen = off
              geo.fetch-default = off
              intake {
                logs.default-domain = "example.com"
                postfix-policy.listen = off
                auth-policy.listen = off
                milter.listen = off
                syslog { tls-listen = "127.0.0.1:{{_port}}", certificate = "{{_certificates.Certificate}}", key = "{{_certificates.Key}}", client-ca = "{{_certificates.Authority}}" }
              }
            }
            """,
            Cancellation
        );
        var runs = Times("AccountGuard runs");
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => Times("AccountGuard runs") > runs, () => _guard.Heard);
        return process;
    }

    private readonly int _cluster = FreePort.Next();

    private int Times(string text) => _guard.Heard.Split(text).Length - 1;

    private long Logins(string user) => _guard.Explain(user)?.GetProperty("totals").GetProperty("logins").GetInt64() ?? 0;

    private static string Login(string user) => $"imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<x>";

    [Fact]
    public async Task A_machine_with_a_certificate_is_heard_also_after_the_guard_was_away_and_one_without_is_not()
    {
        Requirement.Programs("rsyslogd");
        Requirement.That(HasTls, NeedsTls);
        _certificates.WriteServer().Dispose();
        var process = await StartGuardAsync();
        var (certificate, key) = _certificates.WriteClient();
        using var rsyslog = new Rsyslog(_port, _certificates.Authority, certificate, key);
        await GuardProgram.UntilAsync(() => rsyslog.IsReady, () => rsyslog.Said);
        rsyslog.Log("dovecot", Login("anna@example.com"));
        await GuardProgram.UntilAsync(() => Logins("anna@example.com") == 1, () => rsyslog.Said + _guard.Heard);

        // Killed and started again; rsyslog keeps what it cannot deliver, and comes back by itself.
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        await StartGuardAsync();
        var sent = 0;
        await GuardProgram.UntilAsync(
            () =>
            {
                rsyslog.Log("dovecot", Login("bob@example.com"));
                sent++;
                return Logins("bob@example.com") > 0;
            },
            () => $"{sent} sent: {rsyslog.Said}{_guard.Heard}"
        );
        Assert.Equal(1, Logins("anna@example.com"));

        using var strange = new Certificates("stranger");
        (certificate, key) = strange.WriteClient();
        // It trusts the guard, but the guard does not know who signed its certificate.
        using var thief = new Rsyslog(_port, _certificates.Authority, certificate, key);
        await GuardProgram.UntilAsync(() => thief.IsReady, () => thief.Said);
        thief.Log("dovecot", Login("thief@example.com"));
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("the TLS handshake failed", StringComparison.Ordinal), () => thief.Said + _guard.Heard);
        Assert.Equal(0, Logins("thief@example.com"));
    }

    /// <summary>A login of each daemon, as it hands it to syslog(3): tag, text, and the account.</summary>
    private static readonly (string Tag, string Text, string User)[] Daemons =
    [
        ("dovecot", Login("dovecot@example.com"), "dovecot@example.com"),
        (
            "postfix/submission/smtpd[1234567]",
            "4ABC8B20217: client=x[203.0.113.9], sasl_method=PLAIN, sasl_username=postfix@example.com",
            "postfix@example.com"
        ),
        ("sm-mta[77]", "AUTH=server, relay=x [203.0.113.9], authid=sendmail@example.com, mech=PLAIN, bits=0", "sendmail@example.com"),
        (
            "exim[77]",
            "2026-10-01 10:00:00 1tnXyZ-000abc-AB <= exim@example.com H=(x) [203.0.113.9] P=esmtpsa A=login:exim@example.com S=1 for a@remote.test",
            "exim@example.com"
        ),
        ("sshd[77]", "Accepted password for sshd from 203.0.113.9 port 22 ssh2", "sshd@example.com"),
        ("proftpd[77]", "127.0.0.1 (x[203.0.113.9]) - USER proftpd: Login successful.", "proftpd@example.com"),
        ("vsftpd[77]", "[vsftpd] OK LOGIN: Client \"203.0.113.9\"", "vsftpd@example.com"),
        ("pure-ftpd", "(?@203.0.113.9) [INFO] pureftpd is now logged in", "pureftpd@example.com"),
        ("imapd", "LOGIN, user=courier@example.com, ip=[::ffff:203.0.113.9], port=[4], protocol=IMAP", "courier@example.com"),
    ];

    [Theory]
    [InlineData("guard", true)]
    [InlineData("RSYSLOG_SyslogProtocol23Format", false)]
    [InlineData("RSYSLOG_ForwardFormat", true)]
    public async Task A_login_of_every_daemon_is_read_in_this_form(string template, bool wholeTags)
    {
        Requirement.Programs("rsyslogd");
        Requirement.That(HasTls, NeedsTls);
        _certificates.WriteServer().Dispose();
        await StartGuardAsync();
        var (certificate, key) = _certificates.WriteClient();
        using var rsyslog = new Rsyslog(_port, _certificates.Authority, certificate, key, template);
        await GuardProgram.UntilAsync(() => rsyslog.IsReady, () => rsyslog.Said);
        // Of a tag that is cut at its slash nothing is left that says Cyrus' service.
        (string Tag, string Text, string User)[] daemons = wholeTags
            ? [.. Daemons, ("cyrus/imap[77]", "login: x [203.0.113.9] cyrus@example.com PLAIN+TLS User logged in", "cyrus@example.com")]
            : Daemons;
        foreach (var (tag, text, _) in daemons)
            rsyslog.Log(tag, text);
        foreach (var (_, _, user) in daemons)
            await GuardProgram.UntilAsync(() => Logins(user) == 1, () => $"{user}: {rsyslog.Said}{_guard.Heard}");
    }

    [Fact]
    public void The_documented_lines_are_the_tried_ones()
    {
        var page = File.ReadAllText(Path.Combine(GuardProgram.Root, "docs", "syslog.md"));
        Assert.Contains(
            Rsyslog.Configuration("/var/spool/rsyslog", "/etc/rsyslog.d/ca.pem", "/etc/rsyslog.d/mx1.pem", "/etc/rsyslog.d/mx1.key", "guard.example.com", 6514),
            page,
            StringComparison.Ordinal
        );
    }

    public void Dispose()
    {
        _guard.Dispose();
        _certificates.Dispose();
    }
}
