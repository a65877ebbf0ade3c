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

    /// <summary>Days on which the account was used from several countries within an hour, and nothing came of it: roles and VPN users have many.</summary>
    public FamiliarityTable CrowdedDays { get; init; } = FamiliarityTable.Empty(1);

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

    /// <summary>Whether the databases err: they have one network in a country that the account was never in, between networks that it uses.</summary>
    public bool IsMisplaced(Place place, int day)
    {
        var country = PlaceKeys.CountryKey(place.Country);
        return country != 0 && Countries.Weight(country, day) < 0.5 && WideNetworks.Weight(PlaceKeys.WideKey(place.Address), day) >= EvidenceScale.ProvenDays;
    }

    /// <summary>A place as far as its databases can be believed. Of a misplaced one nothing is said, so that no country is learnt from the error.</summary>
    public Place Believed(Place place, int day) =>
        IsMisplaced(place, day) ? place with { Country = "", Subdivision = "", Asn = 0, Latitude = float.NaN, Longitude = float.NaN } : place;

    public double DaysKnown(int day) => ActiveDays.Weight(AnyDay, day);

    /// <summary>
    /// Takes a login or submission in. Only <paramref name="learn"/> makes its place and hour familiar. What is done in peace from another network of the
    /// owner's own provider counts among what they usually do, although that network itself is not learnt yet. An amount that was <paramref name="planned"/>
    /// says nothing of what is usual.
    /// </summary>
    public Baseline See(Observation observation, bool learn, bool strange, bool unproven = false, bool peaceful = false, bool planned = false)
    {
        var usual = learn || (peaceful && !strange);
        var second = observation.At.ToUnixTimeSeconds();
        return observation switch
        {
            Login login => SeeLogin(login, second, new Seen(learn, strange, unproven, usual, peaceful)),
            Submission submission => SeeUse(
                submission.Place,
                Service.Smtp,
                second,
                new Seen(learn, strange, unproven, usual, peaceful),
                login: false,
                planned ? null : submission
            ),
            Delivery delivery => SeeDelivery(delivery, second),
            _ => this,
        };
    }

    /// <summary>How a use was judged.</summary>
    private readonly record struct Seen(bool Learn, bool Strange, bool Unproven, bool Usual, bool Peaceful);

    private Baseline SeeDelivery(Delivery delivery, long second)
    {
        var day = (int)(second / 86400);
        var recipient = delivery.Recipient;
        return this with
        {
            FailedRecipients = FailedRecipients.Add(
                second,
                delivery.Outcome == DeliveryOutcome.UnknownRecipient ? delivery.Recipients : 0,
                delivery.Recipients
            ),
            SpamRefusals = SpamRefusals.Add(second, delivery.Outcome == DeliveryOutcome.RefusedAsSpam ? delivery.Recipients : 0, delivery.Recipients),
            Fresh =
                recipient == 0
                    ? Fresh
                    : Fresh.See(day, delivery.Recipients, !Known.Contains(recipient), Mails.Amount(0, second) >= EvidenceScale.ListMailsAMinute),
            Known = recipient == 0 ? Known : Known.See(recipient),
        };
    }

    private Baseline SeeLogin(Login login, long second, in Seen seen)
    {
        if (login.Outcome == LoginOutcome.Succeeded)
            return SeeUse(login.Place, login.Service, second, seen, login: true, null);
        // Who tries the same password again tries nothing.
        if (login.Outcome == LoginOutcome.RetriedPassword)
            return this;
        // Failures say nothing about the owner: they are counted, and their place noted, but never learnt.
        var keys = PlaceKeys.Of(login.Place);
        return this with
        {
            Failures = Failures.Add(second, 1, true),
            Recent = Recent.See(keys.Narrow, keys.Country, second, seen.Strange, true, PlaceKeys.Pool(login.Place)),
        };
    }

    /// <summary>One copy of the whole, however much of it changes: this runs for each login and mail.</summary>
    /// <param name="mail">What was sent; null for a login, and for mail of a planned amount.</param>
    private Baseline SeeUse(Place place, Service service, long second, in Seen seen, bool login, Submission? mail)
    {
        var (learn, strange, unproven, usual, peaceful) = seen;
        var day = (int)(second / 86400);
        // Once for each network: one that is used every day is no new error.
        var misplaced = IsMisplaced(place, day) && NarrowNetworks.Weight(PlaceKeys.NarrowKey(place.Address), day) < 0.5;
        place = Believed(place, day);
        var hour = (int)(second / 3600);
        var real = PlaceKeys.Of(place);
        var pool = PlaceKeys.Pool(place);
        var keys = KeysOf(place, day);
        var atHome = IsAtHomeIn(keys.Country, day);
        var unread = mail is { Further: false } && unproven;
        var probation = SeeProbation(keys, service, hour, strange || unproven, unread);
        return this with
        {
            Presence =
                IsPresent(place, service, second) ? Presence with { Home = Sighting.Of(place, second) }
                : strange && IsLocated(place) && !atHome ? Presence with { Abroad = Sighting.Of(place, second) }
                : Presence,
            ContradictoryDays = Contradicts(place, service, second, strange) is null ? ContradictoryDays : ContradictoryDays.See(AnyDay, day),
            Recent = Recent.See(real.Narrow, keys.Country, second, strange, false, pool),
            NovelDays =
                misplaced || (peaceful && strange && !atHome && ActiveDays.WeightBefore(AnyDay, day) >= 1 && Probation.Find(0, keys.Country) is null)
                    ? NovelDays.See(AnyDay, day)
                    : NovelDays,
            CrowdedDays = peaceful && IsElsewhere(keys.Country, second, day) ? CrowdedDays.See(AnyDay, day) : CrowdedDays,
            Pools = peaceful && atHome ? Pools.See(pool, real.Narrow, day, IsNarrowKnown(real.Narrow)) : Pools,
            Countries = learn ? Countries.See(keys.Country, day) : Countries,
            WideNetworks = learn ? WideNetworks.See(keys.Wide, day) : WideNetworks,
            NarrowNetworks = learn ? NarrowNetworks.See(keys.Narrow, day) : NarrowNetworks,
            AutonomousSystems = learn ? AutonomousSystems.See(keys.Asn, day) : AutonomousSystems,
            Subdivisions = learn && place.Subdivision.Length > 0 ? Subdivisions.See(StableHash.Of(place.Subdivision), day) : Subdivisions,
            Services = learn ? Services.See((ulong)service + 1, day) : Services,
            Anchors = learn ? Anchors.See(AnchorKey(place.Address), second) : Anchors,
            Week = usual ? Week.See(second) : Week,
            ActiveDays = usual ? ActiveDays.See(AnyDay, day) : ActiveDays,
            Probation = probation,
            UnreadDays = unread && probation.UnreadWithinDay(hour) >= EvidenceScale.SeveralUnread ? UnreadDays.See(AnyDay, day) : UnreadDays,
            Logins = login ? Logins.Add(second, 1, usual) : Logins,
            Mails = mail is { Further: false } ? Mails.Add(second, 1, usual) : Mails,
            Recipients = mail is null ? Recipients : Recipients.Add(second, mail.Recipients, usual),
            Unproven = unread ? Unproven.Add(second, 1) : Unproven,
            LargestMail = peaceful && mail is { Further: false } ? LargestMail.See(day, mail.Recipients) : LargestMail,
            Senders = usual && mail is not null ? Senders.See(mail.Sender, day) : Senders,
            Bulk = learn && mail is not null ? Bulk.See(day, Recipients.Amount(1, second) + mail.Recipients) : Bulk,
        };
    }

    private Probation SeeProbation(in PlaceKeys keys, Service service, int hour, bool doubtful, bool unread)
    {
        var probation = doubtful ? Probation.See(keys.Narrow, keys.Country, hour) : Probation;
        if (service is Service.Imap or Service.Pop3 or Service.Web && probation.Entries.Length > 0)
            probation = probation.SeeRead(keys.Narrow);
        return unread ? probation.SeeMail(keys.Narrow) : probation;
    }

    /// <summary>Whether the account was also used in another country within the hour. A guesser's failures say nothing of where it is used.</summary>
    private bool IsElsewhere(ulong country, long second, int day)
    {
        if (country == 0)
            return false;
        foreach (ref readonly var entry in Recent.Entries)
        {
            if (
                entry.Country != 0
                && entry.Country != country
                && second - entry.Second <= RecentPlaces.Hour
                && (entry.Strange || (entry.Failures == 0 && IsAtHomeIn(entry.Country, day)))
            )
            {
                return true;
            }
        }
        return false;
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

    /// <summary>Whether the owner lives in a country, or nobody knows which it is.</summary>
    public bool IsAtHomeIn(ulong country, int day) => country == 0 || Countries.Weight(country, day) >= 0.5;

    private static bool IsLocated(Place place) => place.HasCoordinates || place.Country.Length == 2;

    /// <summary>Whether a use shows the owner in person at one of their lines.</summary>
    private bool IsPresent(Place place, Service service, long second) =>
        IsLocated(place) && (service == Service.Smtp || !IsPolled) && Anchors.Contain(AnchorKey(place.Address), second);

    /// <summary>A use that one person cannot have made besides the last one: abroad while the owner was at home, or at home while the account was used
    /// abroad.</summary>
    public Contradiction? Contradicts(Place place, Service service, long second, bool strange)
    {
        if (strange && !IsAtHomeIn(PlaceKeys.CountryKey(place.Country), (int)(second / 86400)))
            return Presence.Against(Presence.Home, place, second) ?? AgainstLines(place, second);
        return Presence.Abroad.IsKnown && IsPresent(place, service, second) ? Presence.Against(Presence.Abroad, place, second) : null;
    }

    /// <summary>
    /// Lines that change their address are no anchors. Who travels leaves one of them to a phone that its carrier routes home, or to a program that polls; two were
    /// used by somebody at home.
    /// </summary>
    private Contradiction? AgainstLines(Place place, long second)
    {
        var day = (int)(second / 86400);
        var home = default(FamiliarKey);
        foreach (ref readonly var country in Countries.Entries)
        {
            if (FamiliarityTable.Faded(country, day) > FamiliarityTable.Faded(home, day))
                home = country;
        }
        if (home.Key == 0 || IsPolled)
            return null;
        var known = new Sighting(float.NaN, float.NaN, 1, default, (ushort)home.Key);
        if (Presence.Against(known with { Second = second }, place, second) is not { } way)
            return null;
        var (lines, seen) = Recent.LinesIn(home.Key, second - (long)(60 * way.Least));
        return lines < 2 ? null
            : Presence.Against(known with { Second = seen }, place, second) is { } found ? found with { IsFirm = false }
            : null;
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
            Bulk = Bulk.Absolve(),
            Logins = Logins.LearnWithheld(),
            Mails = Mails.LearnWithheld(),
            Recipients = Recipients.LearnWithheld(),
        };
    }
}
