using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>
/// One turn of an account, live or replayed: one thing after another is decided, each on what the one before it left. It knows no clock, journal or
/// actor. The entity journals what a turn yields and sends it then; a replay carries it out at once.
/// </summary>
public sealed class UserTurn(UserState state)
{
    // A replay's turn has one observation: what that yields is taken as it is.
    private ImmutableArray<UserEvent> _first = [];
    private ImmutableArray<UserEvent>.Builder? _events;

    /// <summary>The account after what was decided so far.</summary>
    public UserState State { get; private set; } = state;

    /// <summary>What the turn has to journal, in order.</summary>
    public ImmutableArray<UserEvent> Events => _events?.ToImmutable() ?? _first;

    public bool IsEmpty => _events is null && _first.IsEmpty;

    /// <summary>What a journal has of an account, folded: a snapshot replaces the state, a row goes on from it; null for what no account ever stored.</summary>
    public static UserState? Recover(UserState state, object stored) =>
        stored switch
        {
            UserState snapshot => snapshot,
            UserEventBatch batch => UserEvolution.Apply(state, batch),
            _ => null,
        };

    /// <summary>Whether its source told of an observation before.</summary>
    public bool HasTaken(Observation observation) =>
        observation.Origin.Source.Length > 0 && State.HasTaken(StableHash.Of(observation.Origin.Source), observation.Origin.Position);

    /// <summary>What the site has to grant before an observation is decided; empty when the slice at hand will do.</summary>
    public ImmutableArray<SliceAmount> Lacks(Observation next, UserTerms terms) => UserDecider.SiteNeeds(State, next, terms);

    /// <summary>Asks the site for terms, and for a slice that replaces the one at hand where something is needed.</summary>
    /// <param name="isQuestion">Of different things only asks whether they would be granted.</param>
    public static SiteCommands.RequestLease Ask(
        UserState state,
        SiteId site,
        string requestId,
        DateTimeOffset at,
        ImmutableArray<SliceAmount> needs,
        bool isQuestion = false
    )
    {
        var request = new SiteCommands.RequestLease(site, state.User, requestId, at, needs, "", []) { IsQuestion = isQuestion };
        return request.Counted.IsEmpty ? request : request with { ReturnsLeaseId = state.Slice.LeaseId, Returns = state.Slice.Left };
    }

    /// <summary>The site granted a slice.</summary>
    public void Take(DateTimeOffset at, string leaseId, DateTimeOffset expires, ImmutableArray<SliceAmount> amounts) =>
        Record(new SliceTaken(at, leaseId, expires, amounts));

    /// <summary>What the site is told of the day that an observation ends; null within a day.</summary>
    public DayPattern? EndedDay(Observation next) => UserPatterns.Ended(State, next);

    /// <summary>Decides an observation. What it needs of shared quotas must have been granted, or it counts as exceeding them.</summary>
    public UserVerdict Decide(Observation observation, UserTerms terms)
    {
        var verdict = UserDecider.Decide(State, observation, terms);
        Record(verdict.Events);
        return verdict;
    }

    /// <summary>Lowers what is due by time alone.</summary>
    public void Expire(long at, UserTerms terms)
    {
        foreach (var lowered in UserDecider.Expire(State, at, terms.Policy.Source.Reactions))
            Record(lowered);
    }

    /// <summary>What tells the site of a reaction that the account owes it.</summary>
    public static SiteCommands.NoteReaction Note(SiteId site, Effect effect) => new(site, effect.User, effect.Id, effect.At, effect.To);

    /// <summary>An owed effect was carried out. Nothing happens for one that is not owed any more.</summary>
    public void Settle(long effect)
    {
        foreach (var owed in State.Owed)
        {
            if (owed.Id != effect)
                continue;
            Record(new EffectConfirmed(DateTimeOffset.FromUnixTimeMilliseconds(State.LastSeen), effect));
            return;
        }
    }

    public void Record(UserEvent change) => Record([change]);

    public void Record(ImmutableArray<UserEvent> changes)
    {
        if (changes.IsEmpty)
            return;
        if (IsEmpty)
            _first = changes;
        else
            More().AddRange(changes);
        foreach (var change in changes)
            State = UserEvolution.Apply(State, change);
    }

    private ImmutableArray<UserEvent>.Builder More()
    {
        if (_events is null)
        {
            _events = ImmutableArray.CreateBuilder<UserEvent>();
            _events.AddRange(_first);
        }
        return _events;
    }
}
