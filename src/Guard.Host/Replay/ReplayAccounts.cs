using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Host.Intake.Routing;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Replay;

/// <summary>
/// Decides for accounts exactly as their entities do: the same decider, the same escrow of the site's quota (asked for what is needed and no more, which refuses
/// the same), the same site reactions. What is to be told of it is held, since another thread tells it.
/// </summary>
internal sealed class ReplayAccounts(PolicyBook book, ReplayCounts counts)
{
    private sealed class UserEntry(UserState state, SiteEntry site)
    {
        public UserState State { get; set; } = state;

        public SiteEntry Site { get; } = site;

        /// <summary>It did something itself; see <see cref="UserState.IsFounded"/>.</summary>
        public bool Founded { get; set; }

        public UserTerms? Terms { get; set; }

        /// <summary>Day of the site's patterns in <see cref="Terms"/>.</summary>
        public int ToldDay { get; set; }
    }

    private sealed class SiteEntry(SiteState state, SitePolicies policies)
    {
        public SiteState State { get; set; } = state;

        public SitePolicies Policies { get; } = policies;

        public EffectivePolicy Policy { get; } = PolicyCompiler.Compile(policies.Policy);
    }

    private readonly Dictionary<UserId, UserEntry> _users = [];
    private readonly Dictionary<SiteId, SiteEntry> _sites = [];
    private readonly SiteEntry _host = new(new SiteState(SiteId.Host), book.For(SiteId.Host));
    private readonly FirstFailures _first = new();
    private SiteStanding _hostStands = SiteStanding.None;
    private long _words;
    private ReplayBatch _into = new();

    /// <summary>See <see cref="ReplayEngine.IsListed"/>.</summary>
    public Func<UserId, bool> IsListed { get; set; } = _ => false;

    /// <summary>Whether an account is, or becomes, one that lasts: failures alone found none.</summary>
    private bool IsKnown(Observation observation, UserEntry? entry) =>
        observation is not Login { Outcome: not LoginOutcome.Succeeded }
        || entry is { Founded: true }
        || (!observation.User.IsNone && (IsListed(observation.User) || book.WrittenFor(observation.User)?.Users.ContainsKey(observation.User) == true));

    public UserState? Find(UserId user) => _users.GetValueOrDefault(user)?.State;

    /// <summary>Under what a user decides now; null when it was never seen.</summary>
    public UserTerms? TermsOf(UserId user) => _users.TryGetValue(user, out var entry) ? Terms(user, entry) : null;

    public IEnumerable<UserState> Users => _users.Values.Select(entry => entry.State);

    /// <summary>Goes on from where an account stood; for one that was taken already nothing happens.</summary>
    public void Adopt(UserState state)
    {
        if (_users.ContainsKey(state.User))
            return;
        // A slice was the real site's, what is owed was settled there, and totals begin here.
        var entry = Entry(state.User);
        (entry.State, entry.Founded) = (state with { Slice = Slice.None, Owed = [], Totals = default }, state.IsFounded);
    }

    /// <summary>Decides what a batch has for accounts, and notes in it whether the account of each is known.</summary>
    public void Take(ReplayBatch batch)
    {
        _into = batch;
        foreach (var observation in batch.Observations)
        {
            var user = observation.User.IsNone ? null : _users.GetValueOrDefault(observation.User);
            var known = IsKnown(observation, user);
            if (observation.IsAccounts && known)
                Take(observation, user ?? Entry(observation.User));
            else if (observation is Login { Outcome: not LoginOutcome.ServerTrouble } failure)
                Stranger(failure);
            batch.Known.Add(known);
        }
    }

    private void Stranger(Login failure)
    {
        counts.Failures++;
        if (failure.IsAccounts)
            _first.Add(failure);
    }

    private void Take(Observation observation, UserEntry user)
    {
        if (!user.Founded && observation is not Login { Outcome: not LoginOutcome.Succeeded })
        {
            foreach (var failure in _first.Take(observation.User, observation.At))
            {
                // It was counted when it was nobody's.
                counts.Failures--;
                Decide(user, failure);
            }
        }
        user.Founded = true;
        Decide(user, observation);
    }

    private void Decide(UserEntry user, Observation observation)
    {
        if (_host.State.Turns.At == 0)
            Apply(_host, HostDecider.Begin(_host.State, observation.At));
        var turn = new UserTurn(user.State);
        if (turn.EndedDay(observation) is { } day)
            Apply(user.Site, [new DaysNoted(user.Site.State.Site, observation.At, [day])]);
        var terms = Terms(observation.User, user);
        var needs = turn.Lacks(observation, terms);
        if (!needs.IsEmpty)
            Lease(turn, user.Site, observation, needs);
        turn.Decide(observation, terms);
        End(turn, user);
    }

