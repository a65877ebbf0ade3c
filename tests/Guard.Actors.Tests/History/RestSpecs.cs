using System.Text.Json;
using Akka.Actor;
using Guard.Actors.Entities;
using Guard.Actors.Tests.History.Simulation;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.History;

/// <summary>Accounts that nobody speaks to: first at rest, then gone.</summary>
public sealed class RestSpecs : IDisposable
{
    private static readonly UserId User = new("info@example.com");
    private static readonly Place Home = new(NetworkAddress.Parse("81.2.69.142"), AddressKind.Public, "GB");

    private readonly SimulatedGuard _guard;

    public RestSpecs()
    {
        var world = new SimulatedWorld(1);
        var policy = GuardPolicy.Default with
        {
            Mode = GuardMode.Enforce,
            Quotas =
            [
                new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 100),
                new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 200, Of: QuotaScope.Site),
            ],
        };
        _guard = new SimulatedGuard(world, policy, new EntityOptions(64, 500, TimeSpan.FromMinutes(2)));
    }

    private object? Ask(object question)
    {
        object? said = null;
        _guard.Users.Tell(question, new Answer(_guard.System, answer => said = answer));
        _guard.Settle(1000);
        return said;
    }

    private bool IsAwake(int incarnation)
    {
        var awake = false;
        _guard
            .System.ActorSelection(_guard.Users.Path / $"{incarnation}")
            .Tell(new Identify(1), new Answer(_guard.System, answer => awake = answer is ActorIdentity { Subject: not null }));
        _guard.Settle(1000);
        return awake;
    }

    private Decision Submit(int recipients) =>
        (Decision)Ask(new UserCommands.Decide(User, "1", new Submission(User, _guard.Now, Home, ObservationOrigin.None, recipients, 1000, "")))!;

    private void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _guard.Pass(TimeSpan.FromSeconds(1));
            _guard.Settle(1000);
        }
    }

    [Fact]
    public void An_account_that_rested_is_the_same_and_goes_on_with_its_quota()
    {
        Assert.Equal(Verdict.Allow, Submit(60).Verdict);
        var before = JsonSerializer.Serialize((UserStatus)Ask(new UserCommands.GetStatus(User))!);
        Pass(60);
        Assert.True(IsAwake(1));
        Assert.Equal(before, JsonSerializer.Serialize((UserStatus)Ask(new UserCommands.GetStatus(User))!));
        Assert.Equal(Verdict.Allow, Submit(40).Verdict);
        Assert.NotEqual(Verdict.Allow, Submit(1).Verdict);
    }

    [Fact]
    public void It_leaves_when_it_was_quiet_for_long_enough_and_not_before()
    {
        Submit(1);
        Pass(100);
        Assert.True(IsAwake(1));
        // The question who is there is no quiet either.
        Submit(1);
        Pass(100);
        Assert.True(IsAwake(1));
        Pass(200);
        Assert.False(IsAwake(1));
        Assert.Equal(2, ((UserStatus)Ask(new UserCommands.GetStatus(User))!).Totals.Recipients);
        Assert.True(IsAwake(2));
    }

    [Fact]
    public void However_often_it_is_spoken_to_one_look_for_quiet_is_on_its_way()
    {
        Submit(1);
        Pass(3);
        var before = _guard.Steps;
        Pass(60);
        var quiet = _guard.Steps - before;
        for (var question = 0; question < 100; question++)
            Ask(new UserCommands.GetStatus(User));
        // Another look for each question would come again every few seconds, a hundredfold.
        before = _guard.Steps;
        Pass(60);
        Assert.InRange(_guard.Steps - before, 1, quiet + 20);
    }

    public void Dispose() => _guard.Dispose();
}
