using Akka.Actor;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Entities;

/// <summary>Who carries out which side effect on this node.</summary>
public sealed record EffectRoutes(IActorRef Report, IActorRef AccountLock, IActorRef Firewall)
{
    public IActorRef For(EffectKind kind) =>
        kind switch
        {
            EffectKind.Report or EffectKind.ForgetReports => Report,
            EffectKind.LockAccount or EffectKind.UnlockAccount => AccountLock,
            EffectKind.BlockAddress or EffectKind.LiftBlocks => Firewall,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not carried out by a supervisor"),
        };
}
