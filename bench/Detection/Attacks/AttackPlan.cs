using Guard.Bench.Detection.Life;
using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Attacks;

/// <summary>Chooses victims, one attack each, and writes the scripts of all attacks.</summary>
public sealed class AttackPlan
{
    private readonly AttackKnobs _knobs;
    private readonly Botnet _botnet;
    private readonly int _days;
    private readonly HashSet<Account> _taken = [];
    private readonly List<Takeover> _takeovers = [];

    public AttackPlan(ulong seed, int victimsPerKind, int days, AttackKnobs knobs, Population population, NetworkPlan networks)
    {
        (_knobs, _days, _botnet) = (knobs, days, new Botnet(networks));
        // The choosy kinds first, while there is choice.
        TakeoverKind[] order =
        [
            TakeoverKind.SeveralOfOneSite,
            TakeoverKind.DuringTravel,
            TakeoverKind.InLearningPhase,
            .. TakeoverKinds.All.Where(kind => kind is not (TakeoverKind.SeveralOfOneSite or TakeoverKind.DuringTravel or TakeoverKind.InLearningPhase)),
        ];
        foreach (var kind in order)
        {
            var dice = new Dice(seed, 5, (ulong)kind);
            if (kind == TakeoverKind.SeveralOfOneSite)
                AttackSites(population, victimsPerKind, dice);
            else
                Attack(population, kind, victimsPerKind, dice);
        }
    }

    public IReadOnlyList<Takeover> Takeovers => _takeovers;

    private int FirstDay => Math.Min(_knobs.FirstDay, _days / 3);

    private void Attack(Population population, TakeoverKind kind, int victims, Dice dice)
    {
        for (var tries = 0; victims > 0 && tries < 100_000; tries++)
        {
            var victim = dice.Pick(population.Accounts);
            if (_taken.Contains(victim) || StartDay(victim, kind, dice) is not { } day || !victim.IsAlive(day))
                continue;
            Add(victim, kind, Script(victim, kind, day * WorldClock.Day + (long)(dice.Unit() * WorldClock.Day), dice));
            victims--;
        }
    }

    private int? StartDay(Account victim, TakeoverKind kind, Dice dice)
    {
        if (kind == TakeoverKind.InLearningPhase)
            return victim.FirstDay + dice.Between(1, 10) is var early && early < _days - 2 ? early : null;
        // Others are known for a month before.
        var first = Math.Max(FirstDay, victim.FirstDay + FirstDay);
        if (kind == TakeoverKind.DuringTravel)
        {
            var trips = victim.Persons[0].Trips.Where(trip => trip.From >= first && trip.From < _days - 2).ToArray();
            return trips.Length == 0 ? null
                : dice.Pick(trips) is var trip ? Math.Min(_days - 2, dice.Between(trip.From, trip.To - 1))
                : null;
        }
        var last =
            _days
            - 2
            - (
                kind switch
                {
                    TakeoverKind.SlowWarmUp => _knobs.WarmUpDays.Most,
                    TakeoverKind.MailboxReading => _knobs.ReadingDays.Most,
                    TakeoverKind.LowUsualCountry => _knobs.LowDays.Most,
                    _ => 4,
                }
            );
        return last < first ? null : dice.Between(first, last);
    }

    private void AttackSites(Population population, int victims, Dice dice)
    {
        for (var tries = 0; victims > 0 && tries < 10_000; tries++)
        {
            var site = dice.Pick(population.Sites);
            var day = dice.Between(FirstDay, Math.Max(FirstDay, _days - 4));
            var known = population
                .Accounts.Where(account => account.Site == site && !_taken.Contains(account) && account.FirstDay == 0 && account.IsAlive(day))
                .ToList();
            var count = dice.In(_knobs.SiteVictims);
            if (known.Count < count)
                continue;
            var start = day * WorldClock.Day + (long)(dice.Unit() * WorldClock.Day);
            var bots = _botnet.Abroad(dice.In(_knobs.BurstBots), dice.Between(1, 8), site.Country, dice);
            var within = dice.In(_knobs.SiteMinutes) * WorldClock.Minute;
            for (; count > 0; count--, victims--)
            {
                var victim = dice.Pick(known);
                known.Remove(victim);
                var script = new AttackScripts(_knobs, dice);
                Add(
                    victim,
                    TakeoverKind.SeveralOfOneSite,
                    script.Burst(start + (long)(dice.Unit() * within), bots, dice.In(_knobs.SiteMails), 3 * WorldClock.Hour)
                );
            }
        }
    }

