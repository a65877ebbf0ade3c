using Guard.Host.Configuration;

namespace Guard.Host.Geo;

/// <summary>Opens the country data that is configured, or the default file when it was fetched. What is missing is said once and done without.</summary>
public static class PlaceSource
{
    /// <summary>Where packages of the guard put data of the day they were made.</summary>
    private const string Shipped = "/usr/share/accountguard/geo";

    /// <summary>The file of a free database: the one that was fetched, or the one that came with the package; null when there is neither.</summary>
    public static string? FileOf(GeoPackage package, string dataDirectory) =>
        new[]
        {
            package.FileIn(dataDirectory),
            Path.Combine(Shipped, package.Target),
            Path.Combine(AppContext.BaseDirectory, "geo", package.Target),
        }.FirstOrDefault(File.Exists);

    // What was fetched once is used, whatever is fetched now; MaxMind's own come last, since they know more.
    private static string[] Fetched(GuardSettings settings) =>
        [
            .. GeoPackage.All.Select(package => FileOf(package, settings.DataDirectory)).OfType<string>(),
            .. settings
                .Geo.MaxMind.Editions.Select(edition => Path.Combine(GeoPackage.DirectoryIn(settings.DataDirectory), edition + ".mmdb"))
                .Where(File.Exists),
        ];

    /// <param name="dns">The lists in the DNS, where somebody may ask them.</param>
    /// <param name="waits">See <see cref="PlaceLookup.WaitsForDns"/>.</param>
    public static PlaceLookup Open(GuardSettings settings, IReadOnlyList<string>? instead, Action<string> warn, DnsLists? dns = null, bool waits = false)
    {
        Func<IReadOnlyList<string>> files = (instead ?? settings.Geo.Files) is { Count: > 0 } named ? () => named : () => Fetched(settings);
        var overrides = PlaceOverrides.None;
        var problem = "";
        if (settings.Geo.Overrides.Length > 0)
        {
            try
            {
                overrides = PlaceOverrides.Read(File.ReadLines(settings.Geo.Overrides));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
            {
                problem = $"{settings.Geo.Overrides}: {failure.Message}";
                warn($"warning: {problem}; going on without these places");
            }
        }
        var lists = settings.Reputation.IsEmpty ? null : new ReputationLists(settings.Reputation);
        var places = new PlaceLookup(files, overrides, lists)
        {
            OverridesProblem = problem,
            Dns = dns ?? DnsLists.None,
            WaitsForDns = waits,
        };
        foreach (var status in places.Lists.Where(status => status.Problem is not null))
            warn($"warning: {status.File}: {status.Problem}; going on without this list");
        foreach (var status in places.Status.Where(status => status.Problem is not null))
            warn($"warning: {status.File}: {status.Problem}; going on without it");
        if (places.Status.Count == 0 && overrides.Count == 0)
            warn("warning: no country data: places are judged by network only");
        return places;
    }
}
