using System.Text;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Life;
using Guard.Bench.Detection.Lines;
using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Worlds;

/// <summary>Draws a world's thieves: each pace from places of every kind.</summary>
public sealed class WorldThieves(Simulation simulation, int each)
{
    private const int Known = 28;

    private static readonly ThiefPace[] Paces =
    [
        ThiefPace.OneEach,
        ThiefPace.Burst,
        ThiefPace.Hour,
        ThiefPace.OneMail,
        ThiefPace.FourADay,
        ThiefPace.Steady,
        ThiefPace.ReadThenSteady,
        ThiefPace.Reader,
        ThiefPace.Rush,
    ];

    private readonly Botnet _botnet = new(simulation.Networks);
    private readonly HashSet<Account> _taken = [];
    private readonly List<Takeover> _takeovers = [];

    public static IReadOnlyList<Takeover> Plan(Simulation simulation, int each)
    {
        var thieves = new WorldThieves(simulation, each);
        foreach (var pace in Paces)
        {
            var dice = new Dice(simulation.Size.Seed, 51, (ulong)pace);
            if (pace == ThiefPace.OneEach)
                thieves.StealMany(dice);
            else
                thieves.Steal(pace, dice);
        }
        return thieves._takeovers;
    }

    private void Steal(ThiefPace pace, Dice dice)
    {
        for (var count = 0; count < each; count++)
        {
            if (Victim(dice, Known + 1, simulation.Size.Days - 7) is not var (victim, day))
                return;
            var from = pace is ThiefPace.Reader or ThiefPace.FourADay
                ? dice.Pick<ThiefFrom>([ThiefFrom.Abroad, ThiefFrom.Abroad, ThiefFrom.Abroad, ThiefFrom.ManyCountries])
                : (ThiefFrom)(count % 7);
            var way = new ThiefWay(from, pace, dice.Chance(0.4), dice.Chance(0.1));
            Add(victim, way, day * WorldClock.Day + Hour(victim, day, way, dice), Source(victim, from, dice), dice);
        }
    }

    /// <summary>One botnet, one evening, thirty accounts of the host or a tenth of it.</summary>
    private void StealMany(Dice dice)
    {
        var accounts = Math.Min(30, simulation.Population.Accounts.Count / 10);
        var day = dice.Between(Known + 1, simulation.Size.Days - 7);
        var start = day * WorldClock.Day + dice.Below((int)WorldClock.Day);
        var home = simulation.Population.Accounts[0].Site.Country;
        var bots = _botnet.Abroad(dice.Between(5, 60), dice.Between(1, 8), home, dice);
        // Of one site where it has so many.
        var sites = simulation
            .Population.Sites.OrderByDescending(site => simulation.Population.Accounts.Count(account => account.Site == site))
            .Take(1)
            .ToList();
        for (var tries = 0; accounts > 0 && tries < 20_000; tries++)
        {
            var victim = dice.Pick(simulation.Population.Accounts);
            if (_taken.Contains(victim) || !IsKnown(victim, day) || (tries < 10_000 && sites.Count > 0 && victim.Site != sites[0]))
                continue;
            Add(
                victim,
                new ThiefWay(ThiefFrom.ManyCountries, ThiefPace.OneEach, false, false),
                start + dice.Below((int)(30 * WorldClock.Minute)),
                _ => dice.Pick(bots),
                dice
            );
            accounts--;
        }
    }

    private (Account, int)? Victim(Dice dice, int first, int last)
    {
        for (var tries = 0; tries < 20_000; tries++)
        {
            var victim = dice.Pick(simulation.Population.Accounts);
            var day = dice.Between(first, last);
            if (!_taken.Contains(victim) && IsKnown(victim, day) && victim.Habits.Archetype is not (Archetype.WebApplication or Archetype.Newsletter))
                return (victim, day);
        }
        return null;
    }

    private static bool IsKnown(Account victim, int day) => victim.FirstDay + Known <= day && victim.IsAlive(day) && victim.IsAlive(day + 4);

    /// <summary>A bot on the owner's machine is at work while it is on; others at any time.</summary>
    private static long Hour(Account victim, int day, ThiefWay way, Dice dice) =>
        way.From == ThiefFrom.OwnLine
            ? (dice.Between(8, 18) - Whereabouts.Zone(victim.Persons[0], day)) * WorldClock.Hour + dice.Below((int)WorldClock.Hour)
            : dice.Below((int)WorldClock.Day);

