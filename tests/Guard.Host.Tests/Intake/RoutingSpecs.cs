using Akka.Actor;
using Guard.Host.Intake.Routing;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Intake;

/// <summary>Whom a login is told: its account, its address, or both.</summary>
public sealed class RoutingSpecs
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly KnownAccounts _accounts = new();
    private readonly IntakeRouting _routing = new();

    public RoutingSpecs() => _routing.SetUp(new EmptyLocalActorRefStandIn(), _accounts, user => new SiteId(user.Domain), user => user.Local == "listed");

    private static Login Login(string user, LoginOutcome outcome, string address = "203.0.113.9") =>
        new(
            new UserId(user),
            At,
            new Place(NetworkAddress.Parse(address), address == "127.0.0.1" ? AddressKind.Loopback : AddressKind.Public, ""),
            new ObservationOrigin("log", 1),
            Service.Imap,
            outcome
        );

    [Fact]
    public void A_success_founds_an_account_and_its_failures_are_its_own_from_then_on()
    {
        Assert.Equal((false, AttemptKind.UnknownName), Told(Login("anna@example.com", LoginOutcome.WrongPassword)));
        Assert.Equal((true, AttemptKind.Succeeded), Told(Login("anna@example.com", LoginOutcome.Succeeded)));
        Assert.Equal((true, AttemptKind.Failed), Told(Login("anna@example.com", LoginOutcome.WrongPassword)));
    }

    [Fact]
    public void Failures_just_before_a_name_does_something_itself_are_the_new_accounts()
    {
        Told(Login("anna@example.com", LoginOutcome.WrongPassword));
        Told(Login("anna@example.com", LoginOutcome.ServerTrouble));
        Told(Login("bert@example.com", LoginOutcome.WrongPassword));
        var founding = Login("anna@example.com", LoginOutcome.Succeeded);
        Assert.Equal(LoginOutcome.WrongPassword, Assert.Single(_routing.FailedBefore(founding)).Outcome);
        Assert.Empty(_routing.FailedBefore(founding));
        var late = Login("bert@example.com", LoginOutcome.Succeeded) with { At = At + FirstFailures.Within + TimeSpan.FromSeconds(1) };
        Assert.Empty(_routing.FailedBefore(late));
    }

    [Fact]
    public void A_flood_of_names_pushes_the_oldest_failures_out()
    {
        var first = new FirstFailures(names: 2);
        for (var i = 0; i < FirstFailures.MaxOfName + 5; i++)
            first.Add(Login("anna@example.com", LoginOutcome.WrongPassword));
        Assert.Equal(FirstFailures.MaxOfName, first.Take(new UserId("anna@example.com"), At).Count);
        foreach (var name in new[] { "a@example.com", "b@example.com", "c@example.com" })
            first.Add(Login(name, LoginOutcome.WrongPassword));
        Assert.Empty(first.Take(new UserId("a@example.com"), At));
        Assert.Single(first.Take(new UserId("c@example.com"), At));
    }

    [Fact]
    public void A_submission_founds_an_account_too()
    {
        Told(new Submission(new UserId("anna@example.com"), At, Place.None, ObservationOrigin.None, 1, 0, ""));
        Assert.Equal((true, AttemptKind.Failed), Told(Login("anna@example.com", LoginOutcome.UnknownUser)));
    }

    [Fact]
    public void Whom_the_policy_names_is_an_account() =>
        Assert.Equal((true, AttemptKind.Failed), Told(Login("listed@example.com", LoginOutcome.WrongPassword)));

    [Fact]
    public void The_servers_trouble_a_refusal_and_this_machine_itself_tell_an_address_nothing()
    {
        Assert.Equal((false, null), Told(Login("x@example.com", LoginOutcome.ServerTrouble)));
        Assert.Null(Told(Login("x@example.com", LoginOutcome.Refused)).Kind);
        Assert.Null(Told(Login("x@example.com", LoginOutcome.WrongPassword, "127.0.0.1")).Kind);
    }

    [Fact]
    public void A_failure_without_a_name_is_its_address_s_alone() => Assert.Equal((false, AttemptKind.NoName), Told(Login("", LoginOutcome.WrongPassword)));

    [Fact]
    public void Random_names_of_a_known_domain_wake_no_more_entities_than_are_allowed()
    {
        _accounts.Add(new UserId("anna@example.com"));
        var asked = Enumerable.Range(0, 100_000).Count(i => _routing.Route(Login($"r{i}@example.com", LoginOutcome.WrongPassword)).ToAccount);
        Assert.InRange(asked, 1, 2_000);
        Assert.Equal(100_000 - asked, _routing.Unknown.PassedOver);
        Assert.Equal(0, Enumerable.Range(0, 100_000).Count(i => _routing.Route(Login($"r{i}@d{i}.example", LoginOutcome.WrongPassword)).ToAccount));
        Assert.Equal(1, _accounts.Count);
        Assert.Equal((true, AttemptKind.Failed), Told(Login("anna@example.com", LoginOutcome.WrongPassword)));
    }

    [Fact]
    public void Until_the_journal_is_read_every_name_may_be_an_account()
    {
        _accounts.IsComplete = false;
        Assert.Equal((true, AttemptKind.Failed), Told(Login("anyone@example.com", LoginOutcome.WrongPassword)));
    }

    private (bool ToAccount, AttemptKind? Kind) Told(Observation observation)
    {
        var (toAccount, attempt) = _routing.Route(observation);
        return (toAccount, attempt?.Kind);
    }

    /// <summary>An address that is somebody.</summary>
    private sealed class EmptyLocalActorRefStandIn : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "test")) / "addresses";

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
