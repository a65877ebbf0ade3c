using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Addresses;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Routing;

/// <summary>
/// Whom an observation is told: its account, its address, or both. A name founds a lasting account only by what it does itself; failures of a name that nobody
/// knows are told to their address alone.
/// One for a node; without being set up everything goes to accounts, as where there are no addresses.
/// </summary>
public sealed class IntakeRouting : IExtension
{
    private Func<UserId, SiteId> _siteOf = user => new SiteId(user.Domain);
    private Func<UserId, bool> _isListed = _ => false;
    private Func<ImmutableArray<string>> _addressQuotas = () => [];
    private bool _hasOthers;

    public KnownAccounts Accounts { get; private set; } = new() { IsComplete = false };

    public UnknownNames Unknown { get; } = new();

    /// <summary>What names failed at that may yet become accounts.</summary>
    public FirstFailures First { get; } = new();

    /// <summary>Where strangers guess names.</summary>
    public GuessedSites Guessed { get; } = new(TimeProvider.System);

    /// <summary>The region of addresses.</summary>
    public IActorRef Addresses { get; private set; } = ActorRefs.Nobody;

    public static IntakeRouting Of(ActorSystem system) => system.WithExtension<IntakeRouting, Provider>();

    /// <summary>Whether some policy counts logins by the address that they come from, so that its entity is told of each.</summary>
    public bool CountsLogins => AddressLimits.CountLogins(_addressQuotas());

    /// <summary>Whether a site's policy limits addresses: their entity is asked before a login.</summary>
    public bool LimitsAddresses => !_addressQuotas().IsEmpty && !Addresses.IsNobody();

    /// <summary>Whose policy judges an account's address.</summary>
    public string SiteOf(UserId user) => user.IsNone ? "" : _siteOf(user).Value;

    /// <param name="isListed">Whether an account lasts although it did nothing yet.</param>
    /// <param name="addressQuotas">The keys of the quotas of addresses that hold now.</param>
    /// <param name="hasOthers">Other nodes may found accounts: what an entity was asked about may be counted there.</param>
    public void SetUp(
        IActorRef addresses,
        KnownAccounts accounts,
        Func<UserId, SiteId> siteOf,
        Func<UserId, bool> isListed,
        Func<ImmutableArray<string>>? addressQuotas = null,
        bool hasOthers = false
    ) =>
        (Addresses, Accounts, _siteOf, _isListed, _addressQuotas, _hasOthers) = (
            addresses,
            accounts,
            siteOf,
            isListed,
            addressQuotas ?? _addressQuotas,
            hasOthers
        );

    /// <summary>What a node that has no addresses yet, and tests, know of routing.</summary>
    public static IntakeRouting None => new();

    /// <summary>Whether an observation is told to its account's entity, and what its address's is told.</summary>
    public (bool ToAccount, AddressAttempt? Attempt) Route(Observation observation)
    {
        if (observation is not Login { Outcome: not LoginOutcome.Succeeded } failure)
        {
            Accounts.Add(observation.User);
            return (true, AttemptOf(observation, true));
        }
        if (!observation.IsAccounts)
            return (false, AttemptOf(failure, false));
        var known = Knows(failure.User);
        // What an entity has that this node does not know of, another node's new account, it finds out itself.
        var asked = !known && Accounts.ContainsDomain(failure.User) && Unknown.MayAsk();
        if (!known && failure.Outcome != LoginOutcome.ServerTrouble && !(asked && _hasOthers))
            First.Add(failure);
        return (known || asked, AttemptOf(failure, known));
    }

    /// <summary>Failures that become an account's with the observation that founds it, oldest first; to be told before that.</summary>
    public ImmutableList<Login> FailedBefore(Observation founding) =>
        founding is Login { Outcome: not LoginOutcome.Succeeded } || !founding.IsAccounts ? [] : First.Take(founding.User, founding.At);

    /// <summary>Whether an account's entity may be asked about it.</summary>
    public bool MayAsk(UserId user) => Knows(user) || (Accounts.ContainsDomain(user) && Unknown.MayAsk());

    /// <summary>Whether it is a failure that no account is told of.</summary>
    public bool IsStrangers(Observation observation) =>
        observation is Login { Outcome: not LoginOutcome.Succeeded } && (!observation.IsAccounts || !Knows(observation.User));

    /// <summary>Counts a failure of a name that nobody knows for its site, whether or not it is gone into.</summary>
    public void Guess(Observation observation)
    {
        if (observation is Login { Outcome: not LoginOutcome.ServerTrouble, IsAccounts: true } failure && !failure.User.IsNone)
            Guessed.Add(failure, _siteOf(failure.User), Accounts.ContainsDomain(failure.User));
    }

    /// <summary>Whether there is an account of that name.</summary>
    public bool Knows(UserId user) => Accounts.Contains(user) || _isListed(user);

    private AddressAttempt? AttemptOf(Observation observation, bool known) =>
        Addresses.IsNobody() ? null : AddressAttempts.Of(observation, known, observation.User.IsNone ? "" : _siteOf(observation.User).Value);

    private sealed class Provider : ExtensionIdProvider<IntakeRouting>
    {
        public override IntakeRouting CreateExtension(ExtendedActorSystem system) => new();
    }
}
