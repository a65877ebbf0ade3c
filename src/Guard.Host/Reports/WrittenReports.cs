using Guard.Actors.Enforcement;
using Guard.Actors.Policies.Geography;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;
using Serilog;

namespace Guard.Host.Reports;

/// <summary>Writes reports into the log: the way that needs no set-up.</summary>
public sealed class WrittenReports(ILogger log) : IEffector
{
    public void Carry(Effect effect)
    {
        var user = IncidentText.Safe(IncidentText.Subject(effect));
        var lines = string.Concat(IncidentText.Reasons(effect.Reasons).Select(reason => "\n      " + reason));
        var place = effect.Address.IsNone ? "" : $" from {effect.Address} ({Countries.NameOf(effect.Country)})";
        if (effect.From == effect.To)
        {
            log.Warning("ALARM {User:l}{Place:l}{Lines:l}", user, place, lines);
            return;
        }
        if (effect.IsEnd)
        {
            log.Information(
                "{At:l} {User:l} {From:l} -> {To:l}{Lines:l}\n      -> {Consequence:l}",
                IncidentText.Time(effect.At),
                user,
                IncidentText.Name(effect.From),
                IncidentText.Name(effect.To),
                lines,
                IncidentText.Consequence(effect.To, effect.Until, effect.Mode)
            );
            return;
        }
        log.Warning(
            "{At:l} {User:l} {From:l} -> {To:l}{Place:l}, score {Score}{Lines:l}\n      -> {Consequence:l}",
            IncidentText.Time(effect.At),
            user,
            IncidentText.Name(effect.From),
            IncidentText.Name(effect.To).ToUpperInvariant(),
            place,
            effect.Score,
            lines,
            IncidentText.Consequence(effect.To, effect.Until, effect.Mode)
        );
    }
}