    private IEnumerable<AttackAction> Script(Account victim, TakeoverKind kind, long start, Dice dice)
    {
        var script = new AttackScripts(_knobs, dice);
        var home = victim.Persons[0].Country;
        var minutes = dice.In(_knobs.BurstMinutes) * WorldClock.Minute;
        NetworkAddress[] Abroad() => _botnet.Abroad(dice.In(_knobs.BurstBots), dice.In(_knobs.BurstCountries), home, dice);
        switch (kind)
        {
            case TakeoverKind.BurstManyCountries:
                return script.Burst(start, Abroad(), dice.In(_knobs.BurstMails), minutes);
            case TakeoverKind.BurstHomeBot:
                return script.Burst(start, _botnet.AtHome(dice.In(_knobs.HomeBots), home, dice), dice.In(_knobs.BurstMails), minutes);
            case TakeoverKind.SlowDrip:
                return script.Drip(
                    start,
                    _botnet.Abroad(dice.Between(20, 150), dice.Between(4, 15), home, dice),
                    dice.In(_knobs.DripMails),
                    dice.In(_knobs.DripDays) * WorldClock.Day
                );
            case TakeoverKind.LowUsualCountry:
                return script.Daily(
                    start,
                    _botnet.AtHome(dice.In(_knobs.HomeBots), home, dice),
                    Enumerable.Range(0, dice.In(_knobs.LowDays)).Select(_ => dice.In(_knobs.LowMails)).ToArray(),
                    dice.In(_knobs.UnknownPercent) / 100.0
                );
            case TakeoverKind.MailboxReading:
                return script.Reading(start, _botnet.Abroad(dice.Between(1, 3), 1, home, dice), dice.In(_knobs.ReadingDays));
            case TakeoverKind.StuffingThenSuccess:
                return Stuffing(script, home, start, minutes, dice);
            case TakeoverKind.BruteForceNoSuccess:
                return script.Guesses(
                    start,
                    _botnet.Abroad(dice.In(_knobs.BruteAddresses), dice.Between(1, 8), home, dice),
                    dice.In(_knobs.BruteGuesses),
                    dice.In(_knobs.BruteHours) * WorldClock.Hour
                );
            case TakeoverKind.DuringTravel:
                return script.Burst(start, _botnet.Abroad(dice.Between(3, 30), dice.Between(1, 8), home, dice), dice.In(_knobs.MiddleMails), minutes);
            case TakeoverKind.InLearningPhase:
                return script.Burst(
                    start,
                    dice.Chance(0.3) ? _botnet.AtHome(dice.In(_knobs.HomeBots), home, dice) : Abroad(),
                    dice.In(_knobs.MiddleMails),
                    minutes
                );
            default:
                return WarmUp(script, home, start, dice);
        }
    }

    private IEnumerable<AttackAction> Stuffing(AttackScripts script, Country home, long start, long minutes, Dice dice)
    {
        var guesses = dice.In(_knobs.StuffingGuesses);
        var length = dice.In(_knobs.StuffingMinutes) * WorldClock.Minute;
        var machines = _botnet.Abroad(Math.Max(3, guesses / dice.In(_knobs.StuffingTries)), dice.In(_knobs.BurstCountries), home, dice);
        // The machines that found it, or a few others that bought it, do the sending.
        return script
            .Guesses(start - length, machines, guesses, length)
            .Concat(script.Burst(start, machines[..Math.Min(machines.Length, dice.Between(2, 20))], dice.In(_knobs.MiddleMails), minutes))
            .ToArray();
    }

    private IEnumerable<AttackAction> WarmUp(AttackScripts script, Country home, long start, Dice dice)
    {
        var machines = dice.Chance(0.5) ? _botnet.Abroad(dice.Between(1, 2), 1, home, dice) : _botnet.AtHome(dice.Between(1, 2), home, dice);
        var silent = dice.In(_knobs.WarmUpSilentDays);
        var doubling = dice.In(_knobs.WarmUpDoubling);
        var days = Enumerable
            .Range(0, dice.In(_knobs.WarmUpDays) - silent)
            .Select(day => (int)Math.Min(2000, 2 * double.Exp2(day / (double)doubling)))
            .ToArray();
        return script
            .Reading(start, machines, silent)
            .Concat(script.Daily(start + silent * WorldClock.Day, machines, days, dice.In(_knobs.UnknownPercent) / 100.0))
            .ToArray();
    }

    private void Add(Account victim, TakeoverKind kind, IEnumerable<AttackAction> actions)
    {
        _taken.Add(victim);
        var takeover = new Takeover(victim, kind, [.. actions]);
        if (kind == TakeoverKind.BruteForceNoSuccess)
            victim.Events.Add(new LifeEvent(LifeCauses.BruteForce, (int)(takeover.Start / WorldClock.Day), (int)(takeover.End / WorldClock.Day) + 2));
        _takeovers.Add(takeover);
    }
}