    /// <summary>Rungs whose time is up by then are lowered, as they would have been.</summary>
    public void Finish(DateTimeOffset at, ReplayBatch batch)
    {
        _into = batch;
        foreach (var (id, user) in _users)
        {
            var turn = new UserTurn(user.State);
            turn.Expire(at.ToUnixTimeMilliseconds(), Terms(id, user));
            End(turn, user);
        }
        counts.Users = _users.Count;
        counts.Sites = _sites.Count;
    }

    private UserEntry Entry(UserId id)
    {
        if (_users.TryGetValue(id, out var user))
            return user;
        var site = book.SiteOf(id);
        if (!_sites.TryGetValue(site, out var entry))
            _sites.Add(site, entry = new SiteEntry(new SiteState(site), book.For(site)));
        _users.Add(id, user = new UserEntry(new UserState(id), entry));
        return user;
    }

    private UserTerms Terms(UserId id, UserEntry user)
    {
        var prior = user.Site.State.Patterns.Told;
        var standing = user.Site.State.Reaction;
        if (
            user.Terms is null
            || user.Terms.Site.Rung != standing.Rung
            || user.Terms.Site.Until != standing.Until
            || user.Terms.Site.Since != standing.Since
            || user.Terms.Host != _hostStands
            || user.ToldDay != user.Site.State.Patterns.ToldDay
        )
        {
            user.ToldDay = user.Site.State.Patterns.ToldDay;
            user.Terms = UserTerms.Of(
                user.Site.Policies.For(id),
                user.Site.Policies.Policy,
                standing.Rung,
                prior,
                siteUntil: standing.Until,
                siteSince: standing.Since
            ) with
            {
                Host = _hostStands,
            };
        }
        return user.Terms;
    }

    private void Lease(UserTurn turn, SiteEntry site, Observation observation, ImmutableArray<SliceAmount> needs)
    {
        var at = observation.At.ToUnixTimeMilliseconds() < turn.State.LastSeen ? DateTimeOffset.FromUnixTimeMilliseconds(turn.State.LastSeen) : observation.At;
        var request = UserTurn.Ask(turn.State, site.State.Site, $"{site.State.Leases}", at, needs);
        var outcome = SiteDecider.Request(site.State, request, site.Policy, spare: false, mayRecall: false);
        Apply(site, outcome.Events);
        var granted = outcome.Granted!;
        turn.Take(at, granted.LeaseId, DateTimeOffset.FromUnixTimeMilliseconds(granted.Expires), granted.Amounts);
    }

    /// <summary>What the entity would journal is told, and what it would send to its site and supervisors is done at once.</summary>
    private void End(UserTurn turn, UserEntry user)
    {
        foreach (var change in turn.Events)
            Tell(turn.State.User, user.Site.State.Site, change);
        foreach (var effect in turn.State.Owed)
        {
            if (effect.Kind == EffectKind.NoteSite)
                Note(user.Site, UserTurn.Note(user.Site.State.Site, effect));
            turn.Settle(effect.Id);
        }
        user.State = turn.State;
    }

    private void Note(SiteEntry site, SiteCommands.NoteReaction note)
    {
        var noted = SiteDecider.Note(site.State, note, site.Policy);
        Apply(site, noted);
        if (noted.IsEmpty || HostDecider.Word(site.State.Site, note, ++_words) is not { } word)
            return;
        Apply(_host, HostDecider.Note(_host.State, word, _host.Policy));
        var standing = _host.State.Reaction;
        if (standing.Rung != _hostStands.Rung || standing.Since != _hostStands.Since)
            _hostStands = new SiteStanding(standing.Rung, standing.Until, _host.Policies.Policy.Reactions) { Since = standing.Since };
    }

    private void Tell(UserId user, SiteId site, UserEvent change)
    {
        switch (change)
        {
            case ObservationJudged judged:
                Count(judged);
                break;
            case ReactionChanged or AddressBlockOrdered or AlarmRaised:
                _into.Hold(user, site, change);
                break;
        }
    }

    private void Apply(SiteEntry site, ImmutableArray<SiteEvent> changes)
    {
        foreach (var change in changes)
        {
            site.State = SiteEvolution.Apply(site.State, change);
            if (change is SiteReactionChanged changed)
                _into.Hold(UserId.None, changed.Site, changed);
        }
    }

    private void Count(ObservationJudged judged)
    {
        switch (judged.Observation)
        {
            case Login { Outcome: LoginOutcome.Succeeded }:
                counts.Logins++;
                if (judged.Judgement.HasFlag(Judgement.Refused))
                    counts.RefusedLogins++;
                break;
            case Login:
                counts.Failures++;
                break;
            case Submission submission:
                counts.Recipients += submission.Recipients;
                if (submission.Further)
                    break;
                counts.Submissions++;
                if (judged.Judgement.HasFlag(Judgement.Refused))
                    counts.StoppedSubmissions++;
                break;
        }
    }
}
