using Bunit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Node.Health;
using Guard.Host.Web.Layout;
using Guard.Messages.Policies;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What stands above every page begins with the worst of what it says.</summary>
public sealed class StatusStripSpecs
{
    private static readonly PartState Well = new(FindingLevel.Ok, "", "");
    private static readonly PartState NoHelper = new(FindingLevel.Warning, "locks account", "nothing locks here");
    private static readonly PartState OldPlaces = new(FindingLevel.Warning, "places country", "of last year");
    private static readonly PartState NoFirewall = new(FindingLevel.Fault, "enforcement firewall", "nft is not there");

    private static GuardSummary Summary(PartState worst, PartState enforcement, int faults, int warnings, long unheld) =>
        new([GuardMode.Enforce], [new RungCount(Rung.Suspended, 2)], 0, new HealthSummary(worst, faults, warnings, Well, 0, enforcement), DateTimeOffset.UtcNow)
        {
            LastBackup = DateTimeOffset.UtcNow,
            Unheld = unheld,
        };

    [Fact]
    public void Without_anything_odd_all_is_well() => Assert.Equal(new SummaryHead(FindingLevel.Ok, null, 0), SummaryHead.Of(Summary(Well, Well, 0, 0, 0)));

    [Fact]
    public void What_is_odd_is_told_with_how_much_more_there_is() =>
        Assert.Equal(new SummaryHead(FindingLevel.Warning, OldPlaces, 1), SummaryHead.Of(Summary(OldPlaces, NoHelper, 0, 2, 0)));

    [Fact]
    public void An_incident_that_does_not_hold_is_a_fault_whatever_the_findings_say()
    {
        Assert.Equal(new SummaryHead(FindingLevel.Fault, null, 0), SummaryHead.Of(Summary(Well, Well, 0, 0, 1)));
        Assert.Equal(new SummaryHead(FindingLevel.Fault, null, 1), SummaryHead.Of(Summary(OldPlaces, Well, 0, 1, 1)));
    }

    [Fact]
    public void Why_it_does_not_hold_is_told_where_a_finding_knows() =>
        Assert.Equal(new SummaryHead(FindingLevel.Fault, NoHelper, 1), SummaryHead.Of(Summary(OldPlaces, NoHelper, 0, 2, 1)));

    [Fact]
    public void A_fault_goes_first() =>
        Assert.Equal(new SummaryHead(FindingLevel.Fault, NoFirewall, 1), SummaryHead.Of(Summary(NoFirewall, NoFirewall, 1, 1, 3)));

    [Fact]
    public void Owners_are_told_nothing_of_the_server() => Assert.Null(SummaryHead.Of(Summary(Well, Well, 0, 0, 1) with { Health = null }));

    [Theory]
    [InlineData("en", "Fault", "Enforcement does not hold")]
    [InlineData("de", "Störung", "Durchsetzung greift nicht")]
    public async Task What_does_not_hold_is_said_first_and_once(string language, string word, string gap)
    {
        var chips = await ChipsAsync(Summary(OldPlaces, Well, 0, 1, 1), language);
        Assert.Equal(word, chips[0].QuerySelector("strong")!.TextContent);
        Assert.Equal(gap, chips[0].QuerySelector(".why")!.TextContent);
        Assert.Equal("bad", chips[0].ClassName);
        Assert.Equal("/incidents", chips[0].GetAttribute("href"));
        Assert.DoesNotContain(chips.Skip(1), chip => chip.ClassName == "bad");
    }

    [Fact]
    public async Task Behind_another_fault_it_is_said_all_the_same()
    {
        var chips = await ChipsAsync(Summary(NoFirewall, Well, 1, 0, 1), "en");
        Assert.Equal("/health", chips[0].GetAttribute("href"));
        Assert.Equal(["Enforcement does not hold"], chips.Skip(1).Where(chip => chip.ClassName == "bad").Select(chip => chip.TextContent));
    }

    private static async Task<AngleSharp.Dom.IElement[]> ChipsAsync(GuardSummary summary, string language)
    {
        await using var pages = new Pages(AccessScope.ServerAdmin("root", ""), language);
        pages.Services.AddSingleton<IGuardSummary>(new Given(summary));
        var strip = pages.Render<StatusStrip>();
        strip.WaitForAssertion(() => Assert.NotEmpty(strip.FindAll("#strip li")), TimeSpan.FromSeconds(60));
        return [.. strip.FindAll("#strip a")];
    }

    private sealed class Given(GuardSummary summary) : IGuardSummary
    {
        public Task<GuardSummary> LookAsync(AccessScope scope, CancellationToken cancel) => Task.FromResult(summary);
    }
}
