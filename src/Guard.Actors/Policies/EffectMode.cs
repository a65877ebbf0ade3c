using Guard.Messages.Enforcement;
using Guard.Messages.Policies;

namespace Guard.Actors.Policies;

/// <summary>Whether an effect is carried out under a policy. Pure.</summary>
public static class EffectMode
{
    public static GuardMode Of(EffectKind kind, GuardPolicy policy) =>
        kind switch
        {
            EffectKind.LockAccount or EffectKind.UnlockAccount => policy.Effects.Lock ?? policy.Mode,
            EffectKind.BlockAddress or EffectKind.LiftBlocks => policy.Effects.Block ?? policy.Mode,
            _ => policy.Mode,
        };
}
