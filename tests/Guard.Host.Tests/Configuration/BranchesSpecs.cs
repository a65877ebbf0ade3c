using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Configuration;

/// <summary>Branches stand beside a site's shared quota.</summary>
public sealed class BranchesSpecs
{
    private const string Shared = "quotas = [ { per = 1d, recipients = 5000, of = site } ]";

    [Theory]
    [InlineData($"branches = 16\n{Shared}", 16)]
    [InlineData($"branches = 0\n{Shared}", 0)]
    [InlineData(Shared, 0)]
    public void A_site_says_how_many(string site, int branches)
    {
        var loaded = Load(site);
        Assert.Empty(loaded.Faults);
        Assert.Equal(branches, loaded.Settings!.Policies.For(new SiteId("example.com")).Policy.Branches);
    }

    [Theory]
    [InlineData($"branches = 65\n{Shared}", "not possible")]
    [InlineData("branches = 16", "there is none")]
    [InlineData("branches = 16\nquotas = [ { per = 1d, countries = 5, of = site } ]", "there is none")]
    [InlineData($"{Shared}\nusers.info.branches = 4", "not an account's")]
    public void What_makes_no_sense_is_refused(string site, string said) =>
        Assert.Contains(said, Assert.Single(Load(site).Faults).Problem, StringComparison.Ordinal);

    private static ConfigurationResult Load(string site)
    {
        var directory = Directory.CreateTempSubdirectory("guard-branches").FullName;
        try
        {
            var file = Path.Combine(directory, "c.conf");
            File.WriteAllText(file, $"accountguard.policy.sites.\"example.com\" {{\n{site}\n}}\n");
            return GuardConfiguration.Load(file);
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }
}
