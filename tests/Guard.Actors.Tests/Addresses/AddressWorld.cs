using Guard.Actors.Addresses;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Addresses;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Tests.Addresses;

/// <summary>All addresses driven through the pure core, so that tests read as a story.</summary>
internal sealed class AddressWorld(BruteForcePolicy? limits = null, string[]? ownProxies = null, params Quota[] quotas)
{
    private readonly Dictionary<int, AddressBucketState> _buckets = [];
    private readonly AddressTerms _terms = new(
        limits ?? BruteForcePolicy.Default,
        TimeSpan.FromDays(1),
        MayBlock: true,
        Observe: false,
        [.. (ownProxies ?? []).Select(text => NetworkPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text))]
    )
    {
        Quotas = [.. quotas.Select(quota => new KeyedQuota(quota))],
    };

    public static DateTimeOffset Start { get; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public List<BlockOwed> Blocks { get; } = [];

    public IEnumerable<string> Blocked => Blocks.Select(block => block.Name).Distinct();

    public AddressBucketState BucketOf(string address)
    {
        var bucket = AddressKeys.BucketOf(NetworkAddress.Parse(address));
        return _buckets.GetValueOrDefault(bucket) ?? New(bucket);
    }

    public AddressWorld Fail(DateTimeOffset at, string address, string account, AttemptKind kind = AttemptKind.Failed) =>
        Take(
            new AddressAttempt(
                NetworkAddress.Parse(address),
                account.Length == 0 ? AttemptKind.NoName : kind,
                account.Length == 0 ? 0 : AddressKeys.Hash(account),
                at,
                ObservationOrigin.None,
                ""
            )
        );

    public AddressWorld Login(DateTimeOffset at, string address, string account) =>
        Take(new AddressAttempt(NetworkAddress.Parse(address), AttemptKind.Succeeded, AddressKeys.Hash(account), at, ObservationOrigin.None, ""));

    /// <summary>At home there: it logged in on so many days before the start.</summary>
    public AddressWorld Home(string address, string account, int days = 10)
    {
        for (var day = days; day > 0; day--)
            Login(Start.AddDays(-day), address, account);
        return this;
    }

    public AddressWorld Take(AddressAttempt attempt)
    {
        var bucket = AddressKeys.BucketOf(attempt.Address);
        var events = new List<AddressEvent>();
        _buckets[bucket] = AddressDecider.Decide(_buckets.GetValueOrDefault(bucket) ?? New(bucket), attempt, _terms, events);
        Blocks.AddRange(events.OfType<BlockOwed>());
        return this;
    }

    /// <summary>An admin's program took back what was counted against an address.</summary>
    public AddressWorld Forget(DateTimeOffset at, string address)
    {
        _buckets[AddressKeys.BucketOf(NetworkAddress.Parse(address))] = AddressEvolution.Apply(
            BucketOf(address),
            new AddressForgotten(at, NetworkAddress.Parse(address))
        );
        return this;
    }

    /// <summary>Whether quotas shut a login out.</summary>
    public bool Refuses(DateTimeOffset at, string address, string account) =>
        !AddressLimits.Exceeded(BucketOf(address), NetworkAddress.Parse(address), AddressKeys.Hash(account), _terms, at.ToUnixTimeMilliseconds()).IsEmpty;

    private AddressBucketState New(int bucket) => new(bucket) { Adopted = [.. quotas.Select(quota => new KeyedQuota(quota).Key)] };
}