    private Func<long, NetworkAddress> Source(Account victim, ThiefFrom from, Dice dice)
    {
        var person = victim.Persons[0];
        switch (from)
        {
            case ThiefFrom.Abroad:
                {
                    var bots = _botnet.Abroad(dice.Between(1, 3), 1, person.Country, dice);
                    return _ => dice.Pick(bots);
                }
            case ThiefFrom.ManyCountries:
                {
                    var bots = _botnet.Abroad(dice.Between(5, 60), dice.Between(2, 12), person.Country, dice);
                    return _ => dice.Pick(bots);
                }
            case ThiefFrom.HomeBot:
                {
                    var bots = _botnet.AtHome(dice.Between(1, 3), person.Country, dice);
                    return _ => dice.Pick(bots);
                }
            case ThiefFrom.OwnersAs:
                {
                    var bot = person.HomeLine.Line(dice.Next(), 0, 17);
                    return _ => bot;
                }
            case ThiefFrom.OwnersNet:
                {
                    var salt = (byte)dice.Between(1, 250);
                    return at =>
                        Own(victim, person, at) is { IsIPv4: true } own && own != simulation.Where.Webmail
                            ? NetworkAddress.FromIPv4(((uint)own.Bits & 0xFFFFFF00) | (salt == (byte)own.Bits ? (byte)(salt + 1) : salt))
                            : Own(victim, person, at);
                }
            case ThiefFrom.Webmail:
                return at => person.Webmail ? simulation.Where.Webmail : Own(victim, person, at);
            default:
                return at => Own(victim, person, at);
        }
    }

    private static NetworkAddress Own(Account victim, Person person, long at) => Whereabouts.StandingDesk(victim, person, (int)(at / WorldClock.Day));

    private void Add(Account victim, ThiefWay way, long start, Func<long, NetworkAddress> source, Dice dice)
    {
        _taken.Add(victim);
        // A list of living addresses at servers that look at nothing.
        var isTaken = way.Pace == ThiefPace.Rush && dice.Chance(0.5);
        var envelope = new Envelope(
            way.ChangesSender ? Encoding.UTF8.GetBytes($"offer{dice.Below(1000)}@spam{dice.Below(100)}.test") : null,
            way.WritesToContacts ? 1 + (ulong)victim.Index : 1_000_000 + dice.Next() % 1_000_000_000,
            way.WritesToContacts ? victim.Contacts : 0,
            way.WritesToContacts ? 0 : 1,
            0,
            isTaken ? 0 : dice.Between(0, 0.15)
        );
        var unknown = isTaken ? 0 : dice.Between(0, 0.15);
        var actions = new List<AttackAction>();
        void Mail(long at, int recipients) => actions.Add(new AttackAction(at, AttackStep.Mails, source(at), 1, recipients, unknown, envelope));
        void Read(long from, int days)
        {
            for (var day = 0; day < days; day++)
            {
                for (var logins = dice.Between(1, 8); logins > 0; logins--)
                    actions.Add(
                        new AttackAction(
                            from + day * WorldClock.Day + dice.Below((int)(14 * WorldClock.Hour)),
                            AttackStep.Login,
                            source(from + day * WorldClock.Day)
                        )
                    );
            }
        }
        void Steady(long from, int days)
        {
            for (var i = 0; i < 480 * days; i++)
                Mail(from + i * 3 * WorldClock.Minute + dice.Below((int)WorldClock.Minute), 1);
        }
        switch (way.Pace)
        {
            case ThiefPace.Burst:
                var perHour = Math.Exp(dice.Between(Math.Log(80), Math.Log(2000)));
                var recipients = dice.Between(1, 3);
                for (double at = start; at < start + 2 * WorldClock.Hour; at += WorldClock.Hour / perHour * dice.Between(0.5, 1.5))
                    Mail((long)at, recipients);
                break;
            case ThiefPace.Hour:
                for (var i = 0; i < 490; i++)
                    Mail(start + i * WorldClock.Hour / 490 + dice.Below(3000), 1);
                break;
            case ThiefPace.Rush:
                var each = dice.Between(8, 15) * WorldClock.Minute / 490;
                for (var i = 0; i < 490; i++)
                    Mail(start + i * each + dice.Below(500), 1);
                break;
            case ThiefPace.OneMail:
                Mail(start, dice.Between(100, 500));
                break;
            case ThiefPace.FourADay:
                for (var i = 0; i < 16; i++)
                    Mail(start + i * 6 * WorldClock.Hour + dice.Below((int)(2 * WorldClock.Hour)), 100);
                break;
            case ThiefPace.Steady:
                Steady(start, 4);
                break;
            case ThiefPace.ReadThenSteady:
                Read(start, 4);
                Steady(start + 4 * WorldClock.Day, 2);
                break;
            case ThiefPace.Reader:
                Read(start, dice.Between(3, 6));
                break;
            default:
                Mail(start, dice.Between(1, 20));
                break;
        }
        _takeovers.Add(new Takeover(victim, TakeoverKind.Drawn, actions) { Way = way });
    }
}
