using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Tests;

/// <summary>One account driven through the pure core, so that tests read as a story.</summary>
public sealed class Account(
    GuardPolicy? policy = null,
    Rung siteRung = Rung.Normal,
    string name = "info@example.com",
    DateTimeOffset? siteUntil = null,
    DateTimeOffset? siteSince = null,
    SiteStanding? host = null
)
{
    private readonly UserTerms _terms = UserTerms.Of(
        policy ?? Example,
        policy ?? Example,
        siteRung,
        siteUntil: siteUntil?.ToUnixTimeMilliseconds() ?? 0,
        siteSince: siteSince?.ToUnixTimeMilliseconds() ?? 0
    ) with
    {
        Host = host ?? SiteStanding.None,
    };

    /// <summary>The policy of the design's example.</summary>
    public static GuardPolicy Example { get; } =
        GuardPolicy.Default with
        {
            Places = new PlacesPolicy(["GB", "IE", "EU"], ["RO", "UA", "CN"], PlaceClass.Neutral),
            Quotas =
            [
                new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 500),
                new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 50, PlaceClass.Suspicious, Alarm: true),
                new Quota(TimeSpan.FromHours(1), QuotaUnit.Logins, 120),
            ],
        };

    /// <summary>The same without a score: only quotas and place rules act.</summary>
    public static GuardPolicy RulesOnly { get; } =
        Example with
        {
            Reactions = ReactionPolicy.Default with { OnAnomaly = new AnomalyThresholds(null, null, null, null) },
        };

    public static DateTimeOffset Start { get; } = new(2025, 11, 3, 9, 0, 0, TimeSpan.Zero);

    public UserState State { get; private set; } = new(new UserId(name));

    public List<UserEvent> Events { get; } = [];

    public UserVerdict Last { get; private set; }

    public Rung Rung => State.Reaction.Rung;

    public Rung Highest => Events.OfType<ReactionChanged>().Select(change => change.To).Append(Rung.Normal).Max();

    /// <summary>A place in a country: the network number chooses the /24.</summary>
    public static Place In(string country, int network = 1, int host = 9) =>
        new(NetworkAddress.FromIPv4((uint)((60 + country[0] % 30) << 24 | (country[1] << 16) | ((network & 0xFF) << 8) | host)), AddressKind.Public, country);

    public Account Login(DateTimeOffset at, string country, Service service = Service.Pop3, LoginOutcome outcome = LoginOutcome.Succeeded, int network = 1) =>
        Take(new Login(State.User, at, In(country, network), ObservationOrigin.None, service, outcome));

    public Account Send(DateTimeOffset at, string country, int recipients = 1, int network = 1) =>
        Take(new Submission(State.User, at, In(country, network), ObservationOrigin.None, recipients, 1000, "Q"));

    /// <summary>What an admin said.</summary>
    public Account Told(System.Collections.Immutable.ImmutableArray<UserEvent> events)
    {
        foreach (var change in events)
        {
            State = UserEvolution.Apply(State, change);
            Events.Add(change);
        }
        return this;
    }

    public Account Planned(DateTimeOffset from, DateTimeOffset until, string places = "", int recipients = 0) =>
        Told(UserAdministration.Plan(State, from, new PlannedException(0, from, until, places, recipients, "")).Events);

    /// <summary>What would be answered; nothing is counted.</summary>
    public UserVerdict Would(Observation observation) => UserDecider.Decide(State, observation, _terms);

    public Account Take(Observation observation)
    {
        Last = UserDecider.Decide(State, observation, _terms);
        return Take(Last.Events);
    }

    /// <summary>What an admin's word leads to.</summary>
    public Account Take(IEnumerable<UserEvent> changes)
    {
        foreach (var change in changes)
        {
            State = UserEvolution.Apply(State, change);
            Events.Add(change);
        }
        State = State with { Owed = [] };
        return this;
    }

    /// <summary>Months of an ordinary life: three logins a week from home, about twenty mails.</summary>
    public Account KnownFor(int days, string country = "GB")
    {
        for (var day = 0; day < days; day++)
        {
            if (day % 7 is not (0 or 2 or 4))
                continue;
            var at = Start.AddDays(day).AddMinutes(day * 37 % 400);
            Login(at, country, network: day % 11);
            for (var mail = 0; mail < 6; mail++)
                Send(at.AddMinutes(3 + mail * 4), country, 1 + mail % 2, day % 11);
        }
        return this;
    }

    public bool Refused => Last.WouldBe != Verdict.Allow;
}
