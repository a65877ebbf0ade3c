using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>What an admin's word means for a user. Pure.</summary>
public static class UserAdministration
{
    /// <summary>What is answered when a word changes nothing.</summary>
    public const string Nothing = "nothing to do";

    /// <summary>Carries out an admin's or owner's word.</summary>
    /// <returns>The answer; null for what is no such word.</returns>
    public static IGuardMessage? Carry(UserTurn turn, IWithUserId command, ReactionPolicy policy)
    {
        var state = turn.State;
        return command switch
        {
            UserCommands.Release release => Say(turn, Release(state, release.At), "released", release.By),
            UserCommands.ForgetAttempts forget => Say(turn, ForgetAttempts(state, forget.At), "forgotten", forget.By),
            UserCommands.Absolve absolve => Say(turn, Absolve(state, absolve.At), "absolved; what was seen is usual from now on", absolve.By),
            UserCommands.Confirm confirm => Say(turn, Confirm(state, confirm.At, policy), "confirmed as an attack", confirm.By),
            UserCommands.Lock locking => Say(turn, Lock(state, locking.At, locking.Until, policy, locking.Grade), "locked", locking.By),
            UserCommands.PlanException plan => Say(turn, Plan(state, plan.At, plan.Planned), plan.By),
            UserCommands.WithdrawException withdraw => Say(turn, Withdraw(state, withdraw.At, withdraw.Exception), withdraw.By),
            AnswerReport answer => Say(turn, answer, Answer(state, answer, policy)),
            _ => null,
        };
    }

    /// <summary>Ends the reaction; nothing is learnt.</summary>
    public static ImmutableArray<UserEvent> Release(UserState state, DateTimeOffset at) =>
        [.. state.Reaction.Rung == Rung.Normal ? (UserEvent[])[] : [ToNormal(state, at, ReasonCodes.Released)], .. BlocksOf(state, at)];

    /// <summary>Only quotas of mail stay as they are; those of logins are taken up again with the next observation, and nothing is used of them.</summary>
    public static ImmutableArray<UserEvent> ForgetAttempts(UserState state, DateTimeOffset at) =>
        state.Exact.IsEmpty && state.Quotas.All(window => IsOfMail(window.Quota.Quota.Unit))
            ? []
            : [new QuotasAdopted(at, [.. state.Quotas.Where(window => IsOfMail(window.Quota.Quota.Unit)).Select(window => window.Key)])];

    private static bool IsOfMail(QuotaUnit unit) => unit is QuotaUnit.Recipients or QuotaUnit.Mails or QuotaUnit.Bytes;

    /// <summary>"That was me": ends the reaction and learns what waited on probation.</summary>
    public static ImmutableArray<UserEvent> Absolve(UserState state, DateTimeOffset at) =>
        [.. state.Reaction.Rung == Rung.Normal ? (UserEvent[])[] : [ToNormal(state, at, ReasonCodes.Absolved)], .. BlocksOf(state, at), new Absolved(at)];

    /// <summary>Forgets the account; nothing when there is nothing to forget, or when it was seen since.</summary>
    public static ImmutableArray<UserEvent> Forget(UserState state, UserCommands.Forget forget)
    {
        if (!UserWayBack.HasAnything(state) || (forget.UnseenSince is { } since && !UserWayBack.IsOld(state, since, forget.At)))
            return [];
        return [new Forgotten(forget.At) { By = forget.By }];
    }

    /// <summary>The blocks that its incident caused end with the reaction, or without one where its failed logins caused them.</summary>
    private static UserEvent[] BlocksOf(UserState state, DateTimeOffset at) =>
        state.Reaction.Rung != Rung.Normal || UserWayBack.HasBlocks(state, at) ? [new BlocksLifted(at)] : [];

