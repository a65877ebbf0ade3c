using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Configuration;

/// <summary>What a reload says of changes that it does not take over.</summary>
public sealed class ChangedKeysSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-reload").FullName;

    [Fact]
    public void A_changed_backend_is_named_and_a_changed_mode_or_policy_is_taken_over()
    {
        var before = Load("mode = enforce, enforcement.firewall.backend = off");
        var after = Load("mode = observe, enforcement.firewall.backend = nftables, policy.default.quotas = [ { per = 1d, recipients = 7 } ]");
        Assert.Equal(["accountguard.enforcement.firewall.backend"], ChangedKeys.ThatNeedAStart(before.Tree, after.Tree));
    }

    [Fact]
    public void A_changed_mode_makes_another_book_of_policies()
    {
        var (before, after) = (Load("mode = enforce").Settings!.Policies, Load("mode = observe").Settings!.Policies);
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(before.Version, Load("mode = enforce").Settings!.Policies.Version);
    }

    private ConfigurationResult Load(string text)
    {
        var file = Path.Combine(_directory, "guard.conf");
        File.WriteAllText(file, $"accountguard {{ data-directory = \"{_directory}\", {text} }}");
        var loaded = GuardConfiguration.Load(file);
        Assert.Empty(loaded.Faults);
        return loaded;
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
