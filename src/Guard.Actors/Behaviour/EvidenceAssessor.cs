using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Actors.Behaviour;

/// <summary>
/// Compares an observation with the baseline: one score in bits, each reason with its share. Pure. Place, diversity, travel,
/// hour and service are taken as independent; of the correlated rates (scales of one measure, mails and recipients) only the most surprising counts.
/// </summary>
public static partial class EvidenceAssessor
{
    public static Evidence Assess(
        Baseline baseline,
        Observation observation,
        EffectivePolicy policy,
        bool learning,
        SitePrior prior,
        Expectation expected = default
    )
    {
        var second = observation.At.ToUnixTimeSeconds();
        var assessment = new Assessment(second, prior, expected.At(observation.At));
        var place = baseline.Believed(observation.Place, (int)(second / 86400));
        switch (observation)
        {
            case Login { Outcome: LoginOutcome.Succeeded } login:
                assessment.Place(baseline, place, policy);
                assessment.Diversity(baseline, place);
                assessment.Contradiction(baseline, place, login.Service);
                assessment.FailuresBefore(baseline, place);
                assessment.Service(baseline, login.Service);
                assessment.Hour(baseline);
                assessment.LoginRate(baseline);
                break;
            case Submission submission:
                assessment.Place(baseline, place, policy);
                assessment.Diversity(baseline, place);
                assessment.Contradiction(baseline, place, Service.Smtp);
                assessment.EndPlaces();
                assessment.Hour(baseline, sends: true);
                assessment.SendingRate(baseline, submission);
                assessment.LargeMail(baseline, submission);
                assessment.NewSender(baseline, submission);
                assessment.SendsUnread(baseline, submission);
                assessment.StrangeMail(baseline, submission);
                assessment.FailedRecipients(baseline);
                assessment.SpamRefusals(baseline);
                assessment.FreshRecipients(baseline);
                break;
            default:
                // Failed logins say what others want, and deliveries come from ourselves: neither judges the account now.
                return Evidence.None;
        }
        return assessment.Result(learning, policy.Source.Reactions.OnAnomaly);
    }

    /// <summary>Whether a place is not familiar to the account: its country is new, or its network and provider are.</summary>
    public static bool IsStrange(Baseline baseline, Place place, int day, SitePrior prior)
    {
        place = baseline.Believed(place, day);
        var keys = PlaceKeys.Of(place);
        if (place.Kind is AddressKind.Loopback or AddressKind.Private || place.Address.IsNone)
            return false;
        if (prior.Shares(keys.Narrow) || baseline.Roams(place, keys, day))
            return false;
        if (keys.Country != 0 && baseline.Countries.Weight(keys.Country, day) < 0.5)
            return true;
        return baseline.NarrowNetworks.Weight(keys.Narrow, day) < 0.1
            && baseline.WideNetworks.Weight(keys.Wide, day) < 0.5
            && (keys.Asn == 0 || baseline.AutonomousSystems.Weight(keys.Asn, day) < 0.5);
    }

    /// <summary>Days for which the account was used from the place's narrow and wide network.</summary>
    private static (double Narrow, double Wide) DaysAt(Baseline baseline, Place place, int day)
    {
        if (place.Kind is AddressKind.Loopback or AddressKind.Private || place.Address.IsNone)
            return (double.MaxValue, double.MaxValue);
        var keys = baseline.KeysOf(place, day);
        return (baseline.NarrowNetworks.Weight(keys.Narrow, day), baseline.WideNetworks.Weight(keys.Wide, day));
    }

    /// <summary>Who was at home in several countries travels: another one is less odd.</summary>
    private static double Mobility(Baseline baseline, int day)
    {
        var countries = 0;
        foreach (ref readonly var country in baseline.Countries.Entries)
            countries += FamiliarityTable.Faded(country, day) >= 0.5 ? 1 : 0;
        return Math.Max(EvidenceScale.LeastForTravellers, 3.0 / (2 + Math.Max(1, countries)));
    }

    private sealed partial class Assessment(long second, SitePrior prior, Expectation expectation)
    {
        private ImmutableArray<Reason>.Builder? _reasons;
        private readonly int _day = (int)(second / 86400);
        private bool _strange;
        private bool _expected;
        private bool _probationer;
        private bool _new;
        private bool _unproven;
        private int _quietHours;
        private ulong _narrow;
        private double _mobility = 1;
        private double _countryBits;
        private double _score;
        private double _rateBits;
        private NetworkTrust _trust;
        private int _countries;
        private bool _suspicious;
        private bool _abroad;
        private bool _read;
        private bool _gross;
        private bool _decisive;
        private bool _large;
        private bool _strangeMail;
        private bool _unwanted;
        private bool _wanted;
        private double _novelty = 1;
        private double _withheld;
        private double _ofPlaces;
        private double _fromHome;
        private Sighting _suspect;

        private void Add(string code, double value, double usual, double bits, string subject = "")
        {
            if (bits < 0.5)
                return;
            _score += bits;
            (_reasons ??= ImmutableArray.CreateBuilder<Reason>(4)).Add(
                new Reason(code, Math.Round(value, 2), Math.Round(usual, 2), Math.Round(bits, 1), subject)
            );
        }

        /// <summary>What follows is of sending.</summary>
        public void EndPlaces() => _ofPlaces = _score;

        /// <summary>That a journey was told of does not speak for what is sent on it.</summary>
        private void GiveBackWithheld()
        {
            if (_reasons is null || _withheld == 0 || _ofPlaces == 0 || _score - _ofPlaces < EvidenceScale.LeastForSending)
                return;
            for (var i = 0; i < _reasons.Count; i++)
            {
                if (_reasons[i].Code is not (ReasonCodes.NewCountry or ReasonCodes.RareCountry))
                    continue;
                _reasons[i] = _reasons[i] with { Bits = Math.Round(_reasons[i].Bits + _withheld, 1) };
                _score += _withheld;
                return;
            }
        }

        public Evidence Result(bool learning, AnomalyThresholds thresholds)
        {
            GiveBackWithheld();
            // What went on abroad does not add to what the owner does at home.
            var score = Math.Max(_fromHome, _score - _fromHome);
            // An amount alone, however large, never locks: newsletters are sent from hotels too. Restricted, most of it is stopped.
            if (!_decisive && thresholds.Suspended is { } lockFrom)
                score = Math.Min(score, Math.Max(0, lockFrom - 0.1));
            // A newsletter or a circular: what is sent at one go to people who take it is told, and goes on.
            if (_wanted && !_unwanted && !_decisive && thresholds.Restricted is { } restrictFrom)
                score = Math.Min(score, Math.Max(0, restrictFrom - 0.1));
            if (learning && !_gross)
            {
                // While too little is known, being different is no evidence: the score stays below the first rung.
                var first = thresholds.Reported ?? thresholds.Restricted ?? thresholds.Suspended ?? thresholds.Blocked ?? double.MaxValue;
                score = Math.Min(score, Math.Max(0, first - 0.1));
            }
            return new Evidence(
                Math.Round(score, 1),
                _reasons?.ToImmutable() ?? [],
                _strange,
                _probationer,
                _new,
                _unproven,
                _fromHome >= _score - _fromHome ? _suspect : default,
                _large,
                _strangeMail
            );
        }
    }
}
