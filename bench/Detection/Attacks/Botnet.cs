using Guard.Bench.Detection.World;
using Guard.Messages.Places;

namespace Guard.Bench.Detection.Attacks;

/// <summary>Machines that thieves use: infected ones on home lines, and rented ones.</summary>
public sealed class Botnet(NetworkPlan networks)
{
    private const double Rented = 0.3;

    /// <summary>Machines in several countries, none of them the owner's.</summary>
    public NetworkAddress[] Abroad(int bots, int countries, Country home, Dice dice)
    {
        var chosen = new List<Country>();
        while (chosen.Count < countries)
        {
            var country = dice.Pick(Country.All, one => one.Bots);
            if (country != home && !chosen.Contains(country))
                chosen.Add(country);
        }
        return [.. Enumerable.Range(0, bots).Select(_ => In(dice.Pick(chosen), dice))];
    }

    public NetworkAddress[] AtHome(int bots, Country home, Dice dice) => [.. Enumerable.Range(0, bots).Select(_ => In(home, dice))];

    private NetworkAddress In(Country country, Dice dice) =>
        dice.Pick(networks.Of(country, dice.Chance(Rented) ? NetworkKind.Hosting : NetworkKind.Home)).Line(dice.Next(), 0, 17);
}
