using System.Globalization;
using Guard.EndToEnd.Tests.Firewall;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>The whole guard in a network namespace with a real nftables, told by a log, killed and started again.</summary>
public sealed class FirewallTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static void Configure(GuardProgram guard, string more = "") =>
        File.WriteAllText(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{guard["data"]}}"
              intake { logs.files = ["{{guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              enforcement.firewall { backend = nftables, exempt = ["{{TwoMachines.ExemptPublic4}}"] }
              policy.default.reactions.block-for = 1m
              {{more}}
            }
            """
        );

    private static void Guess(GuardProgram guard, string from) =>
        File.AppendAllLines(
            guard["mail.log"],
            Enumerable
                .Range(0, 25)
                .Select(attempt =>
                    $"{DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)} mail postfix/smtpd[{attempt + 100}]: warning: unknown[{from}]: SASL LOGIN authentication failed: authentication failure, sasl_username=info@example.com"
                )
        );

    private static Task Until(Func<Task<bool>> reached, GuardProgram guard) =>
        GuardProgram.UntilAsync(() => reached().GetAwaiter().GetResult(), () => guard.Heard);

    [Fact]
    public async Task The_thiefs_address_is_dropped_stays_so_over_a_kill_and_comes_back_on_time_and_nobody_elses_is_touched()
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip", "iptables-restore", "iptables-save");
        await using var machines = await TwoMachines.Start(Cancellation);
        await machines.Server.Must(new ProcessRequest("nft", "-f", "-") { Input = ForeignRulesets.Fail2Ban }, Cancellation);
        foreach (var rules in new[] { ForeignRulesets.Csf, ForeignRulesets.Apf })
            await machines.Server.Must(new ProcessRequest("iptables-restore", "--noflush") { Input = rules }, Cancellation);
        var foreign = await Foreign(machines);
        Assert.Contains("LOCALINPUT", foreign, StringComparison.Ordinal);
        Assert.Contains("IN_SANITY", foreign, StringComparison.Ordinal);
        using var guard = new GuardProgram();
        Configure(guard);
        File.WriteAllText(guard["mail.log"], "");
        var process = guard.StartIn("ip", "netns", "exec", machines.Server.Name);
        await Until(() => Task.FromResult(guard.Answers), guard);
        Assert.True(await machines.Reaches(TwoMachines.Public4, Cancellation));

        Guess(guard, TwoMachines.Public4);
        Guess(guard, TwoMachines.ExemptPublic4);
        var told = System.Diagnostics.Stopwatch.StartNew();
        await Until(async () => !await machines.Reaches(TwoMachines.Public4, Cancellation), guard);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"dropped {told.Elapsed.TotalSeconds:0.0} s after the log was written, the decision and an attempt of 0.4 s included"
        );
        Assert.True(await machines.Reaches(TwoMachines.Neighbour4, Cancellation));
        Assert.True(await machines.Reaches(TwoMachines.ExemptPublic4, Cancellation), "an exempt address was blocked");

        // The machine loses its rules while the guard is dead; the guard knows what was wanted.
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        await machines.Server.Must(new ProcessRequest("nft", "delete", "table", "inet", "accountguard"), Cancellation);
        Assert.True(await machines.Reaches(TwoMachines.Public4, Cancellation));
        guard.StartIn("ip", "netns", "exec", machines.Server.Name);
        await Until(async () => !await machines.Reaches(TwoMachines.Public4, Cancellation), guard);

        await Until(() => machines.Reaches(TwoMachines.Public4, Cancellation), guard);
        Assert.Equal(foreign, await Foreign(machines));
    }

    private static async Task<string> Foreign(TwoMachines machines)
    {
        var tables = await machines.Server.Run(new ProcessRequest("nft", "list", "ruleset"), Cancellation);
        var own = tables.Output.IndexOf("table inet accountguard", StringComparison.Ordinal);
        var foreign = own < 0 ? tables.Output : tables.Output[..own] + tables.Output[(tables.Output.IndexOf("\n}\n", own, StringComparison.Ordinal) + 3)..];
        // What their rules count is the traffic, which goes on.
        return System.Text.RegularExpressions.Regex.Replace(foreign, @"counter packets \d+ bytes \d+", "counter");
    }
}
