using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Addresses;

/// <summary>What an address, or the network around it, used of its quotas.</summary>
/// <param name="Last">When something was counted last, milliseconds since 1970.</param>
public sealed record CountedAddress(long Last, QuotaUse Use);

/// <summary>Whose use is counted: an address (IPv6: /64), or a network.</summary>
public readonly record struct CountedKey(NetworkAddress Address, QuotaScope Of);

/// <summary>
/// Quotas of addresses and networks, over all accounts: counted in their bucket, asked for at each login that may still be refused. Whoever is at home there, and
/// the installation's own proxies, are never refused. Pure.
/// </summary>
public static class AddressLimits
{
    /// <summary>Of one bucket; who was quiet for longest goes first.</summary>
    public const int MaxCounted = 1024;

    /// <summary>Different quotas of all policies together.</summary>
    public const int MaxQuotas = 16;

    private static readonly QuotaScope[] Scopes = [QuotaScope.Address, QuotaScope.Network];

    /// <summary>Books change seldom and are asked about at each login.</summary>
    private static readonly ConditionalWeakTable<PolicyBook, StrongBox<ImmutableArray<string>>> Read = new();

    /// <summary>The keys of all quotas of addresses in any policy.</summary>
    public static ImmutableArray<string> KeysOf(PolicyBook book) =>
        Read.GetValue(book, static one => new StrongBox<ImmutableArray<string>>(ReadKeys(one))).Value;

    private static ImmutableArray<string> ReadKeys(PolicyBook book) =>
        [
            .. book
                .Sites.Values.SelectMany(site => site.Users.Values.Append(site.Policy))
                .Append(book.Default)
                .SelectMany(policy => policy.Quotas)
                .Where(quota => quota.Of is QuotaScope.Address or QuotaScope.Network)
                .Select(quota => new KeyedQuota(quota).Key)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Take(MaxQuotas),
        ];

    /// <summary>Whether logins that succeed are counted, so that each of them has to be told.</summary>
    public static bool CountLogins(ImmutableArray<string> keys) => keys.Any(key => KeyedQuota.Parse(key).Quota.Unit is QuotaUnit.Logins or QuotaUnit.Attempts);

    /// <summary>These quotas from here on; what is known of them stays.</summary>
    public static AddressBucketState Adopt(AddressBucketState state, ImmutableArray<string> keys) =>
        state with
        {
            Adopted = keys,
            Counted = state.Counted.ToImmutableDictionary(
                one => one.Key,
                one =>
                    one.Value with
                    {
                        Use = new QuotaUse(
                            [.. one.Value.Use.Slots.Where(window => keys.Contains(window.Key))],
                            [.. one.Value.Use.Exact.Where(window => keys.Contains(window.Key))]
                        ),
                    }
            ),
        };

    /// <summary>Without what was counted against an address and its network.</summary>
    public static AddressBucketState Forget(AddressBucketState state, NetworkAddress address) =>
        state with
        {
            Counted = state.Counted.RemoveRange(Scopes.Select(of => KeyOf(address, of))),
        };

    /// <summary>Counts an attempt under every quota that the bucket has adopted.</summary>
    public static AddressBucketState Count(AddressBucketState state, AddressAttempt attempt)
    {
        if (state.Adopted.IsEmpty || attempt.Address.IsNone)
            return state;
        var at = attempt.At.ToUnixTimeMilliseconds();
        var counted = state.Counted;
        foreach (var of in Scopes)
        {
            if (!state.Adopted.Any(key => KeyedQuota.Parse(key).Quota.Of == of))
                continue;
            var key = KeyOf(attempt.Address, of);
            var known = counted.TryGetValue(key, out var found) ? found : new CountedAddress(0, QuotaUse.None);
            counted = counted.SetItem(key, new CountedAddress(Math.Max(known.Last, at), Charged(known.Use, state.Adopted, of, attempt, at)));
        }
        return state with { Counted = Bounded(counted) };
    }

