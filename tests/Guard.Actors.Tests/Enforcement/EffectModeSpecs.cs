using Guard.Actors.Policies;
using Guard.Actors.Serialization;
using Guard.Messages.Enforcement;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Enforcement;

public sealed class EffectModeSpecs
{
    [Theory]
    [InlineData(GuardMode.Observe, null, null, GuardMode.Observe, GuardMode.Observe)]
    [InlineData(GuardMode.Enforce, null, null, GuardMode.Enforce, GuardMode.Enforce)]
    [InlineData(GuardMode.Enforce, null, GuardMode.Observe, GuardMode.Enforce, GuardMode.Observe)]
    [InlineData(GuardMode.Observe, GuardMode.Enforce, null, GuardMode.Enforce, GuardMode.Observe)]
    public void Locks_can_be_switched_on_before_blocks(GuardMode mode, GuardMode? locks, GuardMode? blocks, GuardMode lockMode, GuardMode blockMode)
    {
        var policy = GuardPolicy.Default with { Mode = mode, Effects = new EffectModes(locks, blocks) };
        // As it comes out of a lease.
        policy = PolicyWire.Read(PolicyWire.Write(policy));
        Assert.Equal(lockMode, EffectMode.Of(EffectKind.LockAccount, policy));
        Assert.Equal(lockMode, EffectMode.Of(EffectKind.UnlockAccount, policy));
        Assert.Equal(blockMode, EffectMode.Of(EffectKind.BlockAddress, policy));
        Assert.Equal(mode, EffectMode.Of(EffectKind.Report, policy));
    }
}
