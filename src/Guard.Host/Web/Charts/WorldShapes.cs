using System.Collections.Immutable;

namespace Guard.Host.Web.Charts;

/// <summary>A country's outline as an SVG path on a sheet of 1000 by 430 units.</summary>
public sealed record CountryShape(string Code, string Path);

/// <summary>The world's countries, simplified; made by bench/WorldMap from Natural Earth's public-domain shapes.</summary>
internal static class WorldShapes
{
    private static readonly Lazy<ImmutableArray<CountryShape>> Shapes = new(Read);

    public static ImmutableArray<CountryShape> All => Shapes.Value;

    private static ImmutableArray<CountryShape> Read()
    {
        using var reader = new StreamReader(typeof(WorldShapes).Assembly.GetManifestResourceStream("Guard.Host.Web.Charts.world.txt")!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 3 && line[0] != '#').Select(line => new CountryShape(line[..2], line[3..]))];
    }
}
