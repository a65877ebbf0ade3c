using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>A takeover in enforce mode with locks, firewall blocks and held mail, beside real servers; and what each way back leaves.</summary>
public sealed class TakeoverTests
{
    [Theory]
    [InlineData("release")]
    [InlineData("absolve")]
    public async Task After_a_way_back_the_owner_connects_logs_in_and_sends_at_once_and_none_of_the_thiefs_mail_leaves(string word)
    {
        await using var scene = await Takeover.Start();
        await scene.LearnAsync();
        await scene.HappenAsync();
        var held = await scene.OnHold();

        var before = scene.Guard.Guard("user", word, Takeover.Info, "--dry-run", "--config", "guard.conf").Out;
        Assert.Contains("ends: the lock (everything) in dovecot-deny-file, postfix-access-map, linux-accounts", before, StringComparison.Ordinal);
        Assert.Contains($"ends: {Takeover.Thief}/32 blocked in the firewall until", before, StringComparison.Ordinal);
        Assert.Contains($"ends: {Takeover.Owner}/32 blocked in the firewall until", before, StringComparison.Ordinal);
        Assert.Contains($"stays: {Takeover.Mails} mails held in the queue", before, StringComparison.Ordinal);
        Assert.False(await scene.Connects(Takeover.Owner));

        var after = scene.Guard.Guard("user", word, Takeover.Info, "--config", "guard.conf").Out;
        Assert.Contains("ended: the lock (everything)", after, StringComparison.Ordinal);
        Assert.Contains($"ended: {Takeover.Owner}/32 blocked in the firewall until", after, StringComparison.Ordinal);
        Assert.Contains($"accountguard queue delete {Takeover.Info} deletes", after, StringComparison.Ordinal);

        scene.Sit(Takeover.Owner);
        await scene.Until(() => scene.Connects(Takeover.Owner));
        await scene.Until(scene.LogsIn);
        await scene.Until(async () => (await scene.Send()).StartsWith("250", StringComparison.Ordinal));
        Assert.Equal(held, await scene.OnHold());
        Assert.Contains(
            $"{Takeover.Mails} mails held in the queue",
            scene.Guard.Guard("explain", Takeover.Info, "--config", "guard.conf").Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Observe_after_enforce_leaves_firewall_deny_file_map_system_accounts_and_queue_as_before_the_guard_byte_by_byte()
    {
        await using var scene = await Takeover.Start();
        var before = await scene.MachineAsync();
        await scene.LearnAsync();
        await scene.HappenAsync();
        Assert.NotEqual(before, await scene.MachineAsync());

        scene.Configure("observe");
        scene.Reload();
        await scene.Until(() => Task.FromResult(scene.Guard.Heard.Contains("mode is observe from now on", StringComparison.OrdinalIgnoreCase)));
        // The thief's mail is the administrator's affair.
        Assert.Equal(Takeover.Mails, (await scene.OnHold()).Length);
        Assert.Contains(
            $"{Takeover.Mails} deleted",
            scene.Guard.Guard("queue", "delete", Takeover.Info, "--config", "guard.conf").Out,
            StringComparison.Ordinal
        );
        var now = "";
        await scene.Until(async () => (now = await scene.MachineAsync()) == before);
        Assert.Equal(before, now);
    }

    [Fact]
    public async Task With_keep_in_observe_what_stands_stays_to_its_end_and_the_log_says_so()
    {
        const string Keep = "enforcement.keep-in-observe = on";
        await using var scene = await Takeover.Start(Keep);
        await scene.LearnAsync();
        await scene.HappenAsync();
        var standing = await scene.MachineAsync();

        scene.Configure("observe", Keep);
        scene.Reload();
        await scene.Until(() => Task.FromResult(scene.Guard.Heard.Contains("2 blocks of enforce mode stay to their ends", StringComparison.Ordinal)));
        Assert.Contains("1 locks and 2 blocks", scene.Guard.Heard, StringComparison.Ordinal);
        Assert.False(await scene.Connects(Takeover.Thief));
        Assert.False(await scene.LogsIn());
        Assert.Equal(WithoutTimes(standing), WithoutTimes(await scene.MachineAsync()));
        // A way back is there all the same.
        Assert.Equal(0, scene.Guard.Guard("user", "release", Takeover.Info, "--config", "guard.conf").Code);
        await scene.Until(async () => await scene.Connects(Takeover.Thief) && await scene.LogsIn());
    }

    private static string WithoutTimes(string machine) =>
        System.Text.RegularExpressions.Regex.Replace(machine, "expires [0-9a-z]+|packets [0-9]+ bytes [0-9]+", "");
}
