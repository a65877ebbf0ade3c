using Guard.Host.Configuration;
using Guard.Host.Geo;

namespace Guard.Host.Commands;

/// <summary><c>accountguard fetch-geo-data</c>: what the daemon fetches by itself, now, and with coordinates when asked for.</summary>
public static class FetchGeoDataCommand
{
    public static async Task<int> RunAsync(
        string? config,
        bool cities,
        IReadOnlyDictionary<string, string> sets,
        RowFormat format,
        CancellationToken cancellation
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        if (!settings.Geo.Files.IsEmpty)
            Console.Error.WriteLine("geo.files names databases of your own: only those of MaxMind are fetched");
        var geo = cities ? settings.Geo with { Fetch = [.. settings.Geo.Fetch.Add(GeoData.City).Distinct()] } : settings.Geo;
        var failures = await new GeoFetch(geo, settings.DataDirectory, Console.Error.WriteLine).RunAsync(cancellation).ConfigureAwait(false);
        foreach (var failure in failures)
            Console.Error.WriteLine(failure);
        if (failures.Count > 0)
            return 1;
        OutputFormat.WriteRows(
            Console.Out,
            format,
            PlaceSource
                .Open(settings, null, Console.Error.WriteLine)
                .Status.Select(file => new
                {
                    file.File,
                    file.Type,
                    file.Built,
                }),
            file => FormattableString.Invariant($"{file.File}: {file.Type} of {file.Built:yyyy-MM-dd}")
        );
        return 0;
    }
}
