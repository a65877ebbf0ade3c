using Guard.Actors.Enforcement;
using Guard.Actors.Policies.Geography;
using Guard.Host.Replay;
using Guard.Messages.Enforcement;
using Guard.Messages.Policies;
using Serilog;

namespace Guard.Host.Enforcers;

/// <summary>Writes down what would be done. Backends that act come on the same protocol.</summary>
public sealed class ObservingEffector(ILogger log) : IEffector
{
    public void Carry(Effect effect)
    {
        var user = IncidentText.Safe(effect.User.Value);
        var until = effect.Until is { } end ? IncidentText.Time(end) + " UTC" : "further notice";
        switch (effect.Kind)
        {
            case EffectKind.Report:
                Report(effect, user);
                break;
            case EffectKind.LockAccount:
                log.Warning("observe: would lock {User:l} until {Until:l}", user, until);
                break;
            case EffectKind.UnlockAccount:
                log.Information("observe: would unlock {User:l}", user);
                break;
            case EffectKind.BlockAddress:
                log.Warning("observe: would block {Address:l} in the firewall until {Until:l}, for {User:l}", effect.Address.ToString(), until, user);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect.Kind, "not an effect of a supervisor");
        }
    }

    private void Report(Effect effect, string user)
    {
        var lines = string.Concat(IncidentText.Reasons(effect.Reasons).Select(reason => "\n      " + reason));
        var place = effect.Address.IsNone ? "" : $" from {effect.Address} ({Countries.NameOf(effect.Country)})";
        if (effect.From == effect.To)
            log.Warning("ALARM {User:l}{Place:l}{Lines:l}", user, place, lines);
        else
        {
            log.Warning("{At:l} {User:l} {From:l} -> {To:l}{Place:l}, score {Score}{Lines:l}\n      -> {Consequence:l}",
                IncidentText.Time(effect.At), user, IncidentText.Name(effect.From), IncidentText.Name(effect.To).ToUpperInvariant(), place, effect.Score, lines,
                IncidentText.Consequence(effect.To, effect.Until, GuardMode.Observe));
        }
    }
}
