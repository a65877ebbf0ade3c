using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Guard.Host.Geo;

/// <summary>A package of an npm registry: which version is the newest, and its files. The registry's API is docs.npmjs.com's "package metadata".</summary>
/// <param name="address">Base address of the registry.</param>
public sealed class NpmRegistry(Uri address) : IDisposable
{
    private const string Usual = "https://registry.npmjs.org/";
    private const long MaxArchive = 512 << 20;

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(10), MaxResponseContentBufferSize = MaxArchive };

    /// <summary>What the newest version of a package is.</summary>
    public sealed record Release(string Package, string Version, Uri Archive, string Integrity);

    /// <exception cref="HttpRequestException">The registry cannot be reached.</exception>
    /// <exception cref="InvalidDataException">What came is no description of a package.</exception>
    public async Task<Release> LatestAsync(string package, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var description = await _client.GetStringAsync(new Uri(address, package + "/latest"), patience.Token).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(description);
            var dist = json.RootElement.GetProperty("dist");
            // The registry may name another host for the archive; the one we were told to use serves the same path.
            var archive = new Uri(address, new Uri(dist.GetProperty("tarball").GetString()!).AbsolutePath);
            return new Release(package, json.RootElement.GetProperty("version").GetString()!, archive, dist.GetProperty("integrity").GetString() ?? "");
        }
        catch (Exception strange)
            when (strange is JsonException or KeyNotFoundException or InvalidOperationException or UriFormatException or ArgumentNullException)
        {
            throw new InvalidDataException($"{address}{package} is no description of a package: {strange.Message}", strange);
        }
    }

    /// <summary>Fetches a release and reads the files in it, one after the other.</summary>
    /// <exception cref="HttpRequestException">The registry cannot be reached.</exception>
    /// <exception cref="InvalidDataException">What came is not what the registry promised.</exception>
    public async Task ReadAsync(Release release, Func<string, Stream, Task> file, CancellationToken cancellation)
    {
        var bytes = await _client.GetByteArrayAsync(release.Archive, cancellation).ConfigureAwait(false);
        if (release.Integrity != "sha512-" + Convert.ToBase64String(SHA512.HashData(bytes)))
            throw new InvalidDataException($"{release.Package} {release.Version} does not match its checksum");
        await using var unpacked = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (entry.DataStream is { } data)
                await file(Path.GetFileName(entry.Name), data).ConfigureAwait(false);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The registry that is configured, or that this machine's npm is set to, or the public one.</summary>
    /// <param name="configured">geo.registry; empty when none is set.</param>
    public static Uri Address(string configured)
    {
        string?[] candidates = [configured, Environment.GetEnvironmentVariable("npm_config_registry"), FromNpmrc(), Usual];
        return candidates.Select(Parse).First(found => found is not null)!;
    }

    // "/" alone would be a file.
    private static Uri? Parse(string? text) =>
        Uri.TryCreate(text?.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var found)
        && (found.Scheme == Uri.UriSchemeHttps || found.Scheme == Uri.UriSchemeHttp)
            ? found
            : null;

    private static string? FromNpmrc()
    {
        string?[] files =
        [
            Environment.GetEnvironmentVariable("NPM_CONFIG_USERCONFIG"),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".npmrc"),
            "/etc/npmrc",
            "/usr/etc/npmrc",
            "/usr/local/etc/npmrc",
        ];
        foreach (var file in files)
        {
            try
            {
                if (file is null || !File.Exists(file))
                    continue;
                var line = File.ReadLines(file).Select(text => text.Split('=', 2)).FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim() == "registry");
                if (line is not null)
                    return line[1].Trim().Trim('"');
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
            {
                // Somebody else's file: as if it were not there.
            }
        }
        return null;
    }
}
