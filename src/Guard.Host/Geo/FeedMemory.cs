using System.Text.Json;
using Guard.Host.Configuration;
using Guard.Host.Platform;

namespace Guard.Host.Geo;

/// <summary>What is remembered beside the copy of a feed: what its server said of it, so that it is sent again only when it changed (RFC 9110, 13.1).</summary>
/// <param name="Address">Where the copy is from: another address is another feed.</param>
/// <param name="Tag">The server's ETag; empty for none.</param>
/// <param name="Modified">The server's Last-Modified, as it wrote it; empty for none.</param>
/// <param name="Asked">When the server last said that the copy is the newest, UTC.</param>
/// <param name="Tried">When it was last asked, UTC.</param>
/// <param name="Trouble">What came of asking it since; empty for nothing bad.</param>
public sealed record FeedMemory(string Address, string Tag, string Modified, DateTime Asked, DateTime Tried, string Trouble)
{
    private const int MaxBytes = 64 << 10;

    public static string FileOf(ReputationSettings feed) => feed.File + ".json";

    /// <summary>Null when nothing was ever asked, or what is remembered is of another address.</summary>
    public static FeedMemory? Read(ReputationSettings feed)
    {
        try
        {
            var file = new FileInfo(FileOf(feed));
            if (!file.Exists || file.Length > MaxBytes)
                return null;
            var memory = JsonSerializer.Deserialize<FeedMemory>(File.ReadAllText(file.FullName));
            return memory?.Address == feed.Address?.ToString() ? memory : null;
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or JsonException)
        {
            // Then the whole feed is fetched again.
            return null;
        }
    }

    public void Write(ReputationSettings feed) => AtomicFile.Write(FileOf(feed), JsonSerializer.Serialize(this));
}
