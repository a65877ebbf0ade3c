using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Attacks;

/// <summary>The pieces that attacks are made of.</summary>
public sealed class AttackScripts(AttackKnobs knobs, Dice dice)
{
    /// <summary>Sends as fast as asked, over whichever machine.</summary>
    public IEnumerable<AttackAction> Burst(long start, NetworkAddress[] bots, double mailsPerHour, long length)
    {
        var unknown = dice.In(knobs.UnknownPercent) / 100.0;
        var recipients = dice.In(knobs.Recipients);
        var perConnection = dice.Between(1, 4);
        for (var at = (double)start; at < start + length;)
        {
            var mails = dice.Between(1, perConnection);
            yield return new AttackAction((long)at, AttackStep.Mails, dice.Pick(bots), mails, recipients, unknown);
            at += mails * WorldClock.Hour / mailsPerHour * dice.Between(0.5, 1.5);
        }
    }

    /// <summary>Steady and slow, each machine for a few mails only.</summary>
    public IEnumerable<AttackAction> Drip(long start, NetworkAddress[] bots, int mailsPerHour, long length)
    {
        var unknown = dice.In(knobs.UnknownPercent) / 100.0;
        var bot = dice.Pick(bots);
        var left = dice.In(knobs.DripMailsPerBot);
        for (var at = start; at < start + length; at += (long)(WorldClock.Hour / mailsPerHour * dice.Between(0.3, 1.7)))
        {
            if (left-- == 0)
            {
                bot = dice.Pick(bots);
                left = dice.In(knobs.DripMailsPerBot);
            }
            yield return new AttackAction(at, AttackStep.Mails, bot, 1, 1, unknown);
        }
    }

    /// <summary>A number of mails on each of some days, spread over the waking hours.</summary>
    public IEnumerable<AttackAction> Daily(long start, NetworkAddress[] machines, IEnumerable<int> mailsByDay, double unknown)
    {
        var day = start;
        foreach (var mails in mailsByDay)
        {
            for (var i = 0; i < mails; i++)
                yield return new AttackAction(day + (long)(dice.Unit() * 14 * WorldClock.Hour), AttackStep.Mails, dice.Pick(machines), 1, 1, unknown);
            day += WorldClock.Day;
        }
    }

    public IEnumerable<AttackAction> Reading(long start, NetworkAddress[] machines, int days)
    {
        yield return new AttackAction(start, AttackStep.Login, machines[0]);
        for (var day = 0; day < days; day++)
        {
            for (var logins = dice.In(knobs.ReadingLogins); logins > 0; logins--)
                yield return new AttackAction(start + day * WorldClock.Day + (long)(dice.Unit() * WorldClock.Day), AttackStep.Login, dice.Pick(machines));
        }
    }

    public IEnumerable<AttackAction> Guesses(long start, NetworkAddress[] machines, int guesses, long length)
    {
        for (var i = 0; i < guesses; i++)
            yield return new AttackAction(start + (long)(dice.Unit() * length), AttackStep.Failure, dice.Pick(machines));
    }
}
