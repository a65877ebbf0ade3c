using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Behaviour;

/// <summary>
/// Compares an observation with the baseline: one score in bits, each reason with its share. Pure. Place, diversity, travel,
/// hour and service are taken as independent; of the correlated rates (scales of one measure, mails and recipients) only the most surprising counts.
/// </summary>
public static class EvidenceAssessor
{
    public static Evidence Assess(Baseline baseline, Observation observation, EffectivePolicy policy, bool learning)
    {
        var second = observation.At.ToUnixTimeSeconds();
        var assessment = new Assessment(second);
        switch (observation)
        {
            case Login { Outcome: LoginOutcome.Succeeded } login:
                assessment.Place(baseline, login.Place, policy);
                assessment.Diversity(baseline, login.Place);
                assessment.Travel(baseline, login.Place);
                assessment.FailuresBefore(baseline, login.Place);
                assessment.Service(baseline, login.Service);
                assessment.Hour(baseline);
                assessment.LoginRate(baseline);
                break;
            case Submission submission:
                assessment.Place(baseline, submission.Place, policy);
                assessment.Diversity(baseline, submission.Place);
                assessment.Travel(baseline, submission.Place);
                assessment.Hour(baseline);
                assessment.SendingRate(baseline, submission);
                assessment.FailedRecipients(baseline);
                break;
            default:
                // Failed logins say what others want, and deliveries come from ourselves: neither judges the account now.
                return Evidence.None;
        }
        return assessment.Result(learning, policy.Source.Reactions.OnAnomaly);
    }

