using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>The Debian package on a server that boots (needs make packages, and tests/make-root for the root).</summary>
public sealed class PackageTests(ITestOutputHelper output)
{
    internal static string? Package =>
        Directory.Exists(Path.Combine(GuardProgram.Root, "bin", "packages"))
            ? Directory.GetFiles(Path.Combine(GuardProgram.Root, "bin", "packages"), "accountguard_*_amd64.deb").SingleOrDefault()
            : null;

    [Theory]
    [InlineData("trixie")]
    [InlineData("bookworm")]
    public async Task Three_commands_from_nothing_to_the_log_of_today_and_nothing_stays_behind(string suite)
    {
        Requirement.That(Package is not null, "needs bin/packages: make packages");
        using var server = await BootedMachine.StartAsync(suite);
        server.Put(Package!, "/root/accountguard.deb");
        var (files, rules) = (server.Files(), server.Must("nft", "list", "ruleset"));

        var time = Stopwatch.StartNew();
        server.Must("apt-get", "install", "-y", "-q", "/root/accountguard.deb");
        server.Must("accountguard", "setup", "--yes");
        var status = server.Must("accountguard", "status");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{suite}: three commands, {time.Elapsed.TotalSeconds:0.0} s\n{status}"));
        Assert.Contains("observe mode", status, StringComparison.Ordinal);
        Assert.Equal("active", server.Must("systemctl", "is-active", "accountguard.service").Trim());
        Assert.Contains("Runs in observe mode", server.Must("systemctl", "show", "-p", "StatusText", "accountguard.service"), StringComparison.Ordinal);
        Assert.Equal("0", server.Must("systemctl", "show", "-p", "NRestarts", "--value", "accountguard.service").Trim());
        Assert.Equal("accountguard", server.Must("systemctl", "show", "-p", "User", "--value", "accountguard.service").Trim());
        output.WriteLine(server.Run("systemd-analyze", "security", "--no-pager", "accountguard.service").Out.Trim().Split('\n')[^1]);
        output.WriteLine(server.Must("sh", "-c", "grep VmRSS /proc/$(systemctl show -p MainPID --value accountguard.service)/status"));

        await HelperIsSmallAsync(server);

        // What is logged now is judged.
        server.TellLogin("info@example.com");
        await GuardProgram.UntilAsync(
            () => server.Run("accountguard", "explain", "info@example.com").Code == 0,
            () => server.Run("accountguard", "inspect", "intake").Out + server.Run("journalctl", "-u", "accountguard", "--no-pager").Out
        );
        Assert.Contains("lines read", server.Must("accountguard", "status"), StringComparison.Ordinal);
        server.Must("accountguard", "off");
        await SaysWhatIsWrongAsync(server);

        server.Must("apt-get", "purge", "-y", "-q", "accountguard");
        Assert.Equal(rules, server.Must("nft", "list", "ruleset"));
        var after = server.Files();
        Assert.Equal([], after.Except(files).Select(line => "+ " + line).Concat(files.Except(after).Select(line => "- " + line)));
    }

    /// <summary>The unit runs the native helper, which answers the guard's questions on less than a third of the whole program's memory.</summary>
    private async Task HelperIsSmallAsync(BootedMachine server)
    {
        const int MostMegabytes = 20;
        await GuardProgram.UntilAsync(
            () => server.Run("accountguard", "doctor").Out.Contains("answers; it does block", StringComparison.Ordinal),
            () => server.Run("journalctl", "-u", "accountguard-helper", "--no-pager").Out
        );
        const string Process = "/proc/$(systemctl show -p MainPID --value accountguard-helper.service)";
        Assert.Equal("/usr/lib/accountguard/accountguard-helper.native", server.Must("sh", "-c", $"readlink {Process}/exe").Trim());
        var resident = int.Parse(server.Must("sh", "-c", $"awk '/^VmRSS/ {{ print $2 }}' {Process}/status").Trim(), CultureInfo.InvariantCulture);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"helper: {resident / 1024.0:0.0} MB resident"));
        Assert.InRange(resident, 1, MostMegabytes * 1024);
        Assert.Equal("0", server.Must("systemctl", "show", "-p", "NRestarts", "--value", "accountguard-helper.service").Trim());
    }

    /// <summary>A log that is not there, one that may not be read, and a port that is taken: the service is up, status says what is wrong with the logs, and its log what with the port.</summary>
    private static async Task SaysWhatIsWrongAsync(BootedMachine server)
    {
        server.Must("sh", "-c", "systemctl stop accountguard && touch /var/log/closed.log && chmod 600 /var/log/closed.log");
        server.Must("systemd-run", "--quiet", "--unit=taken", "systemd-socket-activate", "--listen=127.0.0.1:10031", "/bin/cat");
        server.Must(
            "sh",
            "-c",
            "echo 'accountguard.intake.logs.files = [\"/var/log/closed.log\", \"/var/log/none.log\"]' >> /etc/accountguard/accountguard.conf && systemctl start accountguard"
        );
        string[] expected = ["/var/log/closed.log: cannot be read: Permission denied", "/var/log/none.log: is not there"];
        await GuardProgram.UntilAsync(
            () => expected.All(server.Run("accountguard", "status").Out.Contains),
            () => server.Run("accountguard", "status").Out + server.Run("journalctl", "-u", "accountguard", "-n", "20", "--no-pager").Out
        );
        Assert.Equal("active", server.Must("systemctl", "is-active", "accountguard.service").Trim());
        Assert.Contains("127.0.0.1:10031 cannot be had", server.Must("journalctl", "-u", "accountguard", "-b", "--no-pager"), StringComparison.Ordinal);
        server.Must("systemctl", "stop", "taken");
        server.Must("rm", "/var/log/closed.log");
    }
}
