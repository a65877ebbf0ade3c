using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>From a package that was built of an older commit to today's: run by tests/upgrade-check, since CI builds no second package.</summary>
public sealed class UpgradeTests(ITestOutputHelper output)
{
    private const string Info = "info@example.com";

    private static string Old => Environment.GetEnvironmentVariable("ACCOUNTGUARD_OLD_PACKAGE") ?? "";

    [Fact]
    public async Task An_older_package_s_accounts_settings_and_locks_outlive_the_upgrade_and_all_of_it_goes()
    {
        Assert.SkipUnless(File.Exists(Old), "needs the package of an older commit: tests/upgrade-check");
        Requirement.That(PackageTests.Package is not null, "needs bin/packages: make packages");
        using var server = await BootedMachine.StartAsync("bookworm");
        server.Put(Old, "/root/old.deb");
        // Older packages carry the same version number.
        server.Put(PackageTests.Package!, "/root/new.deb");
        server.Must(
            "sh",
            "-c",
            "cd /root && dpkg-deb -R old.deb old && sed -i 's/^Version: .*/Version: 0.0.1/' old/DEBIAN/control && dpkg-deb -Znone --root-owner-group -b old old.deb && rm -r old"
        );
        var files = server.Files();
        server.Must("apt-get", "install", "-y", "-q", "/root/old.deb");
        server.Must("sh", "-c", "echo '# mine' >> /etc/accountguard/accountguard.conf");
        // The first packages did not run by themselves: whoever has one of those is to have a guard after the upgrade all the same.
        var ran = server.Run("accountguard", "setup", "--yes").Code == 0;
        if (ran)
        {
            await SeesAsync(server);
            server.Must("accountguard", "user", "lock", Info, "--for", "2h", "--reason", "before the upgrade");
        }
        output.WriteLine(ran ? "the older package's guard ran" : "the older package's guard did not run");

        Assert.Contains(
            "0.0.1 became",
            server.Must("apt-get", "install", "-y", "-q", "-o", "Dpkg::Options::=--force-confold", "/root/new.deb"),
            StringComparison.Ordinal
        );
        Assert.Equal("active", server.Must("systemctl", "is-active", "accountguard").Trim());
        server.Must("grep", "-q", "# mine", "/etc/accountguard/accountguard.conf");
        if (ran)
        {
            await GuardProgram.UntilAsync(
                () => server.Run("accountguard", "explain", Info).Out.Contains("before the upgrade", StringComparison.Ordinal),
                () => server.Run("accountguard", "explain", Info).Out + Journal(server)
            );
        }
        else
        {
            server.Must("accountguard", "setup", "--yes");
            await SeesAsync(server);
        }
        Assert.DoesNotContain("   at ", Journal(server), StringComparison.Ordinal);

        server.Must("apt-get", "purge", "-y", "-q", "accountguard");
        var after = server.Files();
        Assert.Equal([], after.Except(files).Select(line => "+ " + line).Concat(files.Except(after).Select(line => "- " + line)));
    }

    private static Task SeesAsync(BootedMachine server)
    {
        server.TellLogin(Info);
        return GuardProgram.UntilAsync(() => server.Run("accountguard", "explain", Info).Code == 0, () => Journal(server));
    }

    private static string Journal(BootedMachine server) => server.Run("journalctl", "-u", "accountguard", "-b", "--no-pager").Out;
}
