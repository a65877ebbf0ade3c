using Guard.Host.Commands;
using Guard.Host.Configuration;
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

    [Theory]
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
