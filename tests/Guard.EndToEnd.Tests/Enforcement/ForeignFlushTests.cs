using Guard.EndToEnd.Tests.Firewall;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>Other programs flush the machine's rules, as a reload of nftables does: the guard hears it from the kernel and mends its own.</summary>
public sealed class ForeignFlushTests
{
    private const string Daemon = "64001";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_another_program_flushes_stands_again_within_seconds_and_is_told_once()
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip");
        await using var machines = await TwoMachines.Start(Cancellation);
        using var guard = new GuardProgram();
        Configure(guard, "");
        guard.StartIn("ip", "netns", "exec", machines.Server.Name);
        await Blocked(machines, guard);
        foreach (
            var rules in new[]
            {
                "flush ruleset",
                "delete table inet accountguard",
                "flush ruleset",
                "flush chain inet accountguard incoming",
                "flush set inet accountguard addresses4",
            }
        )
            await Mended(machines, guard, rules);
        Assert.Equal(1, guard.Heard.Split("removed the guard's table").Length - 1);
        Assert.Contains("nft removed the guard's table", guard.Heard, StringComparison.Ordinal);
        // Its own changes disturb nobody.
        Assert.DoesNotContain("changed the guard's table", guard.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_the_helper_a_daemon_without_rights_hears_it_as_well()
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip", "setpriv");
        await using var machines = await TwoMachines.Start(Cancellation);
        using var guard = new GuardProgram();
        var helper = $$"""helper { socket = "{{guard["run"]}}/socket", user = "{{Daemon}}", tell = "" }""";
        Configure(guard, helper);
        await File.WriteAllTextAsync(
            guard["helper.conf"],
            $$"""accountguard { data-directory = "{{guard["helper"]}}", enforcement { firewall.backend = nftables, {{helper}} } }""",
            Cancellation
        );
        Directory.CreateDirectory(guard["data"]);
        guard.Must("chown", Daemon, guard["data"]);
        guard.Must("chmod", "755", guard.Directory);
        guard.StartProgram(["ip", "netns", "exec", machines.Server.Name, .. GuardProgram.Helper, "--config", guard["helper.conf"]]);
        await GuardProgram.UntilAsync(() => File.Exists(Path.Combine(guard["run"], "socket")), () => guard.Heard);
        guard.StartIn("ip", "netns", "exec", machines.Server.Name, "setpriv", $"--reuid={Daemon}", $"--regid={Daemon}", "--clear-groups", "--");
        await Blocked(machines, guard);
        await Mended(machines, guard, "flush ruleset");
        await GuardProgram.UntilAsync(() => guard.Heard.Contains("nft removed the guard's table", StringComparison.Ordinal), () => guard.Heard);
    }

    private static void Configure(GuardProgram guard, string more)
    {
        File.WriteAllText(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{guard["data"]}}"
              intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              console.listen = off
              geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              enforcement { firewall.backend = nftables, {{more}} }
            }
            """
        );
        guard.Must("chmod", "644", guard["guard.conf"]);
    }

    private static async Task Blocked(TwoMachines machines, GuardProgram guard)
    {
        await GuardProgram.UntilAsync(() => guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => guard.Heard);
        var (text, error, code) = guard.Guard("inspect", "blocks", "add", TwoMachines.Public4, "1h", "--config", "guard.conf");
        Assert.True(code == 0, text + error);
        Assert.True(await Eventually.Within(Soon, async () => !await machines.Reaches(TwoMachines.Public4, Cancellation), Cancellation), guard.Heard);
    }

    private static async Task Mended(TwoMachines machines, GuardProgram guard, string rules)
    {
        await machines.Server.Must(new ProcessRequest("nft", "-f", "-") { Input = rules + "\n" }, Cancellation);
        Assert.True(
            await Eventually.Within(Soon, async () => !await machines.Reaches(TwoMachines.Public4, Cancellation), Cancellation),
            $"{rules}: {guard.Heard}"
        );
    }
}
