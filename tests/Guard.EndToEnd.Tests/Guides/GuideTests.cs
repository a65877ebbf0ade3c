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

    private async Task FollowAsync(string page, string root)
    {
        Requirement.That(PackageTests.Package is not null, "needs bin/packages: make packages");
        var kind = ServerKind.Of(root);
        using var server = await BootedMachine.StartAsync(root);
        server.Put(Path.Combine(GuardProgram.Root, "tests", kind.Script[0]), "/root/mail-server");
        server.Must(["bash", "/root/mail-server", .. kind.Script[1..]]);
        if (kind.Log.Length > 0)
            server.Must("sh", "-c", $"touch {kind.Log} && chgrp adm {kind.Log} && chmod 640 {kind.Log}");
        server.Put(PackageTests.Package!, $"/root/{Path.GetFileName(PackageTests.Package)}");
        await new GuideReader(page, new Dictionary<string, BootedMachine> { [""] = server }, output).FollowAsync();
    }
}
