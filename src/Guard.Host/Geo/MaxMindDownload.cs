using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Guard.Host.Configuration;

namespace Guard.Host.Geo;

/// <summary>MaxMind's databases by account and licence key (dev.maxmind.com: "Updating GeoIP and GeoLite databases", direct downloads).</summary>
public sealed class MaxMindDownload : IDisposable
{
    private const long MaxArchive = 512 << 20;

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(10), MaxResponseContentBufferSize = MaxArchive };
    private readonly Uri _address;

    /// <exception cref="IOException">The licence key cannot be read.</exception>
    public MaxMindDownload(MaxMindSettings settings)
    {
        _address = new Uri(settings.Address.TrimEnd('/') + "/");
        var key = settings.LicenceKey.Read().Trim();
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.Account}:{key}"))
        );
    }

    /// <summary>The day an edition was built, as the service tells it without counting it as a download.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or the key is refused.</exception>
    public async Task<string> ModifiedAsync(string edition, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Download(edition, "tar.gz"));
        using var response = await _client.SendAsync(request, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return response.Content.Headers.LastModified?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
    }

    /// <exception cref="InvalidDataException">What came does not match its checksum, or holds no database.</exception>
    public async Task FetchAsync(string edition, Func<Stream, Task> save, CancellationToken cancellation)
    {
        var bytes = await _client.GetByteArrayAsync(Download(edition, "tar.gz"), cancellation).ConfigureAwait(false);
        var promised = await _client.GetStringAsync(Download(edition, "tar.gz.sha256"), cancellation).ConfigureAwait(false);
        if (!promised.TrimStart().StartsWith(Convert.ToHexStringLower(SHA256.HashData(bytes)), StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"{edition} does not match its checksum");
        await using var unpacked = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
        {
            if (!entry.Name.EndsWith(".mmdb", StringComparison.Ordinal) || entry.DataStream is not { } data)
                continue;
            await save(data).ConfigureAwait(false);
            return;
        }
        throw new InvalidDataException($"{edition} holds no database");
    }

    private Uri Download(string edition, string suffix) => new(_address, $"{Uri.EscapeDataString(edition)}/download?suffix={suffix}");

    public void Dispose() => _client.Dispose();
}
