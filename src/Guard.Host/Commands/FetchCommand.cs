using Guard.Host.Configuration;
using Guard.Host.Geo;

namespace Guard.Host.Commands;

/// <summary><c>accountguard fetch-country-data</c>.</summary>
public static class FetchCommand
{
    public static async Task<int> RunAsync(string? config, IReadOnlyDictionary<string, string> sets, CancellationToken cancellation)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return CheckConfigCommand.Refuse(loaded.Faults, Console.Error);
        return await TryAsync(settings, Console.Error.WriteLine, cancellation).ConfigureAwait(false) ? 0 : 1;
    }

    /// <summary>False when it could not be had; the guard then goes on without.</summary>
    public static async Task<bool> TryAsync(GuardSettings settings, Action<string> tell, CancellationToken cancellation)
    {
        if (File.Exists(CountryDatabase.FileIn(settings.DataDirectory)))
            return true;
        if (CountryDatabase.Registry() is not { } registry)
        {
            tell("no npm registry is configured, so the default country database cannot be fetched; name a file in accountguard.geo.files");
            return false;
        }
        try
        {
            await CountryDatabase.FetchAsync(settings.DataDirectory, registry, tell, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure)
            when (failure
                    is HttpRequestException
                        or IOException
                        or InvalidDataException
                        or TaskCanceledException
                        or System.Text.Json.JsonException
                        or UnauthorizedAccessException
                        or KeyNotFoundException
            )
        {
            tell($"the default country database could not be fetched: {failure.Message}");
            return false;
        }
    }
}
