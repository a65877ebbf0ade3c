using System.Collections.Concurrent;
using Guard.Bench.Detection.Lines;
using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Life;

/// <summary>The noise of every server: strangers who try a few passwords at many accounts.</summary>
public sealed class BackgroundGuessing(ulong seed, double guesses, NetworkPlan networks, LineQueue lines)
{
    /// <summary>Addresses that guessed; blocking one is never wrong. Read by the judging thread meanwhile.</summary>
    public ConcurrentDictionary<NetworkAddress, bool> Addresses { get; } = [];

    public void Try(IReadOnlyList<Account> accounts, int day)
    {
        var dice = new Dice(seed, 4, (ulong)day);
        var rest = dice.Poisson(guesses * accounts.Count);
        while (rest > 0)
        {
            var network = dice.Pick(networks.Of(dice.Pick(Country.All, one => one.Bots), dice.Chance(0.5) ? NetworkKind.Hosting : NetworkKind.Home));
            var address = network.Line(dice.Next(), day, 14);
            Addresses[address] = true;
            var at = day * WorldClock.Day + (long)(dice.Unit() * WorldClock.Day);
            for (var count = dice.Between(1, 30); count > 0 && rest > 0; count--, rest--)
                lines.Failure(at += dice.Between(2, 240) * WorldClock.Second, dice.Pick(accounts).Name, address, dice.Chance(0.7));
        }
    }
}
