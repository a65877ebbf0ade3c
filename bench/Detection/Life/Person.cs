using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Life;

/// <summary>One of those who use an account: a place in the world and the lines there.</summary>
public sealed class Person
{
    /// <summary>Tells persons' lines and devices apart.</summary>
    public required ulong Key { get; init; }

    public required Country Country { get; init; }

    public required Network HomeLine { get; init; }

    /// <summary>The provider from <see cref="ProviderChangeDay"/> on.</summary>
    public required Network NextHomeLine { get; init; }

    public required int ProviderChangeDay { get; init; }

    public required Network Carrier { get; init; }

    public required bool Six { get; init; }

    public required int LeaseDays { get; init; }

    public required int PoolBits { get; init; }

    public required bool AtOffice { get; init; }

    public required bool Phone { get; init; }

    /// <summary>Where the VPN usually ends; null for those without.</summary>
    public required Country? VpnExit { get; init; }

    /// <summary>Each connection has another address.</summary>
    public bool PerConnection { get; init; }

    public bool Relay { get; init; }

    public bool Webmail { get; init; }

    public required IReadOnlyList<Trip> Trips { get; init; }

    /// <summary>Days without any mail.</summary>
    public required (int From, int To) Absence { get; init; }

    /// <summary>An old device goes on with a former password on these days; empty for most.</summary>
    public required (int From, int To, int Minutes) OldDevice { get; init; }

    /// <summary>Median mails on an active day.</summary>
    public required double Mails { get; init; }

    public Trip? TripOn(int day)
    {
        foreach (var trip in Trips)
        {
            if (day >= trip.From && day < trip.To)
                return trip;
        }
        return null;
    }
}