    /// <summary>Whether a place is not familiar to the account: its country is new, or its network and provider are.</summary>
    public static bool IsStrange(Baseline baseline, Place place, int day)
    {
        var keys = PlaceKeys.Of(place);
        if (place.Kind is AddressKind.Loopback or AddressKind.Private || place.Address.IsNone)
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
        var keys = PlaceKeys.Of(place);
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

    private sealed class Assessment(long second)
    {
        private readonly ImmutableArray<Reason>.Builder _reasons = ImmutableArray.CreateBuilder<Reason>(4);
        private readonly int _day = (int)(second / 86400);
        private bool _strange;
        private bool _probationer;
        private bool _new;
        private bool _unproven;
        private int _quietHours;
        private double _mobility = 1;
        private double _countryBits;
        private double _score;
        private bool _gross;

        private void Add(string code, double value, double usual, double bits, string subject = "")
        {
            if (bits < 0.5)
                return;
            _score += bits;
            _reasons.Add(new Reason(code, Math.Round(value, 2), Math.Round(usual, 2), Math.Round(bits, 1), subject));
        }

        public void Place(Baseline baseline, Place place, EffectivePolicy policy)
        {
            _strange = IsStrange(baseline, place, _day);
            var (narrow, wide) = DaysAt(baseline, place, _day);
            _unproven = narrow < EvidenceScale.ProvenDays;
            // On its first day an account has nothing to be compared with.
            _new = (_strange || Math.Max(narrow, wide) < 0.5) && baseline.DaysKnown(_day) >= 1.5;
            var keys = PlaceKeys.Of(place);
            _quietHours = baseline.Probation.SeenFor(keys.Narrow, (int)(second / 3600));
            _mobility = Mobility(baseline, _day);
            var fade = 1.0;
            if (_new && !_strange)
                _probationer = _quietHours >= Probation.QuietHoursNearby;
            else if (_strange && baseline.Probation.Find(keys.Narrow, keys.Country) is { } waiting)
            {
                var age = (int)(second / 3600) - waiting.FirstHour;
                _probationer = !waiting.Hostile && age >= Probation.QuietHours;
                fade = waiting.Hostile ? 1 : double.Exp2(-age / EvidenceScale.FadeHours);
            }
            if (!_strange)
                return;
            var known = baseline.DaysKnown(_day);
            var inCountry = baseline.Countries.Weight(keys.Country, _day);
            var kind = policy.Classify(place);
            if (keys.Country != 0)
            {
                var share = (inCountry + 2 * EvidenceScale.CountryPrior) / (known + 2);
                var bits = Math.Min(EvidenceScale.MostForPlace, Math.Max(0, -Math.Log2(share) - 1)) * fade * _mobility;
                if (kind == PlaceClass.Usual)
                    bits *= EvidenceScale.UsualPlaceFactor;
                Add(inCountry < 0.5 ? ReasonCodes.NewCountry : ReasonCodes.RareCountry, inCountry, known, bits, place.Country);
            }
            if (inCountry >= 0.5 || keys.Country == 0)
            {
                // Knowing few networks says that the account moves little; many dynamic ones make another one ordinary.
                var networks = Math.Max(1, baseline.WideNetworks.Entries.Length);
                var bits = Math.Min(EvidenceScale.MostForNetwork, Math.Log2(1 + known / networks)) * fade;
                Add(ReasonCodes.NewNetwork, 0, known, bits, PlaceKeys.NarrowName(keys.Narrow));
            }
            if (kind == PlaceClass.Suspicious)
                Add(ReasonCodes.SuspiciousPlace, 1, 0, EvidenceScale.SuspiciousPlace * fade, place.Country);
            if (place.Anonymous != AnonymousNetwork.None)
                Add(ReasonCodes.AnonymousNetwork, 1, 0, EvidenceScale.Anonymous * fade, place.Anonymous.ToString());
        }

        public void Diversity(Baseline baseline, Place place)
        {
            if (!_strange)
                return;
            var keys = PlaceKeys.Of(place);
            var (countries, networks) = baseline.Recent.StrangeWithinHour(second, keys.Narrow, keys.Country);
            _gross |= countries >= EvidenceScale.GrossCountries || (_new && networks >= EvidenceScale.GrossNetworks && baseline.Unproven.InHour(second) >= EvidenceScale.FewMails);
            if (countries > 1)
            {
                _countryBits = Math.Min(EvidenceScale.MostForCountries, (countries - 1) * EvidenceScale.EachCountry * _mobility);
                Add(ReasonCodes.ManyCountries, countries, 1, _countryBits);
            }
            if (networks > 2)
                Add(ReasonCodes.ManyNetworks, networks, 1, Math.Min(EvidenceScale.MostForNetworks, (networks - 2) * EvidenceScale.EachNetwork));
        }

        public void Travel(Baseline baseline, Place place)
        {
            if (!_strange || !place.HasCoordinates || !baseline.Position.IsKnown)
                return;
            var kilometres = GreatCircle.Kilometres(baseline.Position.Latitude, baseline.Position.Longitude, place.Latitude, place.Longitude);
            // Stamps have whole seconds and devices overlap: less than a minute counts as one.
            var hours = Math.Max(60, second - baseline.Position.Second) / 3600.0;
            var speed = kilometres / hours;
            if (kilometres < EvidenceScale.LeastDistance || speed < EvidenceScale.FastestTravel)
                return;
            // Being in two countries at once and travelling too fast are the same observation.
            var bits = Math.Min(EvidenceScale.MostForTravel, 3 + Math.Log2(speed / EvidenceScale.FastestTravel)) * _mobility - _countryBits;
            Add(ReasonCodes.TravelSpeed, Math.Round(speed), EvidenceScale.FastestTravel, bits);
        }

        public void FailuresBefore(Baseline baseline, Place place)
        {
            if (!_strange)
                return;
            var failures = baseline.Recent.FailuresFrom(PlaceKeys.NarrowKey(place.Address), second);
            if (failures > 2)
                Add(ReasonCodes.FailuresBefore, failures, 0, Math.Min(EvidenceScale.MostForFailuresBefore, Math.Log2(failures)));
        }

        public void Service(Baseline baseline, Service service)
        {
            if (_strange && baseline.Services.Weight((ulong)service + 1, _day) < 0.1)
                Add(ReasonCodes.NewService, 0, baseline.DaysKnown(_day), EvidenceScale.NewService, service.ToString().ToLowerInvariant());
        }

        public void Hour(Baseline baseline)
        {
            if (_strange)
                Add(ReasonCodes.UnusualHour, second % 86400 / 3600, 0, baseline.Week.Surprise(second));
        }

        public void LoginRate(Baseline baseline)
        {
            var surprise = baseline.Logins.Surprise(second, 1, EvidenceScale.LoginPriors);
            var bits = Math.Min(EvidenceScale.MostForLoginRate, surprise.Bits * EvidenceScale.LoginRateFactor);
            if (!_strange)
                bits = Math.Min(bits, 6);
            Add(ReasonCodes.LoginRate, surprise.Amount, surprise.Usual, bits, RateHistory.ScaleName(surprise.Scale));
        }

        public void SendingRate(Baseline baseline, Submission submission)
        {
            var mails = baseline.Mails.Surprise(second, 1, EvidenceScale.MailPriors);
            var recipients = baseline.Recipients.Surprise(second, submission.Recipients, EvidenceScale.RecipientPriors);
            var perHour = baseline.Recipients.Amount(1, second) + submission.Recipients;
            var perMinute = baseline.Mails.Amount(0, second) + 1;
            var bulk = EvidenceScale.BulkMargin * baseline.Bulk.At(_day);
            var already = baseline.Unproven.InHour(second) + 1;
            var trust = Trust(perHour <= bulk);
            var (factor, most) = trust switch
            {
                NetworkTrust.Proven or NetworkTrust.Settled => (EvidenceScale.FamiliarRateFactor, EvidenceScale.MostForFamiliarRate),
                // One message, however many it goes to, is no burst: quotas count its recipients, evidence grows with each further one.
                NetworkTrust.Near => (1, Math.Min(EvidenceScale.MostForNearRate, EvidenceScale.EachUnprovenMail * already)),
                _ => (1, Math.Min(EvidenceScale.MostForRate, EvidenceScale.EachUnprovenMail * already)),
            };
            if (trust != NetworkTrust.Proven)
                mails = Unexpected(baseline, mails);
            var excess = Math.Max(perHour / Math.Max(EvidenceScale.GrossRecipientsPerHour, bulk), perMinute / Math.Max(EvidenceScale.GrossMailsPerMinute, bulk / 15));
            if (trust < NetworkTrust.Settled)
            {
                _gross |= excess > 1 || (_new && already >= EvidenceScale.GrossUnprovenMails);
                if (excess > 1 && already > EvidenceScale.FewMails)
                    recipients = recipients with { Bits = Math.Max(recipients.Bits, EvidenceScale.GrossBits + EvidenceScale.GrossBitsPerDoubling * Math.Log2(excess)), Scale = 1, Amount = perHour, Usual = baseline.Recipients.Usual(1, EvidenceScale.RecipientPriors[1]) };
            }
            if (mails.Bits >= recipients.Bits)
                Add(ReasonCodes.MailRate, mails.Amount, mails.Usual, Math.Min(most, mails.Bits * factor), RateHistory.ScaleName(mails.Scale));
            else
                Add(ReasonCodes.RecipientRate, recipients.Amount, recipients.Usual, Math.Min(most, recipients.Bits * factor), RateHistory.ScaleName(recipients.Scale));
        }

        private NetworkTrust Trust(bool usualForBulk)
        {
            if (_strange)
                return usualForBulk && _quietHours >= EvidenceScale.SettledAbroadHours ? NetworkTrust.Settled : NetworkTrust.Strange;
            if (!_unproven || usualForBulk)
                return NetworkTrust.Proven;
            return _quietHours >= EvidenceScale.SettledHours ? NetworkTrust.Settled : NetworkTrust.Near;
        }

        /// <summary>From a network that is not yet the owner's, even somewhat more than his usual amount is much.</summary>
        private RateSurprise Unexpected(Baseline baseline, RateSurprise mails)
        {
            var usualHour = baseline.Mails.Usual(1, EvidenceScale.MailPriors[1]);
            var usualDay = baseline.Mails.Usual(2, EvidenceScale.MailPriors[2]);
            var (inHour, inDay) = (baseline.Unproven.InHour(second) + 1, baseline.Unproven.InDay(second) + 1);
            var hour = new RateSurprise(UnprovenSending.Surprise(inHour, EvidenceScale.UnprovenShare * usualHour + 1), 1, inHour, usualHour);
            var day = new RateSurprise(UnprovenSending.Surprise(inDay, EvidenceScale.UnprovenShare * usualDay + 3), 2, inDay, usualDay);
            var most = hour.Bits >= day.Bits ? hour : day;
            return most.Bits > mails.Bits ? most : mails;
        }

        public void FailedRecipients(Baseline baseline)
        {
            var (bits, share, usual) = baseline.FailedRecipients.Surprise(second);
            Add(ReasonCodes.FailedRecipients, share, usual, Math.Min(EvidenceScale.MostForFailedRecipients, bits));
        }

        public Evidence Result(bool learning, AnomalyThresholds thresholds)
        {
            var score = _score;
            if (learning && !_gross)
            {
                // While too little is known, being different is no evidence: the score stays below the first rung.
                var first = thresholds.Reported ?? thresholds.Restricted ?? thresholds.Suspended ?? thresholds.Blocked ?? double.MaxValue;
                score = Math.Min(score, Math.Max(0, first - 0.1));
            }
            return new Evidence(Math.Round(score, 1), _reasons.ToImmutable(), _strange, _probationer, _new, _unproven);
        }
    }
}
