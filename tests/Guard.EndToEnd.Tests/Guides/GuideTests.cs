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
        PutPackage(guard);
        PutMailServer(server, ServerKind.Of("exim"));
        var machines = new Dictionary<string, BootedMachine> { ["guard"] = guard, ["mx1"] = server };
        using var network = SharedNetwork.Of(machines);
        await new GuideReader("fleet.md", machines, output).FollowAsync();
    }

    [Fact]
    public async Task A_cluster_on_PostgreSQL()
    {
        NeedsPackage();
        var machines = new Dictionary<string, BootedMachine>();
        try
        {
            machines.Add("db", await BootedMachine.StartAsync("postgres"));
            foreach (var name in new[] { "mail1", "mail2", "mail3" })
            {
                machines.Add(name, await BootedMachine.StartAsync("bookworm"));
                PutMailServer(machines[name], ServerKind.Of("bookworm"));
                PutPackage(machines[name]);
            }
            using var network = SharedNetwork.Of(machines);
            await new GuideReader("cluster.md", machines, output).FollowAsync();
        }
        finally
        {
            foreach (var machine in machines.Values)
                machine.Dispose();
        }
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
}
