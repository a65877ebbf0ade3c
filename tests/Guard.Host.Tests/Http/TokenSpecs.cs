using System.Collections.Frozen;
using Guard.Host.Commands;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Http;

public sealed class TokenSpecs
{
    private static HttpIntakeSettings Read(string line, out IReadOnlyList<ConfigurationFault> faults)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, line);
        var loaded = GuardConfiguration.Load(file);
        File.Delete(file);
        faults = loaded.Faults;
        return loaded.Settings?.Http ?? new HttpIntakeSettings();
    }

    [Fact]
    public void The_line_that_is_printed_lets_the_token_in_that_is_printed()
    {
        var output = new StringWriter();
        Assert.Equal(0, TokenCommand.Write("panel", ["observe", "decide"], ["example.com"], output));
        var lines = output.ToString().Split('\n');
        var token = lines[0]["token: ".Length..].Trim();
        var settings = Read(lines[1], out var faults);
        Assert.Empty(faults);
        var found = new ConfiguredTokens(settings.Tokens).Find($"Bearer {token}");
        Assert.NotNull(found);
        Assert.Equal(
            ("panel", ApiScope.Observe | ApiScope.Decide, true, false),
            (found.Name, found.Scopes, found.MayTalkOf(new SiteId("example.com")), found.MayTalkOf(new SiteId("example.org")))
        );
        // The configuration does not hold the token.
        Assert.DoesNotContain(token, lines[1], StringComparison.Ordinal);
        Assert.Null(new ConfiguredTokens(settings.Tokens).Find($"Basic {token}"));
        Assert.Null(new ConfiguredTokens(settings.Tokens).Find($"Bearer {Convert.ToHexString(found.Hash.AsSpan())}"));
        TokenCommand.Write("panel", ["observe"], [], output);
        Assert.NotEqual(token, output.ToString().Split('\n')[2]["token: ".Length..].Trim());
    }

    [Fact]
    public void A_token_that_is_printed_ends()
    {
        var output = new StringWriter();
        TokenCommand.Write("panel", ["observe"], [], output, days: 7);
        var lines = output.ToString().Split('\n');
        var token = lines[0]["token: ".Length..].Trim();
        var settings = Read(lines[1], out var faults);
        Assert.Empty(faults);
        var end = settings.Tokens[0].Expires!.Value;
        Assert.InRange(end, DateTimeOffset.UtcNow.AddDays(7), DateTimeOffset.UtcNow.AddDays(9));
        var clock = new Console.SteppedClock();
        clock.Step(end - clock.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.NotNull(new ConfiguredTokens(settings.Tokens, clock).Find($"Bearer {token}"));
        clock.Step(TimeSpan.FromSeconds(1));
        Assert.Null(new ConfiguredTokens(settings.Tokens, clock).Find($"Bearer {token}"));
    }

    [Fact]
    public void A_token_that_ends_soon_has_ended_or_never_ends_is_told()
    {
        var now = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var token = new ApiToken("panel", [], ApiScope.Observe, FrozenSet<SiteId>.Empty);
        Finding Look(DateTimeOffset? end) => Assert.Single(TokenChecks.Look([token with { Expires = end }], now));
        Assert.Equal(FindingLevel.Ok, Look(now.AddDays(15)).Level);
        Assert.Equal(FindingLevel.Warning, Look(now.AddDays(13)).Level);
        Assert.Equal((FindingLevel.Fault, "lets nobody in since 2027-01-01"), (Look(now).Level, Look(now).Text));
        Assert.Equal(FindingLevel.Warning, Look(null).Level);
    }

    [Theory]
    [InlineData(
        "tokens.panel { sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\", scopes = [observe], expires = soon }",
        "expires"
    )]
    [InlineData("tokens.panel { scopes = [observe] }", "sha256")]
    [InlineData("tokens.panel { sha256 = \"abc\", scopes = [observe] }", "sha256")]
    [InlineData("tokens.panel { sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\" }", "scopes")]
    [InlineData("tokens.panel { sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\", scopes = [admin] }", "scopes")]
    [InlineData("tokens.Panel { sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\", scopes = [observe] }", "Panel")]
    [InlineData("most-lines = 0", "most-lines")]
    public void Mistakes_are_told_with_their_key(string text, string key)
    {
        Read($"accountguard.intake.http {{ {text} }}", out var faults);
        Assert.Contains(faults, fault => fault.Key.EndsWith(key, StringComparison.Ordinal));
    }
}