    /// <summary>"This was an attack": suspends from now, as far as the policy's cap allows.</summary>
    public static ImmutableArray<UserEvent> Confirm(UserState state, DateTimeOffset at, ReactionPolicy policy)
    {
        var target = ReactionLadder.Target(Rung.Suspended, policy);
        if (target <= state.Reaction.Rung)
            return state.Reaction.Rung == Rung.Normal
                ? []
                : [new ReactionProlonged(at, at + ReactionLadder.Duration(state.Reaction.Rung, policy)) { Confirmed = true }];
        return
        [
            new ReactionChanged(
                at,
                state.Reaction.Rung,
                target,
                at + ReactionLadder.Duration(target, policy),
                state.LastScore,
                default,
                "",
                [new Reason(ReasonCodes.Confirmed, 1, 0)]
            )
            {
                Grade = target >= Rung.Suspended ? LockReach.Next(state.Reaction, policy) : default,
            },
        ];
    }

    /// <summary>Locks the account: an admin's own word is not capped by the policy. A higher rung stays, and lasts at least as long.</summary>
    /// <param name="grade">Null: the policy's, or that of a lock that stands.</param>
    public static ImmutableArray<UserEvent> Lock(UserState state, DateTimeOffset at, DateTimeOffset? until, ReactionPolicy policy, LockGrade? grade = null)
    {
        var end = until ?? at + ReactionLadder.Duration(Rung.Suspended, policy);
        if (end <= at)
            return [];
        if (state.Reaction.Rung < Rung.Suspended)
            return
            [
                new ReactionChanged(at, state.Reaction.Rung, Rung.Suspended, end, state.LastScore, default, "", [new Reason(ReasonCodes.LockedByAdmin, 1, 0)])
                {
                    Grade = grade ?? policy.Lock,
                },
            ];
        var other = grade is not null && grade != state.Reaction.Grade ? grade : null;
        var longer = end.ToUnixTimeMilliseconds() > state.Reaction.Until;
        return longer || other is not null ? [new ReactionProlonged(at, longer ? end : state.Reaction.UntilTime!.Value) { Grade = other }] : [];
    }

    /// <summary>Announces something unusual, or says why not.</summary>
    public static (ImmutableArray<UserEvent> Events, string Said) Plan(UserState state, DateTimeOffset at, PlannedException planned) =>
        state.Planned.Refuse(planned, at, PlannedList.MaxOfUser) is { } why
            ? ([], $"not planned: {why}")
            : ([new ExceptionPlanned(at, planned)], $"planned as exception {state.Planned.Last + 1}");

    public static (ImmutableArray<UserEvent> Events, string Said) Withdraw(UserState state, DateTimeOffset at, long exception) =>
        state.Planned.Find(exception) is null
            ? ([], $"there is no exception {exception}")
            : ([new ExceptionWithdrawn(at, exception)], $"exception {exception} withdrawn");

    /// <summary>The owner's answer to a report; null when this report, or a later one, was answered before.</summary>
    public static ImmutableArray<UserEvent>? Answer(UserState state, AnswerReport answer, ReactionPolicy policy)
    {
        if (answer.Effect <= state.Answered || answer.Effect >= state.NextEffect)
            return null;
        var given = new FeedbackGiven(answer.At, answer.Effect, answer.WasOwner);
        return [given, .. answer.WasOwner ? Absolve(state, answer.At) : Confirm(state, answer.At, policy)];
    }

    private static Done Say(UserTurn turn, ImmutableArray<UserEvent> events, string done, Author? by) =>
        Say(turn, (events, events.IsEmpty ? Nothing : done), by);

    private static Done Say(UserTurn turn, (ImmutableArray<UserEvent> Events, string Said) outcome, Author? by)
    {
        Record(turn, outcome.Events, by);
        return new Done(turn.State.User, outcome.Said);
    }

    private static ReportAnswered Say(UserTurn turn, AnswerReport answer, ImmutableArray<UserEvent>? events)
    {
        Record(turn, events ?? [], answer.By);
        return new ReportAnswered(answer.User, events is not null);
    }

    private static void Record(UserTurn turn, ImmutableArray<UserEvent> events, Author? by)
    {
        foreach (var change in events)
            turn.Record(by is null ? change : change with { By = by });
    }

    private static ReactionChanged ToNormal(UserState state, DateTimeOffset at, string code) =>
        new(at, state.Reaction.Rung, Rung.Normal, null, 0, default, "", [new Reason(code, 1, 0)]);
}
