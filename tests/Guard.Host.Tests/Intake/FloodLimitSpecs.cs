using CsCheck;
using Guard.Host.Intake.Routing;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Intake;

/// <summary>What a flood of failures of names that nobody knows may take.</summary>
public sealed class FloodLimitSpecs
{
    private const int Limit = 5;

    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly UserId Known = new("anna@example.com");

    private readonly IntakeRouting _routing = new();

    public FloodLimitSpecs()
    {
        var accounts = new KnownAccounts();
        accounts.Add(Known);
        _routing.SetUp(Akka.Actor.ActorRefs.Nobody, accounts, user => new SiteId(user.Domain), _ => false);
    }

    private static Login Login(string user, LoginOutcome outcome, double second) =>
        new(
            new UserId(user),
            At.AddSeconds(second),
            new Place(NetworkAddress.Parse("203.0.113.9"), AddressKind.Public, ""),
            ObservationOrigin.None,
            Service.Imap,
            outcome
        );

    private static Login Stranger(int number, double second) => Login($"x{number}@example.com", LoginOutcome.UnknownUser, second);

    [Fact]
    public void Failures_of_unknown_names_are_gone_into_up_to_the_limit_of_each_second()
    {
        var flood = new FloodLimit(_routing, perSecond: Limit);
        Assert.Equal(Limit, Enumerable.Range(0, 100).Count(number => flood.Takes(Stranger(number, 0.001 * number))));
        Assert.Equal(100 - Limit, flood.Shed);
        Assert.True(flood.Takes(Stranger(1, 1)));
    }

    [Fact]
    public void In_a_flood_accounts_are_told_of_everything_of_theirs()
    {
        var flood = new FloodLimit(_routing, perSecond: Limit);
        foreach (var number in Enumerable.Range(0, 100))
        {
            flood.Takes(Stranger(number, 0));
            Assert.True(flood.Takes(Login(Known.Value, LoginOutcome.WrongPassword, 0)));
            Assert.True(flood.Takes(Login("new@example.com", LoginOutcome.Succeeded, 0)));
        }
    }

    [Fact]
    public void Old_logs_are_gone_into_whole_however_fast_they_are_read()
    {
        var flood = new FloodLimit(_routing, perSecond: Limit);
        Assert.All(Enumerable.Range(0, 100_000), number => Assert.True(flood.Takes(Stranger(number, number / Limit))));
    }

    [Fact]
    public void Lines_that_are_out_of_order_never_open_a_second_twice() =>
        Gen.Int[0, 30]
            .Array[0, 300]
            .Sample(seconds =>
            {
                var flood = new FloodLimit(_routing, perSecond: Limit);
                var taken = seconds.Where((second, number) => flood.Takes(Stranger(number, second))).Count();
                Assert.True(taken <= Limit * 31, $"{taken} in 31 seconds");
                Assert.Equal(seconds.Length - taken, flood.Shed);
            });

    [Fact]
    public void Only_what_was_just_read_is_thinned()
    {
        var flood = new FloodLimit(_routing, perSecond: 1);
        List<Observation> read = [Stranger(0, 0), Stranger(1, 0), Stranger(2, 0), Login(Known.Value, LoginOutcome.WrongPassword, 0)];
        flood.Thin(read, 1);
        Assert.Equal(["x0@example.com", Known.Value], read.Where(one => one.User.Value is "x0@example.com" || one.User == Known).Select(one => one.User.Value));
        Assert.Equal(3, read.Count);
    }

    [Fact]
    public void A_key_is_worth_remembering_when_it_comes_again()
    {
        var seen = new SeenBefore();
        Assert.False(seen.Check(0));
        Assert.True(seen.Check(0));
        Assert.False(seen.Check(-7));
        Assert.True(seen.Check(-7));
    }
}
