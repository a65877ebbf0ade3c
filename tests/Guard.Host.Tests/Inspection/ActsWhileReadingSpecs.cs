using Akka.Actor;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Inspection;

/// <summary>Somebody acts while a log has older lines to read, as it has for a moment with each line that comes after a quiet night.</summary>
public sealed class ActsWhileReadingSpecs : IAsyncLifetime
{
    private const string Log = "mail.log";

    private readonly InspectedGuard _guard = new() { More = { ["accountguard.intake.logs.clock"] = "wall" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _guard.InitializeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task What_is_set_for_an_hour_holds_for_an_hour_from_now_whatever_is_still_to_be_read(int hours)
    {
        var clock = _guard.Guard().Clock;
        // Nothing of it is journaled yet, or its last line is old.
        var behind = hours == 0 ? default : DateTimeOffset.UtcNow.AddHours(-hours);
        clock.Behind(Log, behind);
        Assert.Equal(behind, clock.Now);
        await DoAsync("user", "lock", "anna@example.com", "1h");
        await DoAsync("user", "confirm", "bob@example.com");
        var console = _guard.Guard().Console.Acts;
        await console.LockAsync(AccessScope.ServerAdmin("boss", "192.0.2.1"), new UserId("karl@example.org"), null, null, "", Cancel);
        clock.CaughtUp(Log, behind);

        foreach (var user in new[] { "anna@example.com", "bob@example.com", "karl@example.org" })
        {
            var status = await _guard.Guard().Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(new UserId(user)), TimeSpan.FromMinutes(1), Cancel);
            Assert.Equal((user, Rung.Suspended), (user, status.Rung));
            Assert.InRange(status.History[^1].At, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow);
            Assert.InRange(status.Until!.Value - status.History[^1].At, TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        }
        await DoAsync("user", "release", "anna@example.com");
    }

    private async Task DoAsync(params string[] words)
    {
        var (_, errors, code) = await _guard.AskAsync(0, false, words);
        Assert.True(code == 0, errors);
    }

    public ValueTask DisposeAsync() => _guard.DisposeAsync();
}
