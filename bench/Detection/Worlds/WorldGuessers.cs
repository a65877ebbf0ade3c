using System.Globalization;
using System.Text;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Life;
using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Worlds;

/// <summary>Draws a world's guessers, one attack or two of each way. They know nothing of the guard and never notice a block.</summary>
public sealed class WorldGuessers(Simulation simulation)
{
    /// <summary>Nobody guesses while the guard learns who is at home where.</summary>
    private const int Quiet = 14;

    private const int MostTries = 4000;

    private static readonly string[] Common =
    [
        "info",
        "admin",
        "sales",
        "office",
        "test",
        "contact",
        "mail",
        "support",
        "anna",
        "peter",
        "maria",
        "john",
        "scan",
    ];

    private readonly Botnet _botnet = new(simulation.Networks);
    private readonly List<Guess> _guesses = [];

    public static IReadOnlyList<Guess> Plan(Simulation simulation)
    {
        var guessers = new WorldGuessers(simulation);
        foreach (var way in Enum.GetValues<GuessWay>())
        {
            var dice = new Dice(simulation.Size.Seed, 71, (ulong)way);
            var attacks = way is GuessWay.SlowBotnet or GuessWay.OneAccount ? 1 : 3;
            for (var count = 0; count < attacks; count++)
                guessers.Add(way, dice);
        }
        return guessers._guesses;
    }

    private void Add(GuessWay way, Dice dice)
    {
        // From lists that were sold again and again to such that somebody took from this very server.
        var existing = dice.Chance(0.3) ? 1 : LogBetween(dice, 0.02, 1);
        switch (way)
        {
            case GuessWay.SlowBotnet or GuessWay.OneAccount:
                AddBotnet(way, existing, dice);
                break;
            case GuessWay.Spray:
                var address = _botnet.Abroad(1, 1, Country.All[dice.Below(Country.All.Count)], dice)[0];
                AddOne(new GuessSource(way), _ => address, LogBetween(dice, 1, 3600), existing, dice);
                break;
            case GuessWay.CarrierPool:
                var carrier = Resident(dice).Carrier;
                var exits = new Dictionary<NetworkAddress, GuessSource>();
                var count = simulation.CarrierExits;
                AddTries(
                    _ => carrier.Shared(dice.Next(), count),
                    exit => exits.TryGetValue(exit, out var known) ? known : exits[exit] = new GuessSource(way),
                    LogBetween(dice, 2, 1800),
                    existing,
                    dice
                );
                break;
            default:
                var length = way switch
                {
                    GuessWay.One64 => 64,
                    GuessWay.One56 => 56,
                    _ => 48,
                };
                var held = Prefix(length, dice);
                AddOne(
                    new GuessSource(way),
                    _ => NetworkAddress.FromIPv6(held.Bits | (((((UInt128)dice.Next() << 64) | dice.Next()) << length) >> length)),
                    LogBetween(dice, 1, 1800),
                    existing,
                    dice
                );
                break;
        }
    }

    /// <summary>A prefix of an access provider: of a customer beside an owner's own line in every other case, where there is one with IPv6.</summary>
    private NetworkAddress Prefix(int length, Dice dice)
    {
        if (length > 48 && dice.Chance(0.5))
        {
            for (var tries = 0; tries < 200; tries++)
            {
                var account = dice.Pick(simulation.Population.Accounts);
                var own = Whereabouts.StandingDesk(account, account.Persons[0], Quiet + dice.Below(30));
                var beside = NetworkAddress.FromIPv6((own.Bits & ~((UInt128)0xFFFF << 64)) | ((UInt128)dice.Below(0x10000) << 64)).Prefix(length);
                if (own.IsIPv6 && beside.Prefix(56) != own.Prefix(56))
                    return beside;
            }
        }
        var network = dice.Pick(simulation.Networks.Of(dice.Pick(Country.All, one => one.Bots), dice.Chance(0.7) ? NetworkKind.Home : NetworkKind.Mobile));
        return NetworkAddress.FromIPv6((UInt128)(network.Six | (uint)dice.Next()) << 64).Prefix(length);
    }

    private void AddOne(GuessSource source, Func<long, NetworkAddress> address, double seconds, double existing, Dice dice) =>
        AddTries(address, _ => source, seconds, existing, dice);

    private void AddTries(Func<long, NetworkAddress> address, Func<NetworkAddress, GuessSource> source, double seconds, double existing, Dice dice)
    {
        var start = Start(dice);
        var end = Math.Min(start + LogBetween(dice, 0.05, 10) * WorldClock.Day, simulation.Size.Days * WorldClock.Day);
        var names = Names(dice.Between(20, 3000), existing, dice);
        var left = MostTries;
        for (double at = start; at < end && left > 0; at += seconds * dice.Between(0.3, 1.7) * WorldClock.Second, left--)
            Try((long)at, dice.Pick(names), address((long)at), source);
    }

    private void AddBotnet(GuessWay way, double existing, Dice dice)
    {
        var bots = _botnet.Abroad(dice.Between(40, 400), dice.Between(2, 15), Resident(dice).Country, dice);
        var names = way == GuessWay.OneAccount ? [dice.Pick(simulation.Population.Accounts).Name] : Names(dice.Between(50, 3000), existing, dice);
        var daily = LogBetween(dice, 3, 30);
        var (start, days) = (Start(dice), dice.Between(4, 21));
        foreach (var bot in bots.Distinct())
        {
            var source = new GuessSource(way);
            var ownDaily = daily * dice.Between(0.6, 1.4);
            // Infected machines come and go.
            var from = start + dice.Below((int)WorldClock.Day);
            var until = from + dice.Between(0.3, 1) * days * WorldClock.Day;
            for (double at = from; at < Math.Min(until, simulation.Size.Days * WorldClock.Day); at += WorldClock.Day / ownDaily * dice.Between(0.3, 1.7))
                Try((long)at, dice.Pick(names), bot, _ => source);
        }
    }

    private void Try(long at, byte[] name, NetworkAddress address, Func<NetworkAddress, GuessSource> source)
    {
        var origin = source(address);
        origin.Tries++;
        _guesses.Add(new Guess(at, name, address, origin));
    }

    private long Start(Dice dice) => dice.Between(Quiet, Math.Max(Quiet, simulation.Size.Days - 12)) * WorldClock.Day + dice.Below((int)WorldClock.Day);

    private Person Resident(Dice dice) => dice.Pick(simulation.Population.Accounts).Persons[0];

    /// <summary>A list of names of this server's domains, some of which have an account.</summary>
    private List<byte[]> Names(int count, double existing, Dice dice)
    {
        var accounts = simulation.Population.Accounts;
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    dice.Chance(existing)
                        ? dice.Pick(accounts).Name
                        : Encoding.UTF8.GetBytes(
                            string.Create(CultureInfo.InvariantCulture, $"{dice.Pick(Common)}{dice.Below(500)}@{dice.Pick(accounts).Site.Domain}")
                        )
                ),
        ];
    }

    private static double LogBetween(Dice dice, double least, double most) => Math.Exp(dice.Between(Math.Log(least), Math.Log(most)));
}
