using Guard.Messages.Observations;
using Guard.Messages.Places;

namespace Guard.Actors.Behaviour;

/// <summary>A position with coordinates and its time, for travel speed.</summary>
public readonly record struct LastPosition(float Latitude, float Longitude, long Second)
{
    public bool IsKnown => Second != 0;
}

/// <summary>
/// What is usual for one account. Immutable and bounded: tables of fixed size and faded counters, never lists of events.
/// </summary>
public sealed record Baseline
{
    public static Baseline Empty { get; } = new();

    public FamiliarityTable Countries { get; init; } = FamiliarityTable.Empty(8);

    /// <summary>IPv4 /16 and IPv6 /48.</summary>
    public FamiliarityTable WideNetworks { get; init; } = FamiliarityTable.Empty(8);

    /// <summary>IPv4 /24 and IPv6 /64.</summary>
    public FamiliarityTable NarrowNetworks { get; init; } = FamiliarityTable.Empty(12);

    public FamiliarityTable AutonomousSystems { get; init; } = FamiliarityTable.Empty(6);

    /// <summary>ISO 3166-2 subdivisions, by hash.</summary>
    public FamiliarityTable Subdivisions { get; init; } = FamiliarityTable.Empty(6);

    public FamiliarityTable Services { get; init; } = FamiliarityTable.Empty(8);

    public WeekPattern Week { get; init; } = WeekPattern.Empty;

    public RateHistory Logins { get; init; } = RateHistory.Empty;

    public RateHistory Mails { get; init; } = RateHistory.Empty;

    public RateHistory Recipients { get; init; } = RateHistory.Empty;

    public RateHistory Failures { get; init; } = RateHistory.Empty;

    public RecentPlaces Recent { get; init; } = RecentPlaces.Empty;

    public Probation Probation { get; init; } = Probation.Empty;

    public FailedRecipients FailedRecipients { get; init; }

    public UnprovenSending Unproven { get; init; }

    public BulkPeak Bulk { get; init; }

    public LastPosition Position { get; init; }

    /// <summary>Days with successful activity, older ones faded.</summary>
    public FamiliarityTable ActiveDays { get; init; } = FamiliarityTable.Empty(1);

    public const ulong AnyDay = 1;

    public double DaysKnown(int day) => ActiveDays.Weight(AnyDay, day);

    /// <summary>Takes a login or submission in. Only <paramref name="learn"/> makes its place and hour familiar.</summary>
    public Baseline See(Observation observation, bool learn, bool strange, bool unproven = false)
    {
        var second = observation.At.ToUnixTimeSeconds();
        return observation switch
        {
            Login login => SeeLogin(login, second, learn, strange, unproven),
            Submission submission => SeePlace(submission.Place, Service.Smtp, second, learn, strange, unproven) with
            {
                Unproven = unproven && !submission.Further ? Unproven.Add(second, 1) : Unproven,
                Mails = submission.Further ? Mails : Mails.Add(second, 1, learn),
                Recipients = Recipients.Add(second, submission.Recipients, learn),
                Bulk = learn ? Bulk.See((int)(second / 86400), Recipients.Amount(1, second) + submission.Recipients) : Bulk,
            },
            Delivery delivery => this with
            {
                FailedRecipients = FailedRecipients.Add(second, delivery.Outcome == DeliveryOutcome.UnknownRecipient ? delivery.Recipients : 0, delivery.Recipients),
            },
            _ => this,
        };
    }

    private Baseline SeeLogin(Login login, long second, bool learn, bool strange, bool unproven)
    {
        if (login.Outcome == LoginOutcome.Succeeded)
        {
            return SeePlace(login.Place, login.Service, second, learn, strange, unproven) with { Logins = Logins.Add(second, 1, learn) };
        }
        // Failures say nothing about the owner: they are counted, and their place noted, but never learnt.
        var keys = PlaceKeys.Of(login.Place);
        return this with
        {
            Failures = Failures.Add(second, 1, true),
            Recent = Recent.See(keys.Narrow, keys.Country, second, strange, true),
        };
    }

    private Baseline SeePlace(Place place, Service service, long second, bool learn, bool strange, bool unproven)
    {
        var day = (int)(second / 86400);
        var keys = PlaceKeys.Of(place);
        var next = this with
        {
            Recent = Recent.See(keys.Narrow, keys.Country, second, strange, false),
            Position = place.HasCoordinates ? new LastPosition(place.Latitude, place.Longitude, second) : Position,
        };
        if (learn)
        {
            next = next with
            {
                Countries = Countries.See(keys.Country, day),
                WideNetworks = WideNetworks.See(keys.Wide, day),
                NarrowNetworks = NarrowNetworks.See(keys.Narrow, day),
                AutonomousSystems = AutonomousSystems.See(keys.Asn, day),
                Subdivisions = place.Subdivision.Length == 0 ? Subdivisions : Subdivisions.See(StableHash.Of(place.Subdivision), day),
                Services = Services.See((ulong)service + 1, day),
                Week = Week.See(second),
                ActiveDays = ActiveDays.See(AnyDay, day),
            };
        }
        if (strange || unproven)
            next = next with { Probation = Probation.See(keys.Narrow, keys.Country, (int)(second / 3600)) };
        return next;
    }

    /// <summary>"That was me": everything on probation becomes familiar, and what was withheld becomes usual.</summary>
    public Baseline Absolve(long second)
    {
        var day = (int)(second / 86400);
        var next = this;
        foreach (var entry in Probation.Entries)
        {
            var wide = (entry.Narrow >> 63) == 0 ? (1UL << 62) | (entry.Narrow >> 8) : 0;
            // Three days' worth, so that the place is not strange again tomorrow.
            next = next with
            {
                Countries = next.Countries.See(entry.Country, day, 3),
                NarrowNetworks = next.NarrowNetworks.See(entry.Narrow, day, 3),
                WideNetworks = next.WideNetworks.See(wide, day, 3),
            };
        }
        return next with
        {
            Probation = Probation.Empty,
            Unproven = default,
            Recent = RecentPlaces.Empty,
            Logins = Logins.LearnWithheld(),
            Mails = Mails.LearnWithheld(),
            Recipients = Recipients.LearnWithheld(),
        };
    }
}
