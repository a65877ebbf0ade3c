using System.Collections.Immutable;
using System.Threading.Channels;
using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Host.Texts;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.Node;

/// <summary>One thing that was decided about an account on this node.</summary>
/// <param name="What">Such as <c>login imap</c>, <c>mail to 3</c>, <c>normal → suspended</c>.</param>
public sealed record SeenDecision(
    DateTimeOffset At,
    UserId User,
    SiteId Site,
    string What,
    string Address,
    string Country,
    double Score,
    Rung Rung,
    string Detail
);

/// <summary>Tells followers what is decided, as it is decided. A follower that cannot keep up loses the oldest; nobody is held up.</summary>
public sealed class DecisionFeed
{
    private const int MaxWaiting = 10_000;

    private ImmutableArray<Follower> _followers = [];

    /// <param name="wanted">A user, a site, or null for everything.</param>
    public async IAsyncEnumerable<SeenDecision> FollowAsync(string? wanted, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var follower = new Follower(
            wanted,
            Channel.CreateBounded<SeenDecision>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true })
        );
        ImmutableInterlocked.Update(ref _followers, followers => followers.Add(follower));
        try
        {
            await foreach (var seen in follower.Waiting.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
                yield return seen;
        }
        finally
        {
            ImmutableInterlocked.Update(ref _followers, followers => followers.Remove(follower));
        }
    }

    public void Publish(SiteId site, UserEventBatch batch, UserState state)
    {
        foreach (var follower in _followers)
        {
            if (follower.Wanted is not null && follower.Wanted != batch.User.Value && follower.Wanted != site.Value)
                continue;
            foreach (var change in batch.Events)
            {
                if (Describe(change, batch.User, site, state) is { } seen)
                    follower.Waiting.Writer.TryWrite(seen);
            }
        }
    }

    /// <summary>Blocks that the rules of addresses order belong to no account.</summary>
    public void Publish(AddressEventBatch batch)
    {
        foreach (var follower in _followers)
        {
            if (follower.Wanted is not null)
                continue;
            foreach (var block in batch.Events.OfType<BlockOwed>())
                follower.Waiting.Writer.TryWrite(
                    new SeenDecision(block.At, UserId.None, new SiteId(""), "block", block.Name, "", 0, Rung.Normal, Words(block.Reasons))
                );
        }
    }

    private static SeenDecision? Describe(UserEvent change, UserId user, SiteId site, UserState state) =>
        change switch
        {
            ObservationJudged { Judgement: var judgement, Observation: var observation } judged when !judgement.HasFlag(Judgement.Repeated) => new SeenDecision(
                change.At,
                user,
                site,
                What(observation),
                observation.Place.Address.ToString(),
                observation.Place.Country,
                Math.Round(judged.Score, 1),
                state.Reaction.Rung,
                judgement.HasFlag(Judgement.Refused) ? "refused" : ""
            ),
            ReactionChanged changed => new SeenDecision(
                change.At,
                user,
                site,
                $"{IncidentText.Name(changed.From)} → {IncidentText.Name(changed.To)}",
                changed.Address.ToString(),
                changed.Country,
                Math.Round(changed.Score, 1),
                changed.To,
                Words(changed.Reasons, changed.By)
            ),
            AlarmRaised alarm => new SeenDecision(
                change.At,
                user,
                site,
                "alarm",
                alarm.Address.ToString(),
                alarm.Country,
                0,
                state.Reaction.Rung,
                Words(alarm.Reasons)
            ),
            AddressBlockOrdered block => new SeenDecision(
                change.At,
                user,
                site,
                "block",
                block.Address.ToString(),
                "",
                0,
                state.Reaction.Rung,
                Words(block.Reasons)
            ),
            Absolved => new SeenDecision(change.At, user, site, "absolved", "", "", 0, state.Reaction.Rung, Words([], change.By)),
            _ => null,
        };

    private static string What(Observation observation) =>
        observation switch
        {
            Login { Outcome: LoginOutcome.Succeeded } login => $"login {Name(login.Service)}",
            Login { Outcome: LoginOutcome.RetriedPassword } login => $"old password {Name(login.Service)}",
            Login login => $"failed login {Name(login.Service)}",
            Submission submission => $"mail to {submission.Recipients}",
            Delivery delivery => $"{delivery.Recipients} {delivery.Outcome.ToString().ToLowerInvariant()}",
            _ => "",
        };

    private static string Name(Service service) => service.ToString().ToLowerInvariant();

    private static string Words(ImmutableArray<Reason> reasons, Author? by = null) =>
        string.Join(
            "; ",
            reasons
                .OrderByDescending(reason => reason.Bits == 0 ? double.MaxValue : reason.Bits)
                .Take(3)
                .Select(ReasonText.Of)
                .Concat(by is null ? [] : [$"by {by}"])
        );

    private sealed record Follower(string? Wanted, Channel<SeenDecision> Waiting);
}
