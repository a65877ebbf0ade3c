using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Enforcement;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Actors.Addresses;

/// <summary>Under what an address is judged.</summary>
/// <param name="Limits">What is tolerated.</param>
/// <param name="MayBlock">False when the policy's ladder ends below blocks.</param>
/// <param name="Observe">Blocks are written down only.</param>
/// <param name="OwnProxies">This installation's webmail and proxies, by their configuration: whatever fails there came from elsewhere.</param>
public sealed record AddressTerms(BruteForcePolicy Limits, TimeSpan BlockFor, bool MayBlock, bool Observe, ImmutableArray<NetworkPrefix> OwnProxies)
{
    /// <summary>Quotas of addresses and networks.</summary>
    public KeyedQuota[] Quotas { get; init; } = [];

    /// <summary>Whether quotas refuse, or only say what they would.</summary>
    public GuardMode Mode { get; init; }

    public bool IsBruteForceOn => MayBlock && Limits.Failures > 0;

    public static AddressTerms Of(GuardPolicy policy, ImmutableArray<NetworkPrefix> ownProxies) =>
        new(
            policy.BruteForce,
            policy.Reactions.BlockFor,
            policy.Reactions.Highest >= Rung.Blocked,
            EffectMode.Of(EffectKind.BlockAddress, policy) == GuardMode.Observe,
            ownProxies
        )
        {
            Quotas = PolicyCompiler.Compile(policy).AddressQuotas,
            Mode = policy.Mode,
        };

    /// <summary>Whether a prefix has an address of this installation's own in it, or lies among them.</summary>
    public bool TouchesOwn(NetworkPrefix prefix)
    {
        foreach (var network in OwnProxies)
        {
            if (network.Overlaps(prefix))
                return true;
        }
        return false;
    }

    public bool IsOwn(NetworkAddress address)
    {
        foreach (var network in OwnProxies)
        {
            if (network.Contains(address))
                return true;
        }
        return false;
    }
}
