using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>What the way back of an account undoes, and what stays of one that is forgotten. Pure.</summary>
internal static class UserWayBack
{
    /// <summary>Whether a block that the account ordered may stand still.</summary>
    public static bool HasBlocks(UserState state, DateTimeOffset at) =>
        state.Guesses.Any(guesser => guesser.BlockedUntil > at.ToUnixTimeSeconds())
        || state.Baseline.Probation.HasBlocks((int)(at.ToUnixTimeMilliseconds() / 3_600_000))
        || state.Owed.Any(effect => effect.Kind == EffectKind.BlockAddress);

    /// <summary>The blocks are lifted, and an address that goes on earns its own anew.</summary>
    public static UserState LiftBlocks(UserState state, BlocksLifted lifted) =>
        Owe(
            state with
            {
                Guesses = [.. state.Guesses.Select(guesser => guesser with { BlockedUntil = 0 })],
                Baseline = state.Baseline with { Probation = state.Baseline.Probation.Unblock() },
                // What is not carried out yet shall not be.
                Owed = state.Owed.RemoveAll(effect => effect.Kind == EffectKind.BlockAddress),
            },
            EffectKind.LiftBlocks,
            lifted,
            ReasonCodes.Released
        );

    /// <summary>Whether there is anything to forget.</summary>
    public static bool HasAnything(UserState state) =>
        !state.IsForgotten && (state.IsKnown || state.IsFounded || !state.Marks.IsEmpty || !state.Quotas.IsEmpty || !state.Owed.IsEmpty);

    /// <summary>Whether an account was not seen since a time, and nothing of it stands or is planned.</summary>
    public static bool IsOld(UserState state, DateTimeOffset since, DateTimeOffset at) =>
        state.LastSeen < since.ToUnixTimeMilliseconds()
        && state.Reaction.Rung == Rung.Normal
        && state.Owed.IsEmpty
        && state.Planned.Items.All(planned => planned.Until <= at);

    /// <summary>
    /// An account without a past. What its sources have told stays marked, so that lines that are read again found it not anew; effects count on, so that
    /// no old one is taken for a new one; a slice of the site's quotas goes back by itself.
    /// </summary>
    public static UserState Forget(UserState state, Forgotten forgotten)
    {
        var empty = new UserState(state.User)
        {
            Marks = state.Marks,
            InlineMessages = state.InlineMessages,
            InlineLogins = state.InlineLogins,
            NextEffect = state.NextEffect,
            Slice = state.Slice,
            // Links in old reports speak of somebody else.
            Answered = state.NextEffect - 1,
            Forgotten = forgotten.At.ToUnixTimeMilliseconds(),
        };
        var ended = Owe(empty, EffectKind.UnlockAccount, forgotten, ReasonCodes.Forgotten, state.Reaction.Rung);
        ended = Owe(ended, EffectKind.LiftBlocks, forgotten, ReasonCodes.Forgotten);
        ended = Owe(ended, EffectKind.ForgetReports, forgotten, ReasonCodes.Forgotten);
        // The site counts who stands where.
        return state.Reaction.Rung >= Rung.Restricted || state.Owed.Any(effect => effect.Kind == EffectKind.NoteSite)
            ? Owe(ended, EffectKind.NoteSite, forgotten, ReasonCodes.Forgotten, state.Reaction.Rung)
            : ended;
    }

    /// <summary>Whether people are told of an effect: of an account that is forgotten nobody is.</summary>
    public static bool IsTold(Effect effect) => effect.Reasons.All(reason => reason.Code != ReasonCodes.Forgotten);

    // Its time is up at once: a ledger of an older version, which does not know the kind, then does nothing.
    private static UserState Owe(UserState state, EffectKind kind, UserEvent why, string code, Rung from = Rung.Normal) =>
        UserEvolution.Owe(state, kind, why.At, why.At, from, Rung.Normal, 0, default, "", [new Reason(code, 1, 0)], why.By);
}
