using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>An account's side of its lease: under which terms it decides, and what it asked its site for. Lives inside one <see cref="UserActor"/>.</summary>
/// <param name="isParted">The site's journal may be away while the account's is there.</param>
internal sealed class UserLease(UserId user, UserActorContext context, IActorRef self, bool isParted)
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AskSilentSiteAfter = TimeSpan.FromSeconds(10);

    private static long _incarnations;

    // A restart after a fault keeps the path's number, and a request named as one before it would be answered with that one's slice.
    private readonly long _incarnation = Interlocked.Increment(ref _incarnations);
    private SiteCommands.RequestLease? _asked;
    private long _termsAt;
    private int _requests;
    private bool _needsAnswered;
    private bool _isAlone;
    private ImmutableArray<SliceAmount> _shown = [];

    public SiteId Site { get; private set; } = context.Policies.Current.SiteOf(user);

    /// <summary>Null until the site has answered once.</summary>
    public UserTerms? Terms { get; private set; }

    /// <summary>Nothing can be decided until the site has answered.</summary>
    public bool IsAsking => _asked is not null;

    public void Ask(UserState state) => Ask(state, [], DateTimeOffset.FromUnixTimeMilliseconds(state.LastSeen));

    /// <param name="isQuestion">Of different things only asks whether they would be granted.</param>
    public void Ask(UserState state, ImmutableArray<SliceAmount> needs, DateTimeOffset at, bool isQuestion = false)
    {
        _asked = UserTurn.Ask(state, Site, $"{self.Path.Uid}-{_incarnation}-{++_requests}", at, needs, isQuestion);
        Send(_asked);
    }

    /// <summary>The answer to a question is late.</summary>
    public void AskAgain(int number)
    {
        if (_asked is null || number != _requests)
            return;
        if (isParted && Terms is null && _asked is { Needs.IsEmpty: true, ReturnsLeaseId.Length: 0 })
            DecideAlone();
        else
            Send(_asked);
    }

    /// <summary>
    /// A site whose journal is away says nothing: until it does, the account is judged by what the host's policies say, without the site's rung and
    /// what is usual there. Of a quota that the site shares it gets nothing.
    /// </summary>
    private void DecideAlone()
    {
        var policies = context.Policies.Current.For(Site);
        Terms = context.Terms.Alone(policies.For(user), policies.Policy);
        _asked = null;
        _isAlone = true;
        _termsAt = Stopwatch.GetTimestamp();
    }

    /// <summary>Only to hear of changes whose push was lost with the site's memory of its holders; nothing waits for it.</summary>
    public void Refresh(UserState state)
    {
        if (Stopwatch.GetElapsedTime(_termsAt) <= (_isAlone ? AskSilentSiteAfter : RefreshAfter))
            return;
        _termsAt = Stopwatch.GetTimestamp();
        context.Ask(UserTurn.Ask(state, Site, "", DateTimeOffset.FromUnixTimeMilliseconds(state.LastSeen), []));
    }

    /// <summary>Takes what the site granted.</summary>
    /// <param name="hasSlice">There is a slice that has to be journaled before it is spent.</param>
    /// <returns>Whether it answers the question that was asked last.</returns>
    public bool Granted(LeaseGranted granted, out bool hasSlice)
    {
        hasSlice = false;
        _isAlone = false;
        Terms = context.Terms.Of(granted);
        _termsAt = Stopwatch.GetTimestamp();
        // The same name, and one string for all its accounts.
        Site = granted.Site;
        if (_asked is not { } asked || granted.RequestId != asked.RequestId)
            return false;
        _needsAnswered = !asked.Needs.IsEmpty;
        _asked = null;
        _shown = granted.Shown;
        hasSlice = !granted.Granted.IsEmpty || asked.ReturnsLeaseId.Length > 0;
        return true;
    }

    /// <summary>The site's terms changed.</summary>
    public void Changed(LeaseChanged changed) => Terms = context.Terms.Of(changed);

    /// <summary>What has to be asked for before an observation is decided; empty when nothing, or when the site has just said how much it has.</summary>
    public ImmutableArray<SliceAmount> Lacks(UserTurn turn, Observation next)
    {
        var needs = _needsAnswered ? [] : turn.Lacks(next, Terms!);
        if (needs.IsEmpty)
            _needsAnswered = false;
        return needs;
    }

    /// <summary>An account that has been granted what the site, asked just now, would grant.</summary>
    public UserState Shown(UserState state, Observation observation)
    {
        if (_shown.IsEmpty)
            return state;
        var isValid = state.Slice.Expires > Math.Max(state.LastSeen, observation.At.ToUnixTimeMilliseconds());
        var shown = new Slice("", long.MaxValue, (isValid ? state.Slice.Left : []).AddRange(_shown));
        _shown = [];
        return state with { Slice = shown };
    }

    private void Send(SiteCommands.RequestLease asked)
    {
        context.Ask(asked);
        context.Reminders.Tell(new AccountReminders.Asks(_requests));
    }
}
