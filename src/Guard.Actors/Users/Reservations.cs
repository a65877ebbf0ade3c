using System.Collections.Immutable;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// What a message reserved at its recipients and did not come about with: it goes back to the account's own quotas. A share of the site's quota stays
/// used, since the slice that it came from may have been returned meanwhile.
/// </summary>
public static class Reservations
{
    /// <summary>Nothing for an account that never counted anything, or without recipients.</summary>
    public static ImmutableArray<UserEvent> Return(UserState state, UserCommands.GiveBack command, UserTerms terms)
    {
        if (!state.IsKnown || command.Submission.Recipients <= 0)
            return [];
        var place = terms.Policy.Classify(command.Submission.Place);
        var judgement = place switch
        {
            PlaceClass.Suspicious => Judgement.Suspicious,
            PlaceClass.Usual => Judgement.Usual,
            _ => Judgement.None,
        };
        return [new ReservationReturned(command.At, command.Submission, judgement) { Planned = Covered(state, command, terms) }];
    }

    /// <summary>What had covered it, as far as can be told: nothing that was not charged may become free.</summary>
    private static long Covered(UserState state, UserCommands.GiveBack command, UserTerms terms)
    {
        var at = command.Submission.At;
        foreach (var own in state.Planned.Items)
        {
            if (own.HoldsAt(at) && own.Used >= command.Submission.Recipients)
                return own.Id;
        }
        foreach (var ofSite in terms.SitePlanned)
        {
            if (ofSite.HoldsAt(at) && ofSite.Recipients > 0)
                return -ofSite.Id;
        }
        return 0;
    }

    /// <summary>Never leaves more free than was used at that time: what does not fit any more has run out by itself, or soon will.</summary>
    public static UserState Apply(UserState state, ReservationReturned returned)
    {
        var submission = returned.Submission;
        var place =
            returned.Judgement.HasFlag(Judgement.Suspicious) ? PlaceClass.Suspicious
            : returned.Judgement.HasFlag(Judgement.Usual) ? PlaceClass.Usual
            : PlaceClass.Neutral;
        var windows = state.Quotas;
        for (var i = 0; i < windows.Length && returned.Planned == 0; i++)
        {
            var charge = QuotaCharge.Of(windows[i].Quota, submission, place);
            if (charge > 0)
                windows = windows.SetItem(i, windows[i].Add(submission.At.ToUnixTimeSeconds(), -charge));
        }
        return state with
        {
            Quotas = windows,
            Planned = returned.Planned > 0 ? state.Planned.Use(returned.Planned, -submission.Recipients) : state.Planned,
            Totals = state.Totals with
            {
                Submissions = Math.Max(0, state.Totals.Submissions - (submission.Further ? 0 : 1)),
                Recipients = Math.Max(0, state.Totals.Recipients - submission.Recipients),
            },
        };
    }
}
