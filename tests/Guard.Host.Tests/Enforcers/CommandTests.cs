using CsCheck;
using Guard.Actors.Policies.Geography;
using Guard.Host.Configuration;
using Guard.Host.Enforcement.Command;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>An administrator's own commands.</summary>
public sealed class CommandTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-command").FullName;
    private readonly Answering _runner = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static NetworkPrefix Network(string text) => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);

    [Fact]
    public void Whatever_the_value_it_stays_one_argument_and_becomes_no_option()
    {
        var template = CommandTemplate.Parse(["fw", "block", "{reason}", "--comment={reason}", "x{user}"], "reason", "user");
        Gen.String[0, 600]
            .Sample(value =>
            {
                ProcessRequest request;
                try
                {
                    request = template.Fill(("reason", value), ("user", value));
                }
                catch (ArgumentException)
                {
                    Assert.StartsWith("-", value, StringComparison.Ordinal);
                    return;
                }
                Assert.Equal(4, request.Arguments.Length);
                Assert.Equal("fw", request.Program);
                Assert.Equal("block", request.Arguments[0]);
                Assert.False(request.Arguments[1].StartsWith('-'));
                Assert.All(request.Arguments, argument => Assert.DoesNotContain(argument, char.IsControl));
            });
    }

    [Fact]
    public void A_value_with_a_placeholder_in_it_is_not_filled_again() =>
        Assert.Equal(["{user}"], CommandTemplate.Parse(["x", "{reason}"], "reason", "user").Fill(("reason", "{user}"), ("user", "u")).Arguments);

    [Theory]
    [InlineData()]
    [InlineData("")]
    [InlineData("{address}")]
    [InlineData("bin/fw")]
    [InlineData("fw", "{adress}")]
    public void A_command_that_cannot_work_is_refused_when_it_is_read(params string[] words) =>
        Assert.Throws<ArgumentException>(() => CommandTemplate.Parse(words, "address"));

    [Fact]
    public async Task The_firewall_command_lifts_what_it_was_told_also_after_a_restart()
    {
        CommandFirewallBackend Backend() =>
            new(
                _runner,
                new FixedClock(Now),
                CommandTemplate.Parse(["fw", "add", "{network}", "{address}", "{seconds}", "{reason}"], CommandTemplate.FirewallPlaceholders),
                CommandTemplate.Parse(["fw", "del", "{network}"], CommandTemplate.FirewallPlaceholders),
                Path.Combine(_directory, "blocks")
            );
        await Backend()
            .Apply(
                [new(Network("192.0.2.1"), Now.AddSeconds(60), "spam; rm -rf /"), new(Network("2001:db8::1"), Now.AddSeconds(60))],
                [Network("192.0.2.9")],
                Cancellation
            );
        Assert.Equal(["fw [add][192.0.2.1][192.0.2.1][60][spam; rm -rf /]", "fw [add][2001:db8::/64][2001:db8::][60][]"], _runner.Asked);
        _runner.Asked.Clear();
        await Backend().Reconcile([new(Network("2001:db8::1"), Now.AddSeconds(60))], Cancellation);
        Assert.Equal(["fw [add][2001:db8::/64][2001:db8::][60][]", "fw [del][192.0.2.1]"], _runner.Asked);
        Assert.Equal(["2001:db8::/64"], (await Backend().List(Cancellation)).Select(block => block.Network.ToString()));
    }

    [Fact]
    public async Task A_command_that_fails_stays_owed_and_is_remembered()
    {
        var backend = new CommandFirewallBackend(
            _runner,
            new FixedClock(Now),
            CommandTemplate.Parse(["fw", "{address}"], "address"),
            CommandTemplate.Parse(["fw", "-d", "{address}"], "address"),
            Path.Combine(_directory, "blocks")
        );
        _runner.Answer = _ => new ProcessOutcome(3, "", "no such\nzone");
        var failure = await Assert.ThrowsAsync<EnforcementException>(() => backend.Apply([new(Network("192.0.2.1"), Now.AddSeconds(60))], [], Cancellation));
        Assert.Equal("fw for 192.0.2.1/32 ended with 3: no such / zone", failure.Message);
        Assert.Single(await backend.List(Cancellation));
    }

    [Fact]
    public async Task The_account_command_locks_and_unlocks_only_what_it_locked()
    {
        IAccountLock Locks() =>
            new CommandAccountLock(
                _runner,
                new FixedClock(Now),
                CommandTemplate.Parse(["panel", "lock", "{user}", "{local}", "{domain}", "{seconds}"], CommandTemplate.LockPlaceholders),
                CommandTemplate.Parse(["panel", "unlock", "{user}"], CommandTemplate.LockPlaceholders),
                Path.Combine(_directory, "locks")
            );
        var info = new UserId("info@example.com");
        var refused = await Locks()
            .Apply([new(info, Now.AddSeconds(30)), new(new UserId("-x@example.com"), null)], [new UserId("anna@example.com")], Cancellation);
        Assert.Equal(["-x@example.com"], refused.Select(one => one.User.Value));
        Assert.Equal([new StandingLock(info, Now.AddSeconds(30))], await Locks().List(Cancellation));
        await Locks().Reconcile([], Cancellation);
        await Locks().Reconcile([], Cancellation);
        Assert.Equal(["panel [lock][info@example.com][info][example.com][30]", "panel [unlock][info@example.com]"], _runner.Asked);
    }
}
