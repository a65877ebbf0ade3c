using Guard.Actors.Policies;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;

namespace Guard.Actors.Behaviour;

/// <summary>From where, when and how an account is used.</summary>
public static partial class EvidenceAssessor
{
    private sealed partial class Assessment
    {
        public void Place(Baseline baseline, Place place, EffectivePolicy policy)
        {
            _strange = IsStrange(baseline, place, _day, prior);
            _expected = expectation.Names(place);
            var (narrow, wide) = DaysAt(baseline, place, _day);
            // Colleagues vouch for a line of the site.
            var shared = prior.Shares(PlaceKeys.NarrowKey(place.Address));
            _unproven = narrow < EvidenceScale.ProvenDays && !shared;
            // On its first day an account has nothing to be compared with.
            _new = !shared && (_strange || Math.Max(narrow, wide) < 0.5) && baseline.DaysKnown(_day) >= 1.5;
            var keys = baseline.KeysOf(place, _day);
            _narrow = keys.Narrow;
            _quietHours = baseline.Probation.SeenFor(keys.Narrow, (int)(second / 3600));
            _mobility = Mobility(baseline, _day);
            _novelty = NoveltyBits(baseline) / EvidenceScale.MaxForPlace;
            var fade = 1.0;
            if (_new && !_strange)
                _probationer = _quietHours >= Probation.QuietHoursNearby;
            else if (_strange && baseline.Probation.Find(keys.Narrow, keys.Country) is { } waiting)
            {
                var age = (int)(second / 3600) - waiting.FirstHour;
                _probationer = !waiting.Hostile && age >= Probation.QuietHours;
                fade = waiting.Hostile ? 1 : double.Exp2(-age / EvidenceScale.FadeHours);
            }
            // Announced, it is no evidence; it is learnt like any other place, only when it stays quiet.
            if (!_strange || _expected)
                return;
            var known = baseline.DaysKnown(_day);
            var inCountry = baseline.Countries.Weight(keys.Country, _day);
            var kind = policy.Classify(place);
            if (keys.Country != 0)
            {
                _abroad = inCountry < 0.5;
                var bits = CountryBits(baseline, keys.Country) * fade * _mobility;
                if (baseline.Probation.IsTold(keys.Country))
                {
                    _withheld = bits * (1 - EvidenceScale.ToldFactor);
                    bits -= _withheld;
                }
                if (kind == PlaceClass.Usual)
                    bits *= EvidenceScale.UsualPlaceFactor;
                Add(inCountry < 0.5 ? ReasonCodes.NewCountry : ReasonCodes.RareCountry, inCountry, known, bits, place.Country);
            }
            if (inCountry >= 0.5 || keys.Country == 0)
            {
                // Knowing few networks says that the account moves little; many dynamic ones make another one ordinary.
                var networks = Math.Max(1, baseline.WideNetworks.Entries.Length);
                var bits = Math.Min(EvidenceScale.MaxForNetwork, Math.Log2(1 + known / networks)) * fade;
                Add(ReasonCodes.NewNetwork, 0, known, bits, PlaceKeys.NarrowName(keys.Narrow));
            }
            _suspicious = kind == PlaceClass.Suspicious;
            if (_suspicious)
                Add(ReasonCodes.SuspiciousPlace, 1, 0, EvidenceScale.SuspiciousPlace * fade, place.Country);
            if (place.Anonymous != AnonymousNetwork.None)
                Add(ReasonCodes.AnonymousNetwork, 1, 0, EvidenceScale.Anonymous * fade, place.Anonymous.ToString());
            if (place.ListedBits > 0)
                Add(ReasonCodes.Listed, 1, 0, Math.Min(EvidenceScale.MaxForLists, place.ListedBits) * fade, place.Listed);
        }

        private double CountryBits(Baseline baseline, ulong country)
        {
            var share = (baseline.Countries.Weight(country, _day) + 2 * EvidenceScale.CountryPrior) / (baseline.DaysKnown(_day) + 2);
            var bits = Math.Min(EvidenceScale.MaxForPlace, Math.Max(0, -Math.Log2(share) - 1));
            if (baseline.Countries.Weight(country, _day) < 0.5)
                bits = Math.Min(bits, NoveltyBits(baseline));
            return bits + Risk(prior, country);
        }

        /// <summary>How rare it is that the account is in a country for the first time: travellers, users of anonymisers, and those whose database errs, often
        /// are.</summary>
        private double NoveltyBits(Baseline baseline)
        {
            var days = baseline.NovelDays.WeightBefore(Baseline.AnyDay, _day);
            var share = (days + EvidenceScale.NovelPrior) / (baseline.DaysKnown(_day) + EvidenceScale.NovelPriorDays);
            return Math.Clamp(-Math.Log2(share) - 1, EvidenceScale.LeastForNovelty, EvidenceScale.MaxForPlace);
        }

        /// <summary>Bits by which a country is where the site is guessed at from rather than where its users go.</summary>
        private static double Risk(SitePrior prior, ulong country)
        {
            var known = prior.Of(country);
            var hostile = (known.Hostile + EvidenceScale.HostilePrior * EvidenceScale.AnyCountry) / (prior.Hostile + EvidenceScale.HostilePrior);
            var away =
                (known.Away + EvidenceScale.HomeOfOthers * known.Home + EvidenceScale.AwayPrior * EvidenceScale.AnyCountry)
                / (prior.Away + EvidenceScale.AwayPrior);
            return Math.Clamp(Math.Log2(hostile / away), -EvidenceScale.MaxForRisk, EvidenceScale.MaxForRisk);
        }

