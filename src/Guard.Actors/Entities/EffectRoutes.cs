using Akka.Actor;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Entities;

/// <summary>Who carries out which side effect on this node.</summary>
public sealed record EffectRoutes(IActorRef Report, IActorRef AccountLock, IActorRef Firewall)
{
    public IActorRef For(EffectKind kind) =>
        kind switch
        {
            EffectKind.Report => Report,
            EffectKind.LockAccount or EffectKind.UnlockAccount => AccountLock,
            EffectKind.BlockAddress => Firewall,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not carried out by a supervisor"),
        };
}
