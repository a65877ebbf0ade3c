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
    public FamiliarityTable NarrowNetworks { get; init; } = FamiliarityTable.Empty(10);

    public FamiliarityTable AutonomousSystems { get; init; } = FamiliarityTable.Empty(6);

    /// <summary>ISO 3166-2 subdivisions, by hash.</summary>
    public FamiliarityTable Subdivisions { get; init; } = FamiliarityTable.Empty(3);

    public FamiliarityTable Services { get; init; } = FamiliarityTable.Empty(8);

    public WeekPattern Week { get; init; } = WeekPattern.Empty;

    public RateHistory Logins { get; init; } = RateHistory.Empty;

    public RateHistory Mails { get; init; } = RateHistory.Empty;

    public RateHistory Recipients { get; init; } = RateHistory.Empty;

    public RateHistory Failures { get; init; } = RateHistory.Empty;

    public RecentPlaces Recent { get; init; } = RecentPlaces.Empty;

    public Probation Probation { get; init; } = Probation.Empty;

    public FailedRecipients FailedRecipients { get; init; }

    /// <summary>The same of those whose servers take the mail for spam.</summary>
    public FailedRecipients SpamRefusals { get; init; }

    public AddressPools Pools { get; init; } = AddressPools.Empty;

    /// <summary>Days on which the account was in a country for the first time, and nothing came of it.</summary>
    public FamiliarityTable NovelDays { get; init; } = FamiliarityTable.Empty(1);

    /// <summary>Envelope senders, by <see cref="CorrespondentKey"/>.</summary>
    public FamiliarityTable Senders { get; init; } = FamiliarityTable.Empty(6);

    public RecipientSketch Known { get; init; } = RecipientSketch.Empty;

    public FreshRecipients Fresh { get; init; }

    /// <summary>The most recipients of one mail that was sent in peace.</summary>
    public BulkPeak LargestMail { get; init; }

    public UnprovenSending Unproven { get; init; }

    public BulkPeak Bulk { get; init; }

    /// <summary>What earlier versions judged travel by: kept as their snapshots have it, no longer kept up.</summary>
    public LastPosition Position { get; init; }

    public Anchors Anchors { get; init; } = Anchors.Empty;

    public Presence Presence { get; init; }

    /// <summary>Days on which the account was used from two places between which nobody travels so fast: VPN users and shared accounts have many.</summary>
    public FamiliarityTable ContradictoryDays { get; init; } = FamiliarityTable.Empty(1);

    /// <summary>Days with several mails from unproven networks where the mailbox was not opened before: a printer's account has many, a person few.</summary>
    public FamiliarityTable UnreadDays { get; init; } = FamiliarityTable.Empty(1);

    /// <summary>Days with successful activity, older ones faded.</summary>
    public FamiliarityTable ActiveDays { get; init; } = FamiliarityTable.Empty(1);

    public const ulong AnyDay = 1;

    /// <summary>Several fetches an hour come from a program that goes on without anybody sitting there.</summary>
    public bool IsPolled => Logins.Usual(1, EvidenceScale.LoginPriors[1]) >= EvidenceScale.PollsPerHour;

    /// <summary>The names of a place to this account: where a provider gives it ever other addresses, all of them are one network.</summary>
    public PlaceKeys KeysOf(Place place, int day)
    {
        var keys = PlaceKeys.Of(place);
        return Roams(place, keys, day) ? keys with { Narrow = PlaceKeys.Pool(place), Wide = PlaceKeys.Pool(place) } : keys;
    }

    /// <summary>Whether the place is a pool of the account's own provider, which gives it ever other addresses.</summary>
    public bool Roams(Place place, in PlaceKeys keys, int day) =>
        keys.Country != 0
        && Pools.Entries.Length > 0
        && Pools.Roams(PlaceKeys.Pool(place), day)
        && Countries.Weight(keys.Country, day) >= EvidenceScale.ProvenDays
        && (keys.Asn == 0 || AutonomousSystems.Weight(keys.Asn, day) >= EvidenceScale.ProvenDays);

    public double DaysKnown(int day) => ActiveDays.Weight(AnyDay, day);

    /// <summary>
    /// Takes a login or submission in. Only <paramref name="learn"/> makes its place and hour familiar. What is done in peace from another network of the
    /// owner's own provider counts among what he usually does, although that network itself is not learnt yet. An amount that was <paramref name="planned"/>
    /// says nothing of what is usual.
    /// </summary>
    public Baseline See(Observation observation, bool learn, bool strange, bool unproven = false, bool peaceful = false, bool planned = false)
    {
        var usual = learn || (peaceful && !strange);
        var second = observation.At.ToUnixTimeSeconds();
        return observation switch
        {
            Login login => SeeLogin(login, second, learn, strange, unproven, usual, peaceful),
            Submission submission when planned => SeePlace(submission.Place, Service.Smtp, second, learn, strange, unproven, usual, peaceful),
            Submission submission => SeePlace(submission.Place, Service.Smtp, second, learn, strange, unproven, usual, peaceful)
                .SeeMail(submission, second, unproven) with
            {
                Unproven = unproven && !submission.Further ? Unproven.Add(second, 1) : Unproven,
                Mails = submission.Further ? Mails : Mails.Add(second, 1, usual),
                Recipients = Recipients.Add(second, submission.Recipients, usual),
                LargestMail = peaceful && !submission.Further ? LargestMail.See((int)(second / 86400), submission.Recipients) : LargestMail,
                Senders = usual ? Senders.See(submission.Sender, (int)(second / 86400)) : Senders,
                Bulk = learn ? Bulk.See((int)(second / 86400), Recipients.Amount(1, second) + submission.Recipients) : Bulk,
            },
            Delivery delivery => SeeDelivery(delivery, second),
            _ => this,
        };
    }

    private Baseline SeeDelivery(Delivery delivery, long second)
    {
        var next = this with
        {
            FailedRecipients = FailedRecipients.Add(
                second,
                delivery.Outcome == DeliveryOutcome.UnknownRecipient ? delivery.Recipients : 0,
                delivery.Recipients
            ),
            SpamRefusals = SpamRefusals.Add(second, delivery.Outcome == DeliveryOutcome.RefusedAsSpam ? delivery.Recipients : 0, delivery.Recipients),
        };
        return delivery.Recipient == 0
            ? next
            : next with
            {
                Fresh = Fresh.See((int)(second / 86400), delivery.Recipients, !Known.Contains(delivery.Recipient)),
                Known = Known.See(delivery.Recipient),
            };
    }

    private Baseline SeeLogin(Login login, long second, bool learn, bool strange, bool unproven, bool usual, bool peaceful)
    {
        if (login.Outcome == LoginOutcome.Succeeded)
        {
            return SeePlace(login.Place, login.Service, second, learn, strange, unproven, usual, peaceful) with { Logins = Logins.Add(second, 1, usual) };
        }
        // Who tries the same password again tries nothing.
        if (login.Outcome == LoginOutcome.RetriedPassword)
            return this;
        // Failures say nothing about the owner: they are counted, and their place noted, but never learnt.
        var keys = PlaceKeys.Of(login.Place);
        return this with
        {
            Failures = Failures.Add(second, 1, true),
            Recent = Recent.See(keys.Narrow, keys.Country, second, strange, true, PlaceKeys.Pool(login.Place)),
        };
    }

    private Baseline SeePlace(Place place, Service service, long second, bool learn, bool strange, bool unproven, bool usual, bool peaceful)
    {
        var day = (int)(second / 86400);
        var real = PlaceKeys.Of(place);
        var keys = KeysOf(place, day);
        var anchor = AnchorKey(place.Address);
        var atHome = IsPresent(place, service, second);
        var next = this with
        {
            Presence =
                atHome ? Presence with { Home = Sighting.Of(place, second) }
                : strange && place.HasCoordinates && !IsAtHomeIn(keys.Country, day) ? Presence with { Abroad = Sighting.Of(place, second) }
                : Presence,
            ContradictoryDays = Contradicts(place, service, second, strange) is null ? ContradictoryDays : ContradictoryDays.See(AnyDay, day),
            Recent = Recent.See(real.Narrow, keys.Country, second, strange, false, PlaceKeys.Pool(place)),
            NovelDays =
                peaceful && strange && !IsAtHomeIn(keys.Country, day) && ActiveDays.WeightBefore(AnyDay, day) >= 1 && Probation.Find(0, keys.Country) is null
                    ? NovelDays.See(AnyDay, day)
                    : NovelDays,
            Pools = peaceful && IsAtHomeIn(keys.Country, day) ? Pools.See(PlaceKeys.Pool(place), real.Narrow, day, IsNarrowKnown(real.Narrow)) : Pools,
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
                Anchors = Anchors.See(anchor, second),
            };
        }
        if (usual)
            next = next with { Week = Week.See(second), ActiveDays = ActiveDays.See(AnyDay, day) };
        if (strange || unproven)
            next = next with { Probation = Probation.See(keys.Narrow, keys.Country, (int)(second / 3600)) };
        return service is Service.Imap or Service.Pop3 or Service.Web && next.Probation.Entries.Length > 0
            ? next with
            {
                Probation = next.Probation.SeeRead(keys.Narrow),
            }
            : next;
    }

    private Baseline SeeMail(Submission submission, long second, bool unproven)
    {
        if (submission.Further || !unproven)
            return this;
        var probation = Probation.SeeMail(KeysOf(submission.Place, (int)(second / 86400)).Narrow);
        return this with
        {
            Probation = probation,
            UnreadDays =
                probation.UnreadWithinDay((int)(second / 3600)) >= EvidenceScale.SeveralUnread ? UnreadDays.See(AnyDay, (int)(second / 86400)) : UnreadDays,
        };
    }

    private bool IsNarrowKnown(ulong narrow)
    {
        foreach (ref readonly var entry in NarrowNetworks.Entries)
        {
            if (entry.Key == narrow)
                return true;
        }
        foreach (ref readonly var entry in Probation.Entries)
        {
            if (entry.Narrow == narrow)
                return true;
        }
        foreach (ref readonly var entry in Recent.Entries)
        {
            if (entry.Narrow == narrow)
                return true;
        }
        return false;
    }

    private static ulong AnchorKey(NetworkAddress address) => address.IsIPv6 ? PlaceKeys.NarrowKey(address) : (ulong)address.Bits;

    private bool IsAtHomeIn(ulong country, int day) => country == 0 || Countries.Weight(country, day) >= 0.5;

    /// <summary>Whether a use shows the owner himself at one of his lines.</summary>
    private bool IsPresent(Place place, Service service, long second) =>
        place.HasCoordinates && (service == Service.Smtp || !IsPolled) && Anchors.Contain(AnchorKey(place.Address), second);

    /// <summary>A use that one person cannot have made besides the last one: abroad while the owner was at home, or at home while the account was used
    /// abroad.</summary>
    public Contradiction? Contradicts(Place place, Service service, long second, bool strange)
    {
        if (strange && !IsAtHomeIn(PlaceKeys.CountryKey(place.Country), (int)(second / 86400)))
            return Presence.Against(Presence.Home, place, second);
        return Presence.Abroad.IsKnown && IsPresent(place, service, second) ? Presence.Against(Presence.Abroad, place, second) : null;
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
            Presence = default,
            Recent = RecentPlaces.Empty,
            Fresh = Fresh.Absolve(),
            Logins = Logins.LearnWithheld(),
            Mails = Mails.LearnWithheld(),
            Recipients = Recipients.LearnWithheld(),
        };
    }
}
