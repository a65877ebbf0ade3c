using Guard.Host.Web.People;
using Guard.Host.Web.Security;
using Xunit;

namespace Guard.Host.Tests.Console;

public sealed class LocalPathSpecs
{
    [Theory]
    [InlineData("/accounts/info%40example.com?x=1")]
    [InlineData("/")]
    public void A_path_of_this_console_stays(string path) => Assert.Equal(path, LocalPath.Of(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("accounts")]
    public void Whatever_could_lead_elsewhere_becomes_the_start(string? path) => Assert.Equal("/", LocalPath.Of(path));

    [Theory]
    [InlineData("short", "password.short")]
    [InlineData("passwordpassword", "password.guessable")]
    [InlineData("annannannannanna", "password.guessable")]
    [InlineData("aaaaaaaaaaaaaaaa", "password.guessable")]
    public void A_password_that_is_easily_guessed_is_refused(string password, string problem) =>
        Assert.Equal(problem, PasswordRules.Problem(password, "anna@example.com"));

    [Fact]
    public void A_sentence_is_a_fine_password() => Assert.Null(PasswordRules.Problem("a horse on a staple battery", "anna@example.com"));
}
