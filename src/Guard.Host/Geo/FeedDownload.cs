using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Guard.Host.Configuration;

namespace Guard.Host.Geo;

/// <summary>
/// Asks a feed's server whether it changed, and takes the new one over as a whole once it was read in. The server is a stranger: what it sends is bounded in size and
/// time, and what is no list leaves the copy in place.
/// </summary>
public sealed class FeedDownload : IDisposable
{
    /// <summary>Longer feeds are refused; a FireHOL list of level 4 has 3 MB.</summary>
    public const long MaxBytes = 64L << 20;

    private const int MaxToldCharacters = 200;

    private readonly HttpClient _client;
    private readonly TimeSpan _patience;

    /// <param name="patience">How long one feed may take as a whole.</param>
    public FeedDownload(TimeSpan patience)
    {
        _patience = patience;
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                AutomaticDecompression = DecompressionMethods.All,
                ConnectTimeout = TimeSpan.FromSeconds(20),
                MaxAutomaticRedirections = 5,
                MaxResponseHeadersLength = 64,
                UseCookies = false,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("AccountGuard", null));
    }

    /// <summary>Whether there is a new copy; what went wrong stands in what is remembered.</summary>
    public async Task<(bool IsNew, FeedMemory Memory)> FetchAsync(ReputationSettings feed, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = FeedMemory.Read(feed);
        // An ETag without its copy would keep us from ever getting one.
        var known = File.Exists(feed.File) ? before : null;
        var memory = (before ?? new FeedMemory(feed.Address!.ToString(), "", "", default, default, "")) with { Tried = now.UtcDateTime, Trouble = "" };
        var isNew = false;
        Directory.CreateDirectory(Path.GetDirectoryName(feed.File)!);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(_patience);
            using var request = Request(feed.Address!, known);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
                memory = memory with { Asked = now.UtcDateTime };
            else
            {
                if (response.StatusCode != HttpStatusCode.OK)
                    throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"the server answers {(int)response.StatusCode}"));
                await TakeAsync(feed, response, patience.Token).ConfigureAwait(false);
                isNew = true;
                memory = memory with
                {
                    Tag = response.Headers.ETag?.ToString() ?? "",
                    Modified = response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture) ?? "",
                    Asked = now.UtcDateTime,
                };
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            memory = memory with { Trouble = "no answer in time" };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            memory = memory with { Trouble = Bounded(failure.Message) };
        }
        memory.Write(feed);
        return (isNew, memory);
    }

    private static HttpRequestMessage Request(Uri address, FeedMemory? known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (known is { Tag.Length: > 0 })
            _ = request.Headers.TryAddWithoutValidation("If-None-Match", known.Tag);
        if (known is { Modified.Length: > 0 })
            _ = request.Headers.TryAddWithoutValidation("If-Modified-Since", known.Modified);
        return request;
    }

    private static async Task TakeAsync(ReputationSettings feed, HttpResponseMessage response, CancellationToken cancellation)
    {
        var beside = feed.File + ".new";
        try
        {
            await using (var file = File.Create(beside))
            await using (var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false))
            {
                var buffer = new byte[64 << 10];
                for (int read; (read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
                {
                    if (file.Length + read > MaxBytes)
                        throw new InvalidDataException($"it is larger than {MaxBytes >> 20} MiB");
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                }
            }
            if (ReputationList.Parse(File.ReadLines(beside)).Count == 0)
                throw new InvalidDataException("what came holds no network");
            File.Move(beside, feed.File, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static string Bounded(string text) => text.Length <= MaxToldCharacters ? text : text[..MaxToldCharacters];

    public void Dispose() => _client.Dispose();
}
