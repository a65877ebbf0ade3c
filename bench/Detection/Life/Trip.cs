using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Life;

/// <summary>A journey.</summary>
/// <param name="To">Day behind the last.</param>
/// <param name="HomeRouted">The phone's carrier routes its traffic home.</param>
/// <param name="HotelDays">Days in one hotel.</param>
public sealed record Trip(int From, int To, Country Country, bool Business, bool HomeRouted, int HotelDays);
