using Akka.Actor;
using Guard.Actors.Policies;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Users;

/// <summary>
/// Sends what an account owes, each once, and all of it again every while until it is confirmed. What is owed is in the account's state. Lives inside
/// one <see cref="UserActor"/>.
/// </summary>
internal sealed class UserOutbox(UserActorContext context)
{
    private static readonly TimeSpan ResendEvery = TimeSpan.FromSeconds(30);

    private readonly HashSet<long> _sent = [];

    /// <summary>Sends what was not sent yet. Nothing before the terms are known: only they tell the mode.</summary>
    public void Send(UserState state, UserLease lease, ITimerScheduler timers)
    {
        if (lease.Terms is not { } terms)
            return;
        foreach (var effect in state.Owed)
        {
            if (!_sent.Add(effect.Id))
                continue;
            // The end of what was more than a report is told to people first, then to the site: one effect, so that the numbers of journaled ones stay as
            // they are.
            if (effect is { Kind: EffectKind.NoteSite, IsEnd: true } && UserWayBack.IsTold(effect))
                context.Effects.Report.Tell(effect with { Kind = EffectKind.Report, Mode = EffectMode.Of(EffectKind.Report, terms.Policy.Source) });
            else if (effect.Kind == EffectKind.NoteSite)
                NoteSite(effect, lease);
            else
                context.Effects.For(effect.Kind).Tell(effect with { Mode = EffectMode.Of(effect.Kind, terms.Policy.Source) });
        }
        if (state.Owed.IsEmpty)
            timers.Cancel(nameof(Resend));
        else if (!timers.IsTimerActive(nameof(Resend)))
            timers.StartPeriodicTimer(nameof(Resend), Resend.Instance, ResendEvery);
    }

    /// <summary>What is still owed is to be sent again.</summary>
    public void Forget() => _sent.Clear();

    /// <summary>The report of the end of a reaction is in the outbox of reports; what is still owed is the word to the site.</summary>
    /// <returns>False when it was something else that was carried out.</returns>
    public static bool IsReported(EffectDone done, UserState state, out Effect end)
    {
        foreach (var effect in state.Owed)
        {
            if (effect.Id != done.Id)
                continue;
            end = effect;
            return effect.Kind == EffectKind.NoteSite;
        }
        end = null!;
        return false;
    }

    public void NoteSite(Effect effect, UserLease lease) => context.Sites.Tell(UserTurn.Note(lease.Site, effect));

    /// <summary>It is time to send again.</summary>
    internal sealed class Resend : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Resend Instance = new();
    }
}
