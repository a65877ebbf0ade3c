using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>Decides what an observation means for a user. Pure: state, observation and terms in, events out; time is the observation's.</summary>
public static class UserDecider
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>What the next observation needs of the site's shared quotas, when the slice at hand does not hold it; else empty.</summary>
    public static ImmutableArray<SliceAmount> SiteNeeds(UserState state, Observation observation, UserTerms terms)
    {
        if ((terms.SiteQuotas.Length == 0 && terms.SitePlanned.IsEmpty) || state.IsRepeated(observation))
            return [];
        var at = Time(state, observation);
        if (PlannedUse.Covering(state, observation, terms, at) != 0)
            return [];
        var place = ClassOf(state, terms, observation.Place, at);
        ImmutableArray<SliceAmount>.Builder? needs = null;
        var isShort = false;
        if (PlannedUse.Needs(state, observation, terms, at) is { } planned)
        {
            // What the site's quotas would be charged if the exception is used up is asked for besides.
            isShort = true;
            (needs = ImmutableArray.CreateBuilder<SliceAmount>()).Add(planned);
        }
        foreach (var quota in terms.SiteQuotas)
        {
            var charge = quota.Quota.IsDistinct ? 0 : QuotaCharge.Of(quota, observation, place);
            if (charge == 0)
                continue;
            // A new slice replaces the old one, so that all that is charged is asked for as soon as one is short.
            isShort |= charge > (state.Slice.Expires > at ? state.Slice.Of(quota.Key) : 0);
            (needs ??= ImmutableArray.CreateBuilder<SliceAmount>()).Add(new SliceAmount(quota.Key, charge));
        }
        foreach (var member in SiteMembers.Of(state, observation, terms))
        {
            isShort |= state.Slice.Expires <= at || !state.Slice.Holds(member.Quota, member.Member);
            (needs ??= ImmutableArray.CreateBuilder<SliceAmount>()).Add(member);
        }
        return isShort ? needs!.ToImmutable() : [];
    }

    /// <summary>Decides one observation. What it needs of shared quotas must be in the slice already, or it counts as exceeding them.</summary>
    public static UserVerdict Decide(UserState state, Observation observation, UserTerms terms)
    {
        if (state.IsRepeated(observation))
            return new UserVerdict([new ObservationJudged(observation, Judgement.Repeated, 0)], Verdict.Allow, 0, [])
            {
                CountedBefore = observation.Origin.Source.Length == 0,
            };
        var events = ImmutableArray.CreateBuilder<UserEvent>(1);
        if (UserTime.Check(state, observation) is { } back)
        {
            events.Add(back);
            state = UserEvolution.Apply(state, back);
        }
        var late = UserTime.IsLate(state, observation);
        var at = Time(state, observation);
        if (at != observation.At.ToUnixTimeMilliseconds())
            observation = observation with { At = DateTimeOffset.FromUnixTimeMilliseconds(at) };
        if (!HasQuotas(state, terms.Policy.UserQuotas))
        {
            var adopted = new QuotasAdopted(observation.At, [.. terms.Policy.UserQuotas.Select(quota => quota.Key).Distinct()]);
            events.Add(adopted);
            state = UserEvolution.Apply(state, adopted);
        }
        if (state.Reaction.Rung != Rung.Normal)
        {
            foreach (var lowered in Expire(state, at, terms.Policy.Source.Reactions))
            {
                events.Add(lowered);
                state = UserEvolution.Apply(state, lowered);
            }
        }
        var verdict = observation is Delivery ? Note(events, observation) : Judge(events, state, observation, terms, at);
        return late
            ? verdict with
            {
                Events = [.. verdict.Events.Select(change => change is ObservationJudged judged ? judged with { Late = true } : change)],
            }
            : verdict;
    }

    /// <summary>What became due by time alone, in order.</summary>
    public static IEnumerable<ReactionChanged> Expire(UserState state, long at, ReactionPolicy policy)
    {
        var reaction = state.Reaction;
        while (reaction.Rung != Rung.Normal && at >= reaction.Until)
        {
            var (to, until) = ReactionLadder.After(reaction.Rung, reaction.Until, policy);
            yield return new ReactionChanged(
                DateTimeOffset.FromUnixTimeMilliseconds(reaction.Until),
                reaction.Rung,
                to,
                until == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(until),
                0,
                default,
                "",
                [new Reason(ReasonCodes.TimeIsUp, 0, 0)]
            );
            reaction = reaction with { Rung = to, Since = reaction.Until, Until = until };
        }
    }

    /// <summary>What the policy thinks of a place; one that was announced is usual.</summary>
    private static PlaceClass ClassOf(UserState state, UserTerms terms, Place place, long at) =>
        PlannedUse.Expects(state, terms, place, at) ? PlaceClass.Usual : terms.Policy.Classify(place);

    private static bool HasQuotas(UserState state, KeyedQuota[] quotas)
    {
        foreach (var quota in quotas)
        {
            if (!state.QuotaUse.Counts(quota.Key))
                return false;
        }
        return state.Quotas.Length + state.Exact.Length <= quotas.Length;
    }

    private static long Time(UserState state, Observation observation) => Math.Max(state.LastSeen, observation.At.ToUnixTimeMilliseconds());

    private static UserVerdict Note(ImmutableArray<UserEvent>.Builder events, Observation observation)
    {
        events.Add(new ObservationJudged(observation, Judgement.Learn, 0));
        return new UserVerdict(events.DrainToImmutable(), Verdict.Allow, 0, []);
    }

    private static UserVerdict Judge(ImmutableArray<UserEvent>.Builder events, UserState state, Observation observation, UserTerms terms, long at)
    {
        var policy = terms.Policy;
        var reactions = policy.Source.Reactions;
        var place = ClassOf(state, terms, observation.Place, at);
        var planned = PlannedUse.Covering(state, observation, terms, at);
        var siteRung = terms.Site.At(at);
        var standing = Max(state.Reaction.Rung, siteRung);
        var learning = state.IsLearning(policy.Source.Learning, at);
        var evidence = EvidenceAssessor.Assess(
            state.Baseline,
            observation,
            policy,
            learning,
            terms.Prior,
            new Expectation(state.Planned.Items, terms.SitePlanned, planned != 0)
        );
        if (evidence.IsStrangeMail && SameTurn(terms, siteRung, at) is { } others)
            evidence = evidence with
            {
                Score = Math.Round(evidence.Score + EvidenceScale.SameTurn, 1),
                Reasons = evidence.Reasons.Add(new Reason(others, 1, 0, EvidenceScale.SameTurn)),
            };
        var succeeded = observation is not Login { Outcome: not LoginOutcome.Succeeded };

        ImmutableArray<Reason>.Builder? broken = null;
        var deserved = ReactionLadder.OfScore(evidence.Score, reactions.OnAnomaly);
        var verdict = Verdict.Allow;
        var alarm = false;

        if (succeeded && !policy.Allows(ServiceOf(observation), observation.Place) && !PlannedUse.Expects(state, terms, observation.Place, at))
        {
            (broken = ImmutableArray.CreateBuilder<Reason>()).Add(
                new Reason(ReasonCodes.ForbiddenPlace, 1, 0, 0, $"{ServiceOf(observation).ToString().ToLowerInvariant()} {observation.Place.Country}".Trim())
            );
            // A rule refuses by itself, as quotas do, whatever the ladder does besides.
            deserved = Max(deserved, reactions.OnForbiddenPlace);
            verdict = Verdict.Reject;
        }

        // On its first day an account knows no place well.
        var knows = state.IsFounded && !evidence.Strange && state.Baseline.DaysKnown((int)(at / 86_400_000)) >= EvidenceScale.ProvenDays;
        var quota = planned != 0 ? default : QuotaLimits.Exceeded(state, observation, terms, place, standing, knows, at);
        if (quota.Exceeded)
        {
            (broken ??= ImmutableArray.CreateBuilder<Reason>()).AddRange(quota.Reasons);
            deserved = Max(deserved, quota.Then);
            // A failed login is a fact that nobody can refuse any more.
            if (succeeded)
                verdict = Max(verdict, Verdict.Defer);
            alarm = quota.Alarm;
        }

        if (standing >= Rung.Suspended && succeeded && LockReach.Refuses(LockReach.Of(state.Reaction, siteRung, reactions), observation, evidence.Strange))
        {
            (broken ??= ImmutableArray.CreateBuilder<Reason>()).Add(
                state.Reaction.Rung >= siteRung ? new Reason(ReasonCodes.AccountLocked, 1, 0) : new Reason(ReasonCodes.SiteReaction, 1, 0)
            );
            verdict = Verdict.Reject;
        }
        // That an account is locked tells nobody why: what it was locked for stands first. What an admin confirmed stands before any quota.
        if (verdict != Verdict.Allow && Why(state.Reaction, siteRung) is { } why)
        {
            broken ??= ImmutableArray.CreateBuilder<Reason>();
            // Once is enough, also when it is why this one is refused.
            broken.RemoveAll(reason => reason.Code == why.Code && reason.Subject == why.Subject);
            broken.Insert(0, why);
        }

        var reasons = broken is null ? evidence.Reasons : broken.ToImmutable().AddRange(evidence.Reasons);
        // What strangers do to an account is reported at most, and only where a quota says so.
        var target =
            succeeded ? ReactionLadder.Target(deserved, reactions)
            : quota.Then == Rung.Normal ? Rung.Normal
            : ReactionLadder.Target(Rung.Reported, reactions);

        // The refusal takes hold with the observation that deserves it, not with the next one. Where strange places are refused, one that deserves it by itself
        // is no exception.
        if (target >= Rung.Suspended && succeeded && LockReach.Refuses(LockReach.Next(state.Reaction, reactions), observation, strange: true))
            verdict = Verdict.Reject;

        // One mail to many is the whole attack: it is not let through because it is the first.
        if (evidence.IsLarge && target >= Rung.Restricted)
            verdict = Max(verdict, Verdict.Defer);

        var lacking = verdict == Verdict.Allow && succeeded && planned == 0 ? SiteMembers.Lacking(state, observation, terms, place, knows, at) : [];
        if (!lacking.IsEmpty)
        {
            quota = SiteMembers.Refused(lacking, terms);
            reasons = quota.Reasons.AddRange(reasons);
            verdict = Verdict.Defer;
            alarm = quota.Alarm;
        }

        // The first day's places are what there is; later a new one first waits on probation, also while the account is still learnt.
        var peaceful = target < Rung.Restricted && standing < Rung.Restricted && verdict == Verdict.Allow;
        var judgement =
            When(verdict != Verdict.Allow, Judgement.Refused)
            | When(
                evidence.Strange || (!succeeded && EvidenceAssessor.IsStrange(state.Baseline, observation.Place, (int)(at / 86_400_000), terms.Prior)),
                Judgement.Strange
            )
            | When(evidence.Unproven, Judgement.Unproven)
            | When(place == PlaceClass.Suspicious, Judgement.Suspicious)
            | When(place == PlaceClass.Usual, Judgement.Usual)
            | When(evidence.IsStrangeMail && state.Reaction.Rung < Rung.Restricted && target < Rung.Restricted, Judgement.StrangeMail)
            | When(succeeded && peaceful && (!evidence.New || evidence.Probationer) && deserved < Rung.Restricted, Judgement.Learn)
            | When(terms.SiteQuotas.Length > 0 && verdict == Verdict.Allow && planned == 0, Judgement.SiteCounted);

        events.Add(new ObservationJudged(observation, judgement, (float)evidence.Score) { Planned = planned });
        React(events, state, observation, policy, target, evidence, reasons.RemoveAll(reason => reason.Code == ReasonCodes.AccountLocked), at);
        if (alarm && state.Alarms.Allow(ReasonCodes.QuotaExceeded, at))
            events.Add(new AlarmRaised(observation.At, observation.Place.Address, observation.Place.Country, [.. quota.Reasons]));
        OrderBlocks(events, state, observation, policy.Source, target, evidence, succeeded, at, terms.Prior);
        return new UserVerdict(events.DrainToImmutable(), verdict, evidence.Score, reasons) { Retry = quota.Retry, Lacking = lacking };
    }

    /// <summary>Who else sends first mails from countries never seen: accounts of its site, or of other sites.</summary>
    private static string? SameTurn(UserTerms terms, Rung siteRung, long at)
    {
        if (siteRung >= Rung.Reported && terms.Site.Since <= at)
            return ReasonCodes.SiteSendsStrange;
        return terms.Policy.Source.SiteAlarm.Reported > 0 && terms.Host.Since <= at && terms.Host.At(at) >= Rung.Reported ? ReasonCodes.SitesSendStrange : null;
    }

    private static Reason? Why(ReactionState reaction, Rung siteRung)
    {
        var first = reaction.Reasons.FirstOrDefault(reason => reason.Code != ReasonCodes.AccountLocked);
        var locked = reaction.Rung >= Rung.Suspended && reaction.Rung >= siteRung;
        return first is not null && (locked || (reaction.Rung == Rung.Restricted && first.Code == ReasonCodes.Confirmed)) ? first : null;
    }

    private static void React(
        ImmutableArray<UserEvent>.Builder events,
        UserState state,
        Observation observation,
        EffectivePolicy policy,
        Rung target,
        Evidence evidence,
        ImmutableArray<Reason> reasons,
        long at
    )
    {
        var reactions = policy.Source.Reactions;
        if (target == Rung.Normal || target < state.Reaction.Rung)
            return;
        var until = at + (long)ReactionLadder.Duration(target, reactions).TotalMilliseconds;
        if (target > state.Reaction.Rung)
        {
            events.Add(
                new ReactionChanged(
                    observation.At,
                    state.Reaction.Rung,
                    target,
                    DateTimeOffset.FromUnixTimeMilliseconds(until),
                    evidence.Score,
                    evidence.Suspect.IsKnown ? evidence.Suspect.Address : observation.Place.Address,
                    evidence.Suspect.IsKnown ? PlaceKeys.CountryName(evidence.Suspect.Country) : observation.Place.Country,
                    reasons
                )
                {
                    Grade = target >= Rung.Suspended ? LockReach.Next(state.Reaction, reactions) : default,
                }
            );
        }
        else if (target < Rung.Suspended && ReactionLadder.WorthProlonging(state.Reaction, at, reactions))
        {
            // A lock ends when it was said to end: what a locked-out thief goes on trying is refused, not counted against the owner.
            events.Add(new ReactionProlonged(observation.At, DateTimeOffset.FromUnixTimeMilliseconds(until)));
        }
    }

    private static void OrderBlocks(
        ImmutableArray<UserEvent>.Builder events,
        UserState state,
        Observation observation,
        GuardPolicy policy,
        Rung target,
        Evidence evidence,
        bool succeeded,
        long at,
        SitePrior prior
    )
    {
        var address = observation.Place.Address;
        if (address.IsNone || policy.Reactions.Highest < Rung.Blocked || observation.Place.Kind is AddressKind.Loopback)
            return;
        var until = DateTimeOffset.FromUnixTimeMilliseconds(at + (long)policy.Reactions.BlockFor.TotalMilliseconds);
        var wanted = address.IsIPv6 ? address.Prefix(64) : address;
        if (succeeded)
        {
            // Only strange addresses: the owner's own network is never blocked for what the thief did.
            if (
                (target == Rung.Blocked || state.Reaction.Rung == Rung.Blocked)
                && IsOfTheAttack(state.Baseline, observation, target, at / 1000)
                && evidence.Strange
                && !state.Baseline.Probation.IsBlocked(PlaceKeys.NarrowKey(address), (int)(at / 3_600_000))
            )
            {
                events.Add(new AddressBlockOrdered(observation.At, wanted, until, evidence.Reasons));
            }
            return;
        }
        var brute = policy.BruteForce;
        if (brute.Failures == 0 || observation is Login { Outcome: LoginOutcome.RetriedPassword })
            return;
        var second = at / 1000;
        var guesser = Guesses.Of(state.Guesses, address);
        if (guesser.BlockedUntil > second)
            return;
        var failures = guesser.Failures.Within(second, brute.Within) + 1;
        var day = (int)(second / 86400);
        // An address that was let in and stayed quiet is an owner's with an old device, wherever they travel.
        var known =
            state.IsKnown
            && (
                !EvidenceAssessor.IsStrange(state.Baseline, observation.Place, day, prior)
                || state.Baseline.Probation.SeenFor(PlaceKeys.NarrowKey(address), (int)(second / 3600)) >= 0
            );
        if (known)
            return;
        if (IsPersistent(state.Baseline, observation.Place, (failures, guesser.Failures.Within(second, Day) + 1), brute.Failures, second))
            Block(new Reason(ReasonCodes.BruteForce, failures, brute.Failures, 0, AddressKeys.Subject(wanted, brute.Within)));
        else if (Besiegers(state, observation.Place, second) is var networks and >= EvidenceScale.SiegeNetworks)
            Block(new Reason(ReasonCodes.Besieged, networks, EvidenceScale.SiegeNetworks, 0, $"{wanted}"));

        void Block(Reason reason) => events.Add(new AddressBlockOrdered(observation.At, wanted, until, [reason]));
    }

    /// <summary>
    /// From how many networks logins failed lately, where one more fails in a country that is not the owner's: of a botnet that shares the work each address may try
    /// once or twice a day, and is never found alone.
    /// </summary>
    private static int Besiegers(UserState state, Place place, long second) =>
        state.IsKnown && place.Country.Length > 0 && !IsAtOwners(state.Baseline, place, second) ? Guesses.Networks(state.Guesses, second) : 0;

    /// <summary>
    /// An old device that goes on with a former password does so from the owner's country; one address among many that guess at an account together
    /// need not fail often itself.
    /// </summary>
    private static bool IsPersistent(Baseline baseline, Place place, (int Lately, int Today) failed, int limit, long second)
    {
        var (failures, daily) = failed;
        if (IsAtOwners(baseline, place, second))
            return failures >= limit && baseline.Failures.Amount(1, second) >= EvidenceScale.PatienceAtHome * limit;
        // One that its provider moves on every hour never fails often from the same address.
        if (
            baseline.Failures.Amount(2, second) >= EvidenceScale.SiegeTimes * limit
            && failures >= Math.Max(3, limit / EvidenceScale.SiegeShare)
            && daily >= limit
        )
            return true;
        return failures >= limit;
    }

    /// <summary>
    /// An address is blocked for what it does itself: the rates of an account hold what others sent meanwhile, and its owner goes on reading, from other lines,
    /// too. In a country where the owner lives it has sent several mails without looking into the mailbox; elsewhere, while the account stands at blocked, one that
    /// only reads is refused by the lock.
    /// </summary>
    private static bool IsOfTheAttack(Baseline baseline, Observation observation, Rung target, long second)
    {
        var (place, hour) = (observation.Place, (int)(second / 3600));
        var (narrow, reads) = (PlaceKeys.NarrowKey(place.Address), observation is Login { Service: Service.Imap or Service.Pop3 or Service.Web });
        var tookPart = baseline.Probation.SeenFor(narrow, hour) == Probation.OfTheAttack;
        if (LivesIn(baseline, place, second))
            return !reads && (target >= Rung.Suspended || tookPart) && baseline.Probation.UnreadFrom(narrow) >= EvidenceScale.SeveralUnread;
        return target >= Rung.Suspended || (!reads && (target >= Rung.Reported || tookPart));
    }

    /// <summary>Whether a place lies in a country where the owner lives, or lately was in peace: a carrier there gives their devices ever other addresses.</summary>
    private static bool IsAtOwners(Baseline baseline, Place place, long second) =>
        LivesIn(baseline, place, second) || baseline.Probation.StaysIn(PlaceKeys.CountryKey(place.Country), (int)(second / 3600));

    private static bool LivesIn(Baseline baseline, Place place, long second)
    {
        var day = (int)(second / 86400);
        return baseline.Countries.Weight(PlaceKeys.CountryKey(place.Country), day) >= EvidenceScale.DaysAtHome || baseline.IsMisplaced(place, day);
    }

    private static Judgement When(bool holds, Judgement judgement) => holds ? judgement : Judgement.None;

    private static Service ServiceOf(Observation observation) => observation is Login login ? login.Service : Service.Smtp;

    private static Rung Max(Rung a, Rung b) => a > b ? a : b;

    private static Verdict Max(Verdict a, Verdict b) => a > b ? a : b;
}
