using Guard.EndToEnd.Tests.Install;
using Xunit;

namespace Guard.EndToEnd.Tests.Guides;

/// <summary>Every guide, line by line, by somebody who has a server of that kind and the package.</summary>
public sealed class GuideTests(ITestOutputHelper output)
{
    [Fact]
    public Task Debian_12_with_Postfix_and_Dovecot() => FollowAsync("debian-12.md", "bookworm");

    [Fact]
    public Task Debian_13_with_Postfix_Dovecot_and_the_journal_alone() => FollowAsync("debian-13.md", "trixie");

    [Fact]
    public Task Debians_Exim() => FollowAsync("exim.md", "exim");

    [Fact]
    public Task Sendmail_ProFTPD_and_users_without_a_domain() => FollowAsync("sendmail-proftpd.md", "sendmail");

    [Fact]
    public async Task A_fleet_by_syslog()
    {
        NeedsPackage();
        using var guard = await BootedMachine.StartAsync("bookworm");
        using var server = await BootedMachine.StartAsync("exim");
        Connect(guard, "10.0.0.5", server, "10.0.0.11");
        PutPackage(guard);
        PutMailServer(server, ServerKind.Of("exim"));
        await new GuideReader("fleet.md", new Dictionary<string, BootedMachine> { ["guard"] = guard, ["mx1"] = server }, output).FollowAsync();
    }

    private async Task FollowAsync(string page, string root)
    {
        NeedsPackage();
        using var server = await BootedMachine.StartAsync(root);
        PutMailServer(server, ServerKind.Of(root));
        PutPackage(server);
        await new GuideReader(page, new Dictionary<string, BootedMachine> { [""] = server }, output).FollowAsync();
    }

    private static void NeedsPackage() => Requirement.That(PackageTests.Package is not null, "needs bin/packages: make packages");

    private static void PutMailServer(BootedMachine server, ServerKind kind)
    {
        server.Put(Path.Combine(GuardProgram.Root, "tests", kind.Script[0]), "/root/mail-server");
        server.Must(["bash", "/root/mail-server", .. kind.Script[1..]]);
        if (kind.Log.Length > 0)
            server.Must("sh", "-c", $"touch {kind.Log} && chgrp adm {kind.Log} && chmod 640 {kind.Log}");
    }

    private static void PutPackage(BootedMachine machine) => machine.Put(PackageTests.Package!, $"/root/{Path.GetFileName(PackageTests.Package)}");

    /// <summary>A cable between two machines.</summary>
    private static void Connect(BootedMachine one, string address, BootedMachine other, string otherAddress)
    {
        using var runner = new GuardProgram();
        runner.Must("ip", "link", "add", "eth0", "netns", $"{one.InitProcess}", "type", "veth", "peer", "name", "eth0", "netns", $"{other.InitProcess}");
        foreach (var (machine, its) in new[] { (one, address), (other, otherAddress) })
        {
            machine.Must("ip", "addr", "add", $"{its}/24", "dev", "eth0");
            machine.Must("ip", "link", "set", "eth0", "up");
        }
    }
}