    /// <summary>Which quotas shut a login out that comes from an address now; empty when it may be tried.</summary>
    /// <param name="account">Hash of the account's name, 0 for none: whoever is at home there is let in.</param>
    public static ImmutableArray<Reason> Exceeded(AddressBucketState state, NetworkAddress address, ulong account, AddressTerms terms, long at)
    {
        if (terms.Quotas.Length == 0 || terms.IsOwn(address))
            return [];
        var (second, day) = (at / 1000, (int)(at / 1000 / FailureTimes.Day));
        var network = state.NetworkOf(address);
        if (account != 0 && network.Guests.IsAtHome(AddressKeys.Account(account), day))
            return [];
        // Too many people stand behind it for one of them to shut out the others.
        if (AddressDecider.IsGateway(network, AddressKeys.Party(address), second))
            return [];
        var reasons = ImmutableArray<Reason>.Empty;
        foreach (var quota in terms.Quotas)
        {
            if (Used(state, quota, address, at) is var used && used >= quota.Quota.Limit)
                reasons = reasons.Add(ReasonOf(quota, used));
        }
        return reasons;
    }

    /// <summary>Those of them whose rung is the block of the address.</summary>
    public static ImmutableArray<Reason> Blocking(AddressBucketState state, NetworkAddress address, ulong account, AddressTerms terms, long at) =>
        Exceeded(state, address, account, terms with { Quotas = [.. terms.Quotas.Where(quota => quota.Quota.Then == Rung.Blocked)] }, at);

    private static Reason ReasonOf(KeyedQuota quota, long used) =>
        new(ReasonCodes.QuotaExceeded, used, quota.Quota.Limit, 0, quota.Describe(quota.Quota.Limit)) { Text = quota.Quota.Text };

    private static long Used(AddressBucketState state, KeyedQuota quota, NetworkAddress address, long at) =>
        state.Counted.TryGetValue(KeyOf(address, quota.Quota.Of), out var counted) ? counted.Use.Count(quota, at) : 0;

    /// <summary>IPv6 is counted by /64 in both: that is what one customer has, and what is blocked.</summary>
    private static CountedKey KeyOf(NetworkAddress address, QuotaScope of) =>
        new(of == QuotaScope.Address || address.IsIPv6 ? AddressKeys.Party(address) : AddressKeys.Network(address), of);

    private static QuotaUse Charged(QuotaUse use, ImmutableArray<string> adopted, QuotaScope of, AddressAttempt attempt, long at)
    {
        var (slots, exact) = (use.Slots, use.Exact);
        foreach (var key in adopted)
        {
            var quota = KeyedQuota.Parse(key);
            if (quota.Quota.Of != of || !Concerns(quota.Quota, attempt))
                continue;
            if (quota.IsExact)
            {
                var member = quota.Quota.Unit == QuotaUnit.Accounts ? AddressKeys.Account(attempt.Account) : 0;
                var window = exact.FirstOrDefault(one => one.Key == key);
                exact = window is null ? exact.Add(ExactWindow.Empty(quota).Add(at, member)) : exact.Replace(window, window.Add(at, member));
            }
            else
            {
                var window = slots.FirstOrDefault(one => one.Key == key);
                slots = window is null ? slots.Add(QuotaWindow.Empty(quota).Add(at / 1000, 1)) : slots.Replace(window, window.Add(at / 1000, 1));
            }
        }
        return new QuotaUse(slots, exact);
    }

    private static bool Concerns(Quota quota, AddressAttempt attempt) =>
        quota.Unit switch
        {
            QuotaUnit.Attempts => true,
            QuotaUnit.Logins => attempt.Kind == AttemptKind.Succeeded,
            QuotaUnit.Failures => attempt.IsFailure || (quota.Repeats && attempt.Kind == AttemptKind.Retried),
            // Names that it failed at; who gets in did not guess.
            QuotaUnit.Accounts => attempt.IsFailure && attempt.Account != 0,
            _ => false,
        };

    private static ImmutableDictionary<CountedKey, CountedAddress> Bounded(ImmutableDictionary<CountedKey, CountedAddress> counted) =>
        counted.Count <= MaxCounted ? counted : counted.RemoveRange(counted.OrderBy(one => one.Value.Last).Take(MaxCounted / 8).Select(one => one.Key));
}
