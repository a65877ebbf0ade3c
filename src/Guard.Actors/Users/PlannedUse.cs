using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>What was announced for an account or its site, applied to one observation. Pure.</summary>
public static class PlannedUse
{
    /// <summary>Whether the place was announced.</summary>
    public static bool Expects(UserState state, UserTerms terms, Place place, long at)
    {
        if (state.Planned.Items.IsEmpty && terms.SitePlanned.IsEmpty)
            return false;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(at);
        return ExpectedPlaces.Contain(state.Planned.Items, place, time) || ExpectedPlaces.Contain(terms.SitePlanned, place, time);
    }

    /// <summary>The exception that covers the recipients of a submission: positive for the account's own, negative for the site's, 0 for none.</summary>
    public static long Covering(UserState state, Observation observation, UserTerms terms, long at)
    {
        if (!Qualifies(state, observation, terms, at))
            return 0;
        var submission = (Submission)observation;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(at);
        if (state.Planned.WithRoom(time, submission.Recipients) is { } own)
            return own.Id;
        foreach (var planned in terms.SitePlanned)
        {
            if (planned.HoldsAt(time) && state.Slice.Expires > at && state.Slice.Of(PlannedKey.Of(planned.Id)) >= submission.Recipients)
                return -planned.Id;
        }
        return 0;
    }

    /// <summary>What an account must ask its site for, to be covered by what was announced for the site; null when nothing.</summary>
    public static SliceAmount? Needs(UserState state, Observation observation, UserTerms terms, long at)
    {
        if (terms.SitePlanned.IsEmpty || !Qualifies(state, observation, terms, at))
            return null;
        var recipients = ((Submission)observation).Recipients;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(at);
        foreach (var planned in terms.SitePlanned)
        {
            if (planned.HoldsAt(time) && planned.Recipients >= recipients)
                return new SliceAmount(PlannedKey.Of(planned.Id), recipients);
        }
        return null;
    }

    /// <summary>
    /// A mailing was announced by the owner: it covers what comes from where they are at home or said they would be, not a thief's, nor an account under suspicion.
    /// </summary>
    private static bool Qualifies(UserState state, Observation observation, UserTerms terms, long at)
    {
        if (observation is not Submission { Recipients: > 0 } || (state.Planned.Items.IsEmpty && terms.SitePlanned.IsEmpty))
            return false;
        if (state.Reaction.Rung >= Rung.Restricted || terms.Site.At(at) >= Rung.Restricted)
            return false;
        if (Expects(state, terms, observation.Place, at))
            return true;
        return terms.Policy.Classify(observation.Place) != PlaceClass.Suspicious
            && (!state.IsKnown || !EvidenceAssessor.IsStrange(state.Baseline, observation.Place, (int)(at / 86_400_000), terms.Prior));
    }
}
