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
    public static AddressTerms Of(GuardPolicy policy, ImmutableArray<NetworkPrefix> ownProxies) =>
        new(
            policy.BruteForce,
            policy.Reactions.BlockFor,
            policy.Reactions.Highest >= Rung.Blocked && policy.BruteForce.Failures > 0,
            EffectMode.Of(EffectKind.BlockAddress, policy) == GuardMode.Observe,
            ownProxies
        );

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
