using System.Collections.Immutable;
using Guard.Actors.Addresses;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies.Geography;
using Guard.Host.Intake.Routing;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Host.Replay;

/// <summary>Judges addresses as their entities do: the same decider over the same buckets.</summary>
internal sealed class ReplayAddresses(PolicyBook book)
{
    private static readonly SiteId NoSite = new("");

    private readonly AddressBucketState[] _buckets =
    [
        .. Enumerable.Range(0, AddressKeys.Buckets).Select(bucket => new AddressBucketState(bucket) { Adopted = AddressLimits.KeysOf(book) }),
    ];
    private readonly bool _everyLogin = AddressLimits.CountLogins(AddressLimits.KeysOf(book));
    private readonly Dictionary<SiteId, AddressTerms> _terms = [];
    private readonly GuestFilter _guests = new();
    private readonly List<AddressEvent> _events = [];

    public ImmutableArray<NetworkPrefix> OwnProxies { get; set; } = [];

    /// <summary>The blocks that an observation leads to.</summary>
    public ImmutableArray<BlockOwed> Take(Observation observation, bool known)
    {
        if (AddressAttempts.Of(observation, known, "") is not { } attempt || !_guests.IsNews(attempt, _everyLogin))
            return [];
        _events.Clear();
        var bucket = AddressKeys.BucketOf(attempt.Address);
        var state = AddressDecider.Decide(_buckets[bucket], attempt, TermsOf(book.WrittenFor(observation.User)), _events);
        if (_events.Count == 1)
        {
            _buckets[bucket] = state;
            return [];
        }
        // Whoever carries them out confirms at once.
        _buckets[bucket] = state with
        {
            Owed = [],
        };
        return [.. _events.OfType<BlockOwed>()];
    }

    /// <summary>Strangers name as many sites as they like; those without a policy of their own share one.</summary>
    private AddressTerms TermsOf(SitePolicies? written)
    {
        var site = written?.Site ?? NoSite;
        return _terms.TryGetValue(site, out var terms) ? terms : _terms[site] = AddressTerms.Of(written?.Policy ?? book.Default, OwnProxies);
    }
}
