using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>What may be wrong on the day on which a guard is installed: the service is up or waits, says so in one clear line, and status says it too.</summary>
public sealed class FirstStartTests(ITestOutputHelper output)
{
    private const string Log = "/var/log/mail.log";

    [Fact]
    public async Task Without_a_network_it_starts_at_once()
    {
        using var server = await InstalledAsync();
        Assert.DoesNotContain("default", server.Must("ip", "route"), StringComparison.Ordinal);
        await SaysAsync(server, "observe mode", "");
        Assert.Equal("0", server.Must("systemctl", "show", "-p", "NRestarts", "--value", "accountguard.service").Trim());
        Assert.DoesNotContain(" ERR]", Journal(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_npm_and_without_data_of_places_it_judges_what_needs_none()
    {
        using var server = await InstalledAsync("rm -rf /usr/share/accountguard/geo");
        await SaysAsync(server, "observe mode", "");
        Assert.NotEqual(0, server.Run("which", "npm").Code);
        Assert.Contains("countries", Health(server), StringComparison.Ordinal);
        server.TellLogin("info@example.com");
        server.Must("accountguard", "setup", "--yes");
        await GuardProgram.UntilAsync(() => server.Run("accountguard", "explain", "info@example.com").Code == 0, () => Journal(server));
    }

    [Fact]
    public async Task Without_a_log_yet_it_waits_for_it_and_reads_it_when_it_comes()
    {
        using var server = await InstalledAsync(Reading(Log) + $"; rm -f {Log}");
        await SaysAsync(server, $"{Log}: is not there", Log);
        server.Write(
            Log,
            "Mar  5 10:11:12 mail dovecot: imap-login: Login: user=<info@example.com>, method=PLAIN, rip=203.0.113.5, lip=198.51.100.25, mpid=1, session=<a>\n"
        );
        await GuardProgram.UntilAsync(() => server.Run("accountguard", "status").Out.Contains("lines read", StringComparison.Ordinal), () => Health(server));
    }

    [Fact]
    public async Task A_log_that_it_may_not_read_is_named_with_the_reason()
    {
        using var server = await InstalledAsync(Reading(Log) + $"; touch {Log}; chown root:root {Log}; chmod 600 {Log}");
        await SaysAsync(server, $"{Log}: cannot be read: Permission denied", Log);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_named_and_the_rest_works()
    {
        using var server = await InstalledAsync("systemd-run --quiet --unit=taken systemd-socket-activate --listen=127.0.0.1:10031 /bin/cat");
        await SaysAsync(server, "is not answered, 127.0.0.1:10031 cannot be had", "127.0.0.1:10031 cannot be had");
        Assert.NotEqual(0, server.Run("accountguard", "status").Code);
    }

    [Fact]
    public async Task A_full_disk_is_named_and_what_is_wrong_ends_with_it()
    {
        using var server = await InstalledAsync(
            "mkdir -p /var/lib/accountguard && mount -t tmpfs -o size=16k,mode=700 tmpfs /var/lib/accountguard",
            waits: true
        );
        await GuardProgram.UntilAsync(
            () => Said(server).Contains("/var/lib/accountguard is full", StringComparison.Ordinal),
            () => Said(server) + Journal(server)
        );
        output.WriteLine(Said(server));
        Assert.Contains("why it ended: ", Said(server), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Journal(server), StringComparison.Ordinal);
        server.Must("mount", "-o", "remount,size=200m", "/var/lib/accountguard");
        // It would by itself, later each time.
        server.Must("systemctl", "restart", "accountguard.service");
        await GuardProgram.UntilAsync(
            () => server.Run("accountguard", "status").Out.Contains("observe mode", StringComparison.Ordinal),
            () => Said(server) + Journal(server)
        );
    }

    /// <param name="before">What is so when it starts for the first time.</param>
    /// <param name="waits">It is not up by then.</param>
    private static async Task<BootedMachine> InstalledAsync(string before = "true", bool waits = false)
    {
        Requirement.That(PackageTests.Package is not null, "needs bin/packages: make packages");
        var server = await BootedMachine.StartAsync("trixie");
        server.Put(PackageTests.Package!, "/root/accountguard.deb");
        // Units start only when all is as the test wants it.
        server.Must("sh", "-c", "printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && systemctl mask --quiet accountguard.service");
        server.Must("apt-get", "install", "-y", "-q", "/root/accountguard.deb");
        server.Must("sh", "-c", before);
        server.Must("systemctl", "unmask", "--quiet", "accountguard.service");
        if (waits)
            server.Must("systemctl", "start", "--no-block", "accountguard.service");
        else
            server.Must("systemctl", "start", "accountguard.service");
        return server;
    }

    private static string Reading(string log) => $"echo 'accountguard.intake.logs.files = [\"{log}\"]' >> /etc/accountguard/accountguard.conf";

    private async Task SaysAsync(BootedMachine server, string status, string journal)
    {
        await GuardProgram.UntilAsync(() => Said(server).Contains(status, StringComparison.Ordinal), () => Said(server) + Journal(server));
        output.WriteLine(Said(server));
        Assert.Equal("active", server.Must("systemctl", "is-active", "accountguard.service").Trim());
        Assert.Contains(journal, Journal(server), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Journal(server), StringComparison.Ordinal);
    }

    private static string Said(BootedMachine server) => server.Run("accountguard", "status") is var (text, error, _) ? text + error : "";

    private static string Health(BootedMachine server) => server.Run("accountguard", "inspect", "health").Out;

    private static string Journal(BootedMachine server) => server.Run("journalctl", "-u", "accountguard", "-b", "--no-pager").Out;
}
