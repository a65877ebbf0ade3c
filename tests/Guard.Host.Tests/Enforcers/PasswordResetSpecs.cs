using Guard.Host.Configuration;
using Guard.Host.Enforcement.Command;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>A panel's command gives an account a new password.</summary>
public sealed class PasswordResetSpecs
{
    private readonly Answering _runner = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CommandPasswordReset Reset =>
        new(
            _runner,
            CommandTemplate.Parse(["/usr/local/sbin/panel", "reset", "{user}", "{domain}", "{reason}"], CommandTemplate.PasswordPlaceholders),
            user => user.Local == "boss" ? "boss is protected" : null
        );

    [Fact]
    public async Task Each_value_stays_one_argument_whatever_it_holds()
    {
        Assert.Null(await Reset.Reset(new UserId("info@example.com"), "$(reboot); rm -rf /", Cancellation));
        Assert.Equal(["/usr/local/sbin/panel [reset][info@example.com][example.com][$(reboot); rm -rf /]"], _runner.Asked);
    }

    [Theory]
    [InlineData("-rf@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("boss@example.com")]
    public async Task A_name_that_no_tool_can_take_and_a_protected_account_are_left_alone(string name)
    {
        Assert.NotNull(await Reset.Reset(new UserId(name), "", Cancellation));
        Assert.Empty(_runner.Asked);
    }

    [Fact]
    public async Task What_the_command_prints_is_not_told_since_it_may_be_the_password()
    {
        _runner.Answer = _ => new ProcessOutcome(3, "new password: hunter2", "hunter2");
        var failure = await Assert.ThrowsAsync<EnforcementException>(() => Reset.Reset(new UserId("info@example.com"), "", Cancellation));
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("ended with 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_placeholder_that_there_is_not_is_a_fault_of_the_settings() =>
        Assert.Throws<ArgumentException>(() => CommandTemplate.Parse(["panel", "{password}"], CommandTemplate.PasswordPlaceholders));
}
