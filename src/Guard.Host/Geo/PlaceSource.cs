using Guard.Host.Configuration;

namespace Guard.Host.Geo;

/// <summary>Opens the country data that is configured, or the default file when it was fetched. What is missing is said once and done without.</summary>
public static class PlaceSource
{
    public static PlaceLookup Open(GuardSettings settings, IReadOnlyList<string>? instead, Action<string> warn)
    {
        var files = instead ?? settings.Geo.Files;
        if (files.Count == 0 && File.Exists(CountryDatabase.FileIn(settings.DataDirectory)))
            files = [CountryDatabase.FileIn(settings.DataDirectory)];
        var overrides = PlaceOverrides.None;
        if (settings.Geo.Overrides.Length > 0)
        {
            try
            {
                overrides = PlaceOverrides.Read(File.ReadLines(settings.Geo.Overrides));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
            {
                warn($"warning: {settings.Geo.Overrides}: {failure.Message}; going on without these places");
            }
        }
        var places = new PlaceLookup(files, overrides);
        foreach (var status in places.Status.Where(status => status.Problem is not null))
            warn($"warning: {status.File}: {status.Problem}; going on without it");
        if (files.Count == 0 && overrides.Count == 0)
            warn("warning: no country data: places are judged by network only");
        return places;
    }
}
