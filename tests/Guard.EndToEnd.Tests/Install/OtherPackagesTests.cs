using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>What is not Debian's: the RPM, put below the root of a server that runs, and the tarball's own script.</summary>
public sealed class OtherPackagesTests
{
    private static string Packages => Path.Combine(GuardProgram.Root, "bin", "packages");

    [Fact]
    public async Task Rpm_and_tarball_install_run_and_go()
    {
        Requirement.Programs("rpm");
        var (rpm, tarball) = (Newest("*.x86_64.rpm"), Newest("*-linux-amd64.tar.gz"));
        Requirement.That(rpm is not null && tarball is not null, "needs bin/packages with an RPM and a tarball: make packages");
        using var server = await BootedMachine.StartAsync("trixie");
        var files = server.Files();

        server.Rpm("-i", rpm!);
        // Scripts of an RPM below another root do not reach its systemd.
        server.Must("systemctl", "daemon-reload");
        await RunsAsync(server);
        server.Must("/usr/share/accountguard/leave");
        server.Rpm("-e", "accountguard");
        server.Must("systemctl", "daemon-reload");

        server.Put(tarball!, "/root/accountguard.tar.gz");
        server.Must("sh", "-c", "cd /root && tar xzf accountguard.tar.gz && accountguard-*/install.sh");
        await RunsAsync(server);
        server.Must("sh", "-c", "/root/accountguard-*/install.sh --remove");
        Assert.NotEqual(0, server.Run("systemctl", "is-active", "accountguard").Code);

        // Configuration, data and user stay, as both say.
        string[] ours = ["/etc/accountguard", "/var/lib/accountguard", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/var/lib/rpm"];
        Assert.Equal(
            [],
            server
                .Files()
                .Except(files)
                .Where(line => !line.StartsWith("directory", StringComparison.Ordinal) && !ours.Any(path => line.Contains(path, StringComparison.Ordinal)))
        );
    }

    private static async Task RunsAsync(BootedMachine server)
    {
        server.Must("systemctl", "start", "accountguard-helper.socket", "accountguard.service");
        server.Must("accountguard", "setup", "--yes");
        await GuardProgram.UntilAsync(
            () => server.Run("accountguard", "status").Out.Contains("observe mode", StringComparison.Ordinal),
            () => server.Run("journalctl", "-u", "accountguard", "--no-pager").Out
        );
        Assert.Contains("answers; it does block", server.Run("accountguard", "doctor").Out, StringComparison.Ordinal);
    }

    private static string? Newest(string pattern) => Directory.Exists(Packages) ? Directory.GetFiles(Packages, pattern).SingleOrDefault() : null;
}