        public void Diversity(Baseline baseline, Place place)
        {
            if (!_strange || _expected)
                return;
            var keys = PlaceKeys.Of(place);
            var (countries, networks) = baseline.Recent.StrangeWithinHour(second, keys.Narrow, keys.Country, PlaceKeys.Pool(place));
            _gross |=
                countries >= (Settling(baseline) > 1 ? EvidenceScale.GrossCountriesWhileSettling : EvidenceScale.GrossCountries)
                || (
                    _new
                    && networks >= EvidenceScale.GrossNetworks
                    && baseline.Unproven.InHour(second) >= (Settling(baseline) > 1 ? EvidenceScale.GrossUnprovenMails : EvidenceScale.FewMails)
                );
            _countries = countries;
            if (countries > 1)
            {
                var rarity = Math.Min(Math.Min(_mobility, _novelty), CrowdRarity(baseline));
                var bits = countries == 2 ? EvidenceScale.OfTwoCountries : (countries - 1) * EvidenceScale.EachCountry;
                _countryBits = Math.Min(EvidenceScale.MaxForCountries, bits * rarity);
                Add(ReasonCodes.ManyCountries, countries, 1, _countryBits);
                _decisive |= countries >= EvidenceScale.DecisiveCountries && rarity > 0.5;
            }
            // Those of further countries are counted as such.
            var further = networks - Math.Max(2, countries);
            if (further > 0)
                Add(
                    ReasonCodes.ManyNetworks,
                    networks,
                    1,
                    Math.Min(EvidenceScale.MaxForNetworks, further * EvidenceScale.EachNetwork * Math.Max(0.5, _novelty))
                );
        }

        /// <summary>How rare it is, up to 1, that the account is in several countries within an hour: those of roles and VPN users often are.</summary>
        private double CrowdRarity(Baseline baseline)
        {
            var days = baseline.CrowdedDays.WeightBefore(Baseline.AnyDay, _day);
            var share = (days + EvidenceScale.CrowdPrior) / (baseline.DaysKnown(_day) + 1);
            return Math.Clamp(-Math.Log2(share) / EvidenceScale.CrowdBits, EvidenceScale.LeastForCrowds, 1);
        }

        /// <summary>One person cannot be at home and abroad: the stronger, the rarer that ever was of this account.</summary>
        public void Contradiction(Baseline baseline, Place place, Service service)
        {
            var known = baseline.DaysKnown(_day);
            if (_expected || known < EvidenceScale.LeastDaysForPresence || baseline.Contradicts(place, service, second, _strange) is not { } contradiction)
                return;
            // Who said that they would be there left their programs running at home.
            if (!_strange && expectation.Names(contradiction.Other))
                return;
            // Being in two countries at once is the same observation.
            var share = (baseline.ContradictoryDays.WeightBefore(Baseline.AnyDay, _day) + EvidenceScale.ContradictionPrior) / (known + 1);
            var most =
                !contradiction.IsFirm ? EvidenceScale.MaxForContradictionOfLines
                : contradiction.IsMeasured ? EvidenceScale.MaxForContradiction
                : EvidenceScale.MaxForContradictionOfCountries;
            var bits = Math.Min(most, -Math.Log2(share)) - _countryBits;
            if (_strange)
            {
                Add(ReasonCodes.OwnerElsewhere, contradiction.Minutes, contradiction.Least, bits, place.Country);
                _decisive |= bits >= EvidenceScale.DecisiveContradiction;
                return;
            }
            // Seen from home, what is odd is what went on abroad.
            var country = PlaceKeys.CountryName(contradiction.Other.Country);
            Add(ReasonCodes.NewCountry, 0, known, CountryBits(baseline, contradiction.Other.Country) * Mobility(baseline, _day), country);
            Add(ReasonCodes.OwnerElsewhere, contradiction.Minutes, contradiction.Least, bits, country);
            _fromHome = _score;
            _suspect = contradiction.Other;
        }

        public void FailuresBefore(Baseline baseline, Place place)
        {
            if (!_strange)
                return;
            var failures = baseline.Recent.FailuresFrom(PlaceKeys.NarrowKey(place.Address), second);
            _decisive |= failures >= EvidenceScale.DecisiveFailures;
            if (failures > 2)
                Add(ReasonCodes.FailuresBefore, failures, 0, Math.Min(EvidenceScale.MaxForFailuresBefore, Math.Log2(failures)));
        }

        public void Service(Baseline baseline, Service service)
        {
            if (_strange && !_expected && baseline.Services.Weight((ulong)service + 1, _day) < 0.1)
                Add(ReasonCodes.NewService, 0, baseline.DaysKnown(_day), EvidenceScale.NewService, service.ToString().ToLowerInvariant());
        }

        public void Hour(Baseline baseline, bool sends = false)
        {
            // Abroad the clock is another one.
            if ((_strange || sends) && !_abroad && !_expected)
                Add(ReasonCodes.UnusualHour, second % 86400 / 3600, 0, baseline.Week.Surprise(second));
        }

        public void LoginRate(Baseline baseline)
        {
            var surprise = baseline.Logins.Surprise(second, 1, EvidenceScale.LoginPriors);
            var bits = Math.Min(EvidenceScale.MaxForLoginRate, surprise.Bits * EvidenceScale.LoginRateFactor);
            if (!_strange)
                bits = Math.Min(bits, 6);
            Add(ReasonCodes.LoginRate, surprise.Amount, surprise.Usual, bits, RateHistory.ScaleName(surprise.Scale));
        }
    }
}
