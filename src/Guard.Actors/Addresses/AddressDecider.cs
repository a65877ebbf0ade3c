using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Addresses;

/// <summary>
/// Decides what a login means for the address that it came from. Pure; time is the login's. Who failed is blocked, never a neighbour; a device with an old
/// password, an office, the installation's own webmail are not; and failures block addresses only, never accounts.
/// </summary>
public static class AddressDecider
{
    /// <summary>So many names are no household's with an old password. What one or two known accounts see from an address they judge themselves.</summary>
    public const int SeveralAccounts = 3;

    /// <summary>A share of the names a day that an address where nobody logged in lately may fail at within <see cref="SlowWindow"/>: a bot that tries a few a
    /// day is nobody's old device, and nobody at home pays for its block.</summary>
    public const int SlowShare = 3;

    /// <summary>Bots of slow botnets stay for weeks, and try a name or two a day.</summary>
    public static readonly TimeSpan SlowWindow = TimeSpan.FromDays(14);

    /// <summary>Addresses that fail together in a network, within the window and within a day, for the network to be hostile.</summary>
    public const int TogetherWithin = 4;
    public const int TogetherDaily = 8;

    /// <summary>Failures that an address of a hostile network may have, where nobody is at home.</summary>
    public const int ToleratedInHostile = 2;

    /// <summary>Where people at home move among the addresses, whoever gets a blocked one next is a customer like any other.</summary>
    public static readonly TimeSpan PoolHold = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Counts a login and says which addresses are to be blocked; the state is the one after these events.</summary>
    public static AddressBucketState Decide(AddressBucketState state, AddressAttempt attempt, AddressTerms terms, ICollection<AddressEvent> events)
    {
        // Its server told of it while it asked: of what its log tells only the place is noted.
        var counted = new AttemptCounted(InlineAttempts.Tell(state.Inline, attempt) ? attempt with { Address = default } : attempt);
        attempt = counted.Attempt;
        events.Add(counted);
        state = AddressLimits.Count(AddressEvolution.Counted(state, attempt, out var before, out var network), attempt);
        if (before is null || network is null)
            return state;
        var afterwards = state;
        state = ByQuota(state, attempt, terms, events);
        // A quota's block stands in the network, too.
        if (!ReferenceEquals(state, afterwards))
            network = state.NetworkOf(attempt.Address);
        if (!attempt.IsFailure || !terms.IsBruteForceOn)
            return state;
        // It was not held against the address.
        if (ReferenceEquals(before.Failures, network.Failures))
            return state;
        var party = AddressKeys.Party(attempt.Address);
        var second = attempt.At.ToUnixTimeSeconds();
        if (network.Find(party) is not { } address || address.BlockedUntil > second || terms.IsOwn(attempt.Address) || IsGateway(network, party, second))
            return state;
        var reasons = Alone(address, network, second, terms);
        if (PrefixGuessing.Find(network, party, !reasons.IsEmpty, second, terms) is var (prefix, length, because))
            return Order(state, prefix, attempt.At, because, terms, events, length);
        if (!reasons.IsEmpty)
            return Order(state, address.Address, attempt.At, reasons, terms, events);
        foreach (var (one, why) in Together(network, second, terms))
            state = Order(state, one, attempt.At, why, terms, events);
        return state;
    }

    /// <summary>Quotas whose rung is the block of the address.</summary>
    private static AddressBucketState ByQuota(AddressBucketState state, AddressAttempt attempt, AddressTerms terms, ICollection<AddressEvent> events)
    {
        if (terms.Quotas.Length == 0 || !terms.MayBlock)
            return state;
        var at = attempt.At.ToUnixTimeMilliseconds();
        var party = AddressKeys.Party(attempt.Address);
        var isBlocked = state.NetworkOf(attempt.Address).Find(party)?.BlockedUntil > at / 1000;
        var reasons = isBlocked ? [] : AddressLimits.Blocking(state, attempt.Address, attempt.Account, terms, at);
        return reasons.IsEmpty ? state : Order(state, party, attempt.At, reasons, terms, events);
    }

    /// <summary>Whether too many people stand behind an address for it to be blocked for what one of them does.</summary>
    public static bool IsGateway(NetworkState network, NetworkAddress party, long second) =>
        network.Guests.At(AddressKeys.Within(party), (int)(second / FailureTimes.Day)).AtHome >= AddressKeys.GatewayFrom;

    /// <summary>Names that an address where nobody logs in may fail at within <see cref="SlowWindow"/>; 0: as many as it likes.</summary>
    internal static int SlowLimit(BruteForcePolicy limits) => limits.AccountsDaily == 0 ? 0 : Math.Max(SeveralAccounts, limits.AccountsDaily / SlowShare);

    /// <summary>Whether nobody logged in from an address lately. Of a network with more guests than are remembered nobody can say.</summary>
    private static bool IsNobodys(NetworkState network, NetworkAddress party, long second) =>
        network.Guests.Entries.Length < Guests.Capacity && network.Guests.At(AddressKeys.Within(party), (int)(second / FailureTimes.Day)).Seen == 0;

