namespace Guard.Bench.Detection.World;

/// <summary>A country of the simulated world.</summary>
/// <param name="Zone">Hours ahead of UTC; daylight saving is left out, as no rhythm is sharp to the hour.</param>
/// <param name="Sites">Weight among the homes of sites.</param>
/// <param name="Trips">Weight among travel destinations.</param>
/// <param name="Bots">Weight among the places of rented or infected machines.</param>
public sealed record Country(string Code, double Latitude, double Longitude, int Zone, double Sites, double Trips, double Bots)
{
    /// <summary>The weights are rough shares: a European hoster with some customers overseas, holidays in the south, bots where many machines are badly
    /// kept.</summary>
    public static IReadOnlyList<Country> All { get; } =
    [
        new("GB", 52.4, -1.5, 0, 14, 6, 1),
        new("DE", 51.0, 10.0, 1, 16, 5, 1),
        new("FR", 47.0, 2.5, 1, 9, 9, 1.5),
        new("IE", 53.2, -7.7, 0, 3, 2, 0.3),
        new("NL", 52.2, 5.4, 1, 6, 3, 1),
        new("BE", 50.7, 4.5, 1, 3, 2, 0.4),
        new("ES", 40.2, -3.6, 1, 6, 10, 1.5),
        new("PT", 39.6, -8.2, 0, 2, 4, 0.5),
        new("IT", 43.0, 12.2, 1, 6, 9, 1.5),
        new("AT", 47.6, 14.2, 1, 4, 5, 0.4),
        new("CH", 46.9, 8.2, 1, 4, 3, 0.3),
        new("PL", 52.1, 19.4, 1, 4, 3, 1.5),
        new("CZ", 49.8, 15.5, 1, 2, 2, 0.8),
        new("SE", 59.6, 15.2, 1, 3, 2, 0.5),
        new("DK", 55.9, 9.8, 1, 2, 2, 0.3),
        new("NO", 60.5, 9.5, 1, 1.5, 2, 0.3),
        new("FI", 61.9, 25.7, 2, 1.5, 1, 0.3),
        new("GR", 38.6, 23.0, 2, 1, 6, 0.7),
        new("HR", 45.1, 15.2, 1, 1, 4, 0.4),
        new("HU", 47.2, 19.5, 1, 1.5, 1.5, 0.8),
        new("US", 39.0, -95.0, -6, 10, 6, 3),
        new("CA", 45.5, -79.0, -5, 3, 2, 0.7),
        new("AU", -33.5, 147.0, 10, 2, 1.5, 0.5),
        new("JP", 35.7, 138.5, 9, 1, 1.5, 0.5),
        new("BR", -21.5, -46.5, -3, 1.5, 1, 6),
        new("MX", 20.0, -100.0, -6, 0.8, 1.5, 2.5),
        new("ZA", -27.5, 27.5, 2, 0.8, 1, 1.5),
        new("AE", 25.0, 55.2, 4, 0.6, 3, 0.4),
        new("TH", 14.5, 100.7, 7, 0.2, 3, 2.5),
        new("TR", 39.5, 31.5, 3, 0.5, 6, 3),
        new("EG", 30.0, 31.2, 2, 0.1, 2.5, 2),
        new("MA", 33.3, -7.0, 1, 0.1, 1.5, 1),
        new("RO", 45.3, 25.4, 2, 0.4, 0.8, 5),
        new("BG", 42.7, 25.0, 2, 0.3, 1.5, 2.5),
        new("UA", 49.3, 31.0, 2, 0.2, 0.3, 6),
        new("RU", 55.6, 41.0, 3, 0.2, 0.3, 7),
        new("CN", 31.0, 114.0, 8, 0.1, 1, 9),
        new("VN", 16.5, 106.8, 7, 0.1, 1, 7),
        new("IN", 21.5, 78.0, 5, 0.5, 1.5, 8),
        new("ID", -6.6, 109.0, 7, 0.1, 1.2, 5),
        new("IR", 33.5, 52.0, 3, 0, 0.1, 3),
        new("NG", 8.2, 6.5, 1, 0, 0.2, 3),
        new("PK", 31.0, 72.5, 5, 0, 0.1, 3),
        new("BD", 23.8, 90.3, 6, 0, 0.1, 2),
        new("PH", 14.5, 121.3, 8, 0.1, 0.6, 2),
        new("AR", -33.5, -61.0, -3, 0.3, 0.6, 2.5),
        new("CO", 5.0, -74.5, -5, 0.2, 0.4, 2),
        new("KR", 36.6, 127.6, 9, 0.2, 0.5, 1.5),
    ];
}
