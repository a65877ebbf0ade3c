namespace Guard.Actors.Policies.Geography;

/// <summary>Distances on a sphere of the earth's mean radius.</summary>
public static class GreatCircle
{
    private const double EarthRadius = 6371;

    /// <summary>Kilometres between two points in degrees, by the haversine formula.</summary>
    public static double Kilometres(double latitude1, double longitude1, double latitude2, double longitude2)
    {
        var north = Radians(latitude2 - latitude1) / 2;
        var east = Radians(longitude2 - longitude1) / 2;
        var chord = Math.Sin(north) * Math.Sin(north) + Math.Cos(Radians(latitude1)) * Math.Cos(Radians(latitude2)) * Math.Sin(east) * Math.Sin(east);
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(chord)));
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