    /// <summary>What is to be held against an address by itself; empty when it may go on.</summary>
    private static ImmutableArray<Reason> Alone(AddressState address, NetworkState network, long second, AddressTerms terms)
    {
        var limits = terms.Limits;
        var failures = address.Failures.Within(second, limits.Within);
        var (accounts, unknown) = address.Tried.Within(second, limits.Within);
        var daily = address.Tried.Within(second, Day).Accounts;
        if (failures >= limits.Failures && (accounts >= SeveralAccounts || unknown))
            return accounts > 1 ? [Failed(), Tried()] : [Failed()];
        if (limits.Accounts > 0 && accounts >= limits.Accounts)
            return [Tried(), Failed()];
        if (limits.AccountsDaily > 0 && daily >= limits.AccountsDaily)
            return [new Reason(ReasonCodes.GuessedAccounts, daily, limits.AccountsDaily, 0, AddressKeys.Subject(address.Address, Day))];
        var few = SlowLimit(limits);
        if (few > 0 && address.Tried.Within(second, SlowWindow).Accounts is var slowly && slowly >= few && IsNobodys(network, address.Address, second))
            return [new Reason(ReasonCodes.StrangersGuessing, slowly, few, 0, AddressKeys.Subject(address.Address, SlowWindow))];
        // A botnet that shares one name nobody has: no account sees it, and none of its addresses tries a second name.
        if (few > 0 && address.Tried.MostAtUnknown(second) is var again && again >= limits.Failures && IsNobodys(network, address.Address, second))
            return [new Reason(ReasonCodes.BruteForce, again, limits.Failures, 0, AddressKeys.Subject(address.Address, SlowWindow))];
        return [];

        Reason Tried() => new(ReasonCodes.GuessedAccounts, accounts, limits.Accounts, 0, AddressKeys.Subject(address.Address, limits.Within));

        Reason Failed() => new(ReasonCodes.BruteForce, failures, limits.Failures, 0, AddressKeys.Subject(address.Address, limits.Within));
    }

    /// <summary>Addresses of a network that guess together, each too seldom to be found alone.</summary>
    private static IEnumerable<(NetworkAddress Address, ImmutableArray<Reason> Reasons)> Together(NetworkState network, long second, AddressTerms terms)
    {
        var limits = terms.Limits;
        if (limits.NetworkFailures == 0)
            return [];
        var window =
            network.Failures.Within(second, limits.Within) >= limits.NetworkFailures && IsConcerted(network, second, limits.Within, TogetherWithin)
                ? limits.Within
            : network.Failures.Within(second, Day) >= 2 * limits.NetworkFailures && IsConcerted(network, second, Day, TogetherDaily) ? Day
            : TimeSpan.Zero;
        if (window == TimeSpan.Zero)
            return [];
        var day = (int)(second / FailureTimes.Day);
        // Where accounts are at home, only who fails often themselves; where nobody is, whoever failed more than a person does.
        var tolerated = network.Guests.AtHome(day) > 0 ? Math.Max(ToleratedInHostile, limits.Failures / 4) : ToleratedInHostile;
        var reason = new Reason(
            ReasonCodes.NetworkGuessing,
            network.Failures.Within(second, window),
            window == Day ? 2 * limits.NetworkFailures : limits.NetworkFailures,
            0,
            $"{AddressKeys.NetworkName(network.Network)} ({AddressKeys.Length(window)})"
        );
        return
        [
            .. network
                .Addresses.Where(one =>
                    one.BlockedUntil <= second
                    && one.Failures.Within(second, window) > tolerated
                    && network.Guests.At(AddressKeys.Within(one.Address), day).AtHome == 0
                    && !terms.IsOwn(one.Address)
                )
                .Select(one => (one.Address, ImmutableArray.Create(reason))),
        ];
    }

    /// <summary>Whether several addresses failed, at more names than old devices have.</summary>
    private static bool IsConcerted(NetworkState network, long second, TimeSpan window, int together)
    {
        var addresses = 0;
        var several = false;
        var names = 0;
        Span<uint> seen = stackalloc uint[SeveralAccounts];
        var from = second - (long)window.TotalSeconds;
        foreach (var address in network.Addresses)
        {
            if (address.BlockedUntil <= second && address.Failures.Within(second, window) == 0)
                continue;
            addresses++;
            // One that was blocked did more than an old device does.
            several |= address.BlockedUntil > second || address.Tried.Within(second, window).Unknown;
            foreach (ref readonly var tried in several ? default : address.Tried.Entries)
            {
                if (tried.Second <= from || tried.Account == 0 || seen[..names].Contains(tried.Account))
                    continue;
                seen[names++] = tried.Account;
                several = names == SeveralAccounts;
                if (several)
                    break;
            }
            // In a flood this is asked for every failure: no more is looked at than decides it.
            if (several && addresses >= together)
                return true;
        }
        return false;
    }

    private static AddressBucketState Order(
        AddressBucketState state,
        NetworkAddress address,
        DateTimeOffset at,
        ImmutableArray<Reason> reasons,
        AddressTerms terms,
        ICollection<AddressEvent> events,
        int prefixLength = 0
    )
    {
        var isPool = state.NetworkOf(address).Guests.IsPool((int)(at.ToUnixTimeSeconds() / FailureTimes.Day));
        var hold = isPool && terms.BlockFor > PoolHold ? PoolHold : terms.BlockFor;
        var owed = new BlockOwed(at, address, at + hold, terms.Observe, reasons) { PrefixLength = prefixLength };
        events.Add(owed);
        return AddressEvolution.Apply(state, owed);
    }
}
