using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Guard.Host.Geo;

/// <summary>
/// Fetches the default country file: npm package <c>@ip-location-db/geo-whois-asn-country-mmdb</c> (CC0). Its updates have ended, so that it is a start, not a
/// subscription.
/// </summary>
public static class CountryDatabase
{
    private const string Package = "@ip-location-db/geo-whois-asn-country-mmdb";
    private const string FileName = "geo-whois-asn-country.mmdb";

    public static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, "geo", FileName);

    /// <summary>Fetches it unless it is there.</summary>
    /// <param name="registry">Base address of an npm registry.</param>
    /// <exception cref="HttpRequestException">The registry cannot be reached.</exception>
    /// <exception cref="InvalidDataException">What came is not what the registry promised.</exception>
    public static async Task<string> FetchAsync(string dataDirectory, Uri registry, Action<string> tell, CancellationToken cancellation)
    {
        var target = FileIn(dataDirectory);
        if (File.Exists(target))
            return target;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        tell("fetching the default country database (about 8 MB, CC0)");
        var description = await client.GetStringAsync(new Uri(registry, Package + "/latest"), cancellation).ConfigureAwait(false);
        using var json = JsonDocument.Parse(description);
        var dist = json.RootElement.GetProperty("dist");
        // The registry may name another host for the archive; the one we were told to use serves the same path.
        var archive = new Uri(registry, new Uri(dist.GetProperty("tarball").GetString()!).AbsolutePath);
        var bytes = await client.GetByteArrayAsync(archive, cancellation).ConfigureAwait(false);
        var integrity = dist.GetProperty("integrity").GetString() ?? "";
        if (integrity != "sha512-" + Convert.ToBase64String(SHA512.HashData(bytes)))
            throw new InvalidDataException("the country database does not match its checksum");
        await using var unpacked = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync(copyData: true, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (!entry.Name.EndsWith(".mmdb", StringComparison.Ordinal) || entry.DataStream is null)
                continue;
            if (Path.GetFileName(entry.Name) != FileName && File.Exists(target))
                continue;
            var beside = target + ".new";
            await using (var stream = File.Create(beside))
                await entry.DataStream.CopyToAsync(stream, cancellation).ConfigureAwait(false);
            File.Move(beside, target, overwrite: true);
        }
        return File.Exists(target) ? target : throw new InvalidDataException("the package holds no database");
    }

    /// <summary>The registry that this machine's npm is set to; null when there is neither a setting nor npm.</summary>
    public static Uri? Registry()
    {
        var configured = Environment.GetEnvironmentVariable("npm_config_registry") ?? FromNpmrc() ?? FromNpm();
        return Uri.TryCreate(configured?.TrimEnd('/') + "/", UriKind.Absolute, out var registry) ? registry : null;
    }

    private static string? FromNpm()
    {
        try
        {
            using var npm = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("npm", ["config", "get", "registry"]) { RedirectStandardOutput = true, RedirectStandardError = true }
            );
            var told = npm?.StandardOutput.ReadToEnd().Trim();
            npm?.WaitForExit(10_000);
            return told;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string? FromNpmrc()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        foreach (
            var file in new[]
            {
                Environment.GetEnvironmentVariable("NPM_CONFIG_USERCONFIG"),
                Path.Combine(home, ".npmrc"),
                "/etc/npmrc",
                "/usr/etc/npmrc",
                "/usr/local/etc/npmrc",
            }
        )
        {
            if (file is null || !File.Exists(file))
                continue;
            var line = File.ReadLines(file)
                .Select(text => text.Trim())
                .FirstOrDefault(text => text.StartsWith("registry", StringComparison.Ordinal) && text.Contains('='));
            if (line is not null)
                return line[(line.IndexOf('=') + 1)..].Trim().Trim('"');
        }
        return null;
    }
}
