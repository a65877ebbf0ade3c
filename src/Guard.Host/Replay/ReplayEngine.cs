using System.Collections.Immutable;
using Guard.Actors.Addresses;
using Guard.Actors.Policies.Geography;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;

namespace Guard.Host.Replay;

/// <summary>
/// Runs the pure core over observations exactly as the entities do, without a journal. Accounts never ask what an address came to, so that one thread decides for
/// accounts and another, behind it, for addresses; what is told comes out in the order of the log.
/// </summary>
public sealed class ReplayEngine : IReplayListener
{
    private readonly IReplayWriter _writer;
    private readonly ReplayAccounts _accounts;
    private readonly ReplayAddresses _addresses;
    private readonly ReplayBatch _single = new();

    public ReplayEngine(PolicyBook book, IReplayWriter writer)
    {
        _writer = writer;
        _accounts = new ReplayAccounts(book, Counts);
        _addresses = new ReplayAddresses(book);
    }

    public ReplayCounts Counts { get; } = new();

    /// <summary>See <see cref="AddressTerms.OwnProxies"/>.</summary>
    public ImmutableArray<NetworkPrefix> OwnProxies
    {
        init => _addresses.OwnProxies = value;
    }

    /// <summary>Accounts that last before they did anything; whom the policy names is one besides.</summary>
    public Func<UserId, bool> IsListed
    {
        init => _accounts.IsListed = value;
    }

    public UserState? Find(UserId user) => _accounts.Find(user);

    /// <summary>Under what a user decides now; null when it was never seen.</summary>
    public UserTerms? TermsOf(UserId user) => _accounts.TermsOf(user);

    public IEnumerable<UserState> Users => _accounts.Users;

    /// <summary>Goes on from where an account stood; for one that was taken already nothing happens.</summary>
    public void Adopt(UserState state) => _accounts.Adopt(state);

    public void Take(Observation observation)
    {
        _single.Observations.Add(observation);
        TakeAccounts(_single);
        TakeAddresses(_single);
        _single.Clear();
    }

    /// <summary>The first half of taking a batch.</summary>
    internal void TakeAccounts(ReplayBatch batch) => _accounts.Take(batch);

    /// <summary>The second half, in the same order of batches: judges the addresses, and tells what both halves came to.</summary>
    internal void TakeAddresses(ReplayBatch batch)
    {
        for (var i = 0; i < batch.Observations.Count; i++)
        {
            foreach (var block in _addresses.Take(batch.Observations[i], batch.Known[i]))
            {
                Counts.Addresses++;
                _writer.Address(block);
            }
            batch.Tell(i, _writer, Counts);
        }
    }

    /// <summary>Rungs whose time is up by then are lowered, as they would have been.</summary>
    public void Finish(DateTimeOffset at)
    {
        _accounts.Finish(at, _single);
        _single.Tell(0, _writer, Counts);
        _single.Clear();
        _writer.Summary(Counts);
    }
}
