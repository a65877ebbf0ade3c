using System.CommandLine;
using Guard.Host.Commands;
using Guard.Host.Configuration;
using Guard.Host.Intake.Http;
using Guard.Host.Node;
using Guard.Host.Platform;
using Guard.Host.Web.People;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Inspection;

/// <summary>What people write instead of what was meant: numbers for words, bare names, slips of the finger.</summary>
public sealed class AccountNameSpecs(InspectedGuard guard) : IClassFixture<InspectedGuard>
{
    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    [InlineData("+1")]
    [InlineData("1h,2h")]
    public async Task A_number_is_no_duration_and_no_grade(string given)
    {
        var (_, errors, code) = await guard.AskAsync(0, false, "user", "lock", "anna@example.com", given);
        Assert.Equal(1, code);
        Assert.Contains($"'{given}' is not a duration", errors, StringComparison.Ordinal);
        Assert.Equal("normal", await guard.FactAsync(0, "user show", "anna@example.com", "reaction", "account"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("site-owner,read-only")]
    [InlineData("")]
    public void Numbers_and_lists_are_no_words_of_an_enumeration(string text)
    {
        Assert.False(EnumWords.TryParse<PersonRole>(text, out _));
        Assert.False(EnumWords.TryParse<LockGrade>(text, out _));
        Assert.True(EnumWords.TryParse<PersonRole>("Site-Owner", out var role));
        Assert.Equal(PersonRole.SiteOwner, role);
    }

    [Fact]
    public void A_number_is_no_role_of_a_person()
    {
        var command = ConsoleCommand.Create(
            new Option<string?>("--config"),
            new Option<string[]>("--set"),
            new Option<string>("--format"),
            _ => new Dictionary<string, string>()
        );
        Assert.Contains(
            command.Parse(["add-user", "eve@example.com", "--role", "0"]).Errors,
            error => error.Message.Contains("'0' is not a role", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("""{"kind":1}""")]
    [InlineData("""{"kind":"1"}""")]
    [InlineData("""{"kind":"login","outcome":0}""")]
    public void A_number_is_no_word_of_the_api(string json) =>
        Assert.Throws<System.Text.Json.JsonException>(() =>
            System.Text.Json.JsonSerializer.Deserialize<Words>(json, new System.Text.Json.JsonSerializerOptions(System.Text.Json.JsonSerializerDefaults.Web))
        );

    private sealed record Words(ObservationKind Kind, ObservationOutcome? Outcome);

    [Theory]
    [InlineData("show")]
    [InlineData("release")]
    [InlineData("absolve")]
    [InlineData("confirm")]
    public async Task An_account_that_nobody_knows_is_refused_with_what_may_have_been_meant(string act)
    {
        var (_, errors, code) = await guard.AskAsync(0, false, "user", act, "ifno@example.com");
        Assert.Equal(1, code);
        Assert.Contains("there is no such account: ifno@example.com was never seen; did you mean info@example.com?", errors, StringComparison.Ordinal);
        (_, errors, code) = await guard.AskAsync(0, false, "user", act, "somebody-else@nowhere.example");
        Assert.Equal(1, code);
        Assert.Contains("was never seen", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("did you mean", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site", "show")]
    [InlineData("site", "release")]
    public async Task A_site_that_nobody_knows_is_refused_with_what_may_have_been_meant(string word, string act)
    {
        var (_, errors, code) = await guard.AskAsync(0, false, word, act, "exmaple.com");
        Assert.Equal(1, code);
        Assert.Contains("there is no such site: no account of exmaple.com was ever seen; did you mean example.com?", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await guard.AskAsync(0, false, word, "show", "example.com")).Code);
    }

    [Fact]
    public async Task What_is_announced_or_forgotten_of_nobody_says_so()
    {
        var until = DateTime.UtcNow.AddDays(3).ToString("yyyy-MM-dd", null);
        var from = DateTime.UtcNow.ToString("yyyy-MM-dd", null);
        Assert.Contains(
            "did you mean info@example.com?",
            (await guard.AskAsync(0, false, "exception", "add", "imfo", "ES", "-", from, until)).Out,
            StringComparison.Ordinal
        );
        Assert.Contains("imfo@example.com", (await guard.AskAsync(0, false, "exception", "remove", "imfo", "1")).Out, StringComparison.Ordinal);
        Assert.Contains("did you mean info@example.com", (await guard.AskAsync(0, false, "user", "forget", "inffo")).Out, StringComparison.Ordinal);
        Assert.Contains("default", (await guard.AskAsync(0, false, "policy", "show", "info")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_is_misspelt_or_quoted_as_a_whole_is_understood_or_told()
    {
        Assert.Contains("did you mean user show?", (await guard.AskAsync(0, false, "usr", "show", "info")).Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean user show?", (await guard.AskAsync(0, false, "user", "shwo", "info")).Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean health?", (await guard.AskAsync(0, false, "helth")).Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await guard.AskAsync(0, false, "blocks list")).Code);
    }

    [Fact]
    public async Task A_policy_s_lengths_are_shown_as_settings_have_them()
    {
        var shown = await guard.RowsAsync(0, "policy", "show");
        string? Value(string key) => shown.Single(row => row.GetProperty("key").GetString() == key).GetProperty("value").GetString();
        Assert.Equal(("1d", "1h"), (Value("reactions.block-for"), Value("brute-force.within")));
        Assert.StartsWith("per 1d, unit recipients", Value("quotas.1"), StringComparison.Ordinal);
        Assert.Equal("as mode says", Value("effects.lock"));
        Assert.DoesNotContain("is-", Value("quotas.1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_of_an_account_that_was_never_seen_holds_and_says_so()
    {
        var (text, _, code) = await guard.AskAsync(0, false, "user", "lock", "markus@example.net", "1h");
        Assert.Equal(0, code);
        Assert.Contains(", though there is no such account: markus@example.net was never seen", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bare_name_and_capitals_are_the_account_that_a_login_of_that_name_is()
    {
        Assert.Equal("info@example.com", await guard.FactAsync(0, "user show", "info", "account", "name"));
        Assert.Equal("info@example.com", await guard.FactAsync(0, "user show", "INFO@Example.COM", "account", "name"));
    }

    [Theory]
    [InlineData("info", "ifno", 1)]
    [InlineData("marie", "mari", 1)]
    [InlineData("anna", "hanne", 2)]
    [InlineData("a", "abcd", int.MaxValue)]
    public void Slips_of_the_finger_are_counted(string one, string other, int expected) => Assert.Equal(expected, AccountNames.Distance(one, other));

    [Fact]
    public void Days_are_written_as_ISO_8601_has_them()
    {
        var at = new DateTimeOffset(2026, 2, 1, 13, 4, 5, TimeSpan.Zero);
        Assert.Equal("2026-02-01 13:04:05 +00:00", at.ToString(IsoCulture.Instance));
        Assert.Equal("2026-02-01", at.ToString("d", IsoCulture.Instance));
        Assert.Equal("1,234.5", 1234.5.ToString("#,0.0", IsoCulture.Instance));
    }
}
