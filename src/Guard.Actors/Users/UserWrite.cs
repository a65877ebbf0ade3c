using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Guard.Actors.Policies;
using Guard.Messages;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>One write of an account: what the turn behind it journals, and what is sent to whom once it is journaled.</summary>
internal sealed class UserWrite(UserState state, UserLease lease, UserActorContext context, ILoggingAdapter log)
{
    private readonly List<(IActorRef To, object Message)> _replies = [];
    private readonly UserTerms _terms = context.Host.Over(lease.Terms!);

    public UserTurn Turn { get; } = new(state);

    /// <summary>What the site has to grant before the work that stopped this write goes on; empty when none did.</summary>
    public ImmutableArray<SliceAmount> Needs { get; private set; } = [];

    /// <summary>What it needs is only asked about.</summary>
    public bool IsQuestion { get; private set; }

    /// <summary>The time of the observation that needs it.</summary>
    public DateTimeOffset NeedsAt { get; private set; }

    public void Reply()
    {
        foreach (var (to, message) in _replies)
            to.Tell(message);
    }

    /// <summary>False when the work must wait for a slice of the site's quota before it goes on.</summary>
    public bool Take(UserWork work)
    {
        switch (work.Command)
        {
            case UserCommands.Observe observe:
                return Observe(work, observe);
            case UserCommands.Decide decide when Strangers.IsWord(Turn.State, decide.Observation, context):
                Later(work.Sender, Strangers.Allowed(Turn.State, decide.RequestId));
                return true;
            case UserCommands.Decide decide:
                if (MustAsk(decide.Observation))
                    return false;
                Later(work.Sender, Answer(decide.RequestId, Decide(decide.Observation), Turn.State));
                return true;
            case UserCommands.Check check:
                IsQuestion = true;
                if (MustAsk(check.Observation))
                    return false;
                IsQuestion = false;
                // Nothing is used up by asking; what the slice at hand lacks the site was asked for.
                var would = new UserTurn(lease.Shown(Turn.State, check.Observation));
                Later(work.Sender, Answer(check.RequestId, would.Decide(check.Observation, _terms with { SitePlanned = [] }), would.State));
                return true;
            case UserCommands.GiveBack giveBack:
                Turn.Record(Reservations.Return(Turn.State, giveBack, _terms));
                return true;
            case UserCommands.Forget forget:
                Forget(forget, work.Sender);
                return true;
            case UserCommands.NoteUnheldBlock note:
                if (LockHold.Unheld(Turn.State, note) is { } unheld)
                    Turn.Record(unheld);
                return true;
            case LeaseGranted granted:
                Turn.Take(granted.Expires, granted.LeaseId, granted.Expires, granted.Granted);
                return true;
            case LeaseRecalled recalled:
                GiveBack(recalled.LeaseId);
                return true;
            case EffectDone done:
                Turn.Settle(done.Id);
                return true;
            case var _ when work.IsExpiry:
                Turn.Expire(context.Clock.Now.ToUnixTimeMilliseconds(), _terms);
                return true;
            default:
                if (UserAdministration.Carry(Turn, work.Command, _terms.Policy.Source.Reactions) is { } said)
                    Later(work.Sender, Honest(said, work.Command));
                else
                    log.Warning("{User} does not understand {Message}", Turn.State.User, work.Command.GetType().Name);
                return true;
        }
    }

    /// <summary>Who asked for the account to be forgotten: answered when the journal has let go of it. Null when it was not.</summary>
    public List<IActorRef>? Forgetters { get; private set; }

    private void Forget(UserCommands.Forget forget, IActorRef asker)
    {
        var forgotten = UserAdministration.Forget(Turn.State, forget);
        if (forgotten.IsEmpty)
        {
            Later(asker, new Done(forget.User, forget.UnseenSince is null ? "nothing is known of it" : UserCommands.Forget.Stays));
            return;
        }
        Turn.Record(forgotten);
        (Forgetters ??= []).Add(asker);
    }

    /// <summary>Where nothing is carried out no answer claims that it was.</summary>
    private IGuardMessage Honest(IGuardMessage said, IWithUserId command)
    {
        var policy = _terms.Policy.Source;
        if (policy.Mode == GuardMode.Enforce || EffectMode.Of(EffectKind.LockAccount, policy) == GuardMode.Enforce)
            return said;
        return (said, command) switch
        {
            (Done { Message: not UserAdministration.Nothing } done, UserCommands.Lock) => done with { Message = "noted; nothing is locked: mode = observe" },
            (Done { Message: not UserAdministration.Nothing } done, UserCommands.Confirm) => done with
            {
                Message = $"{done.Message}; nothing is locked: mode = observe",
            },
            _ => said,
        };
    }

    private bool Observe(UserWork work, UserCommands.Observe observe)
    {
        var wordsFrom = Turn.State.IsFounded ? 0 : Strangers.WordsFrom(observe);
        for (; work.Next < observe.Observations.Length; work.Next++)
        {
            var observation = observe.Observations[work.Next];
            if (Turn.HasTaken(observation) || (work.Next >= wordsFrom && Strangers.IsWord(Turn.State, observation, context)))
                continue;
            if (MustAsk(observation))
                return false;
            Decide(observation);
        }
        if (!observe.Observations.IsEmpty)
        {
            var last = observe.Observations[^1].Origin;
            Later(work.Sender, new Observed(observe.User, last.Source, last.Position));
        }
        return true;
    }

    private bool MustAsk(Observation observation)
    {
        Needs = lease.Lacks(Turn, observation);
        NeedsAt = observation.At;
        return !Needs.IsEmpty;
    }

    private UserVerdict Decide(Observation observation)
    {
        if (Turn.EndedDay(observation) is { } day)
            Later(context.Sites, new SiteCommands.NoteDay(lease.Site, observation.At, day));
        var before = Turn.State;
        var verdict = Turn.Decide(observation, _terms);
        if (LockHold.Broken(before, observation, verdict, _terms.Policy.Source, context.Clock.Latest, context.Options.LockGaps) is { } alarm)
            Turn.Record(alarm);
        return verdict;
    }

    private void GiveBack(string leaseId)
    {
        var slice = Turn.State.Slice;
        var isHeld = slice.LeaseId == leaseId;
        if (isHeld && leaseId.Length > 0)
            Turn.Record(new SliceGivenBack(DateTimeOffset.FromUnixTimeMilliseconds(Turn.State.LastSeen), leaseId));
        var (to, returned) = context.Return(new SiteCommands.ReturnLease(lease.Site, Turn.State.User, leaseId, isHeld ? slice.Left : [], false));
        Later(to, returned);
    }

    private Decision Answer(string requestId, UserVerdict verdict, UserState state) =>
        new(
            state.User,
            requestId,
            _terms.Policy.Source.Mode == GuardMode.Enforce ? verdict.WouldBe : Verdict.Allow,
            verdict.WouldBe,
            state.Reaction.Rung,
            state.Reaction.UntilTime,
            verdict.Score,
            verdict.Reasons
        )
        {
            CountedBefore = verdict.CountedBefore,
            Retry = verdict is { WouldBe: Verdict.Defer, Retry: > 0 } ? DateTimeOffset.FromUnixTimeMilliseconds(verdict.Retry) : null,
        };

    private void Later(IActorRef to, object message) => _replies.Add((to, message));
}
