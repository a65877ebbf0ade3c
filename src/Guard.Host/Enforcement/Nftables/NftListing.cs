using System.Text.Json;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Platform;
using Guard.Messages.Places;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>Reads what <c>nft -j list table</c> prints.</summary>
public static class NftListing
{
    /// <param name="sets">Which sets are meant.</param>
    public static IReadOnlyCollection<StandingBlock> Parse(string json, DateTimeOffset now, string[]? sets = null)
    {
        try
        {
            var blocks = new List<StandingBlock>();
            using var document = JsonDocument.Parse(json);
            foreach (var item in document.RootElement.GetProperty("nftables").EnumerateArray())
                if (
                    item.TryGetProperty("set", out var set)
                    && set.GetProperty("name").GetString() is { } name
                    && (sets ?? NftNames.Sets).Contains(name)
                    && set.TryGetProperty("elem", out var elements)
                )
                    foreach (var element in elements.EnumerateArray())
                        blocks.Add(Block(element, NftNames.LengthIn(name), now));
            return blocks;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EnforcementException($"nft printed a listing that cannot be read: {failure.Message}", failure);
        }
    }

    // An element without a time-out, which somebody added by hand, is a bare string.
    private static StandingBlock Block(JsonElement element, int length, DateTimeOffset now)
    {
        if (element.ValueKind == JsonValueKind.String)
            return new StandingBlock(Network(element, length), null);
        var inner = element.GetProperty("elem");
        return new StandingBlock(
            Network(inner.GetProperty("val"), length),
            inner.TryGetProperty("expires", out var left) ? now + TimeSpan.FromSeconds(left.GetInt64()) : null
        );
    }

    private static NetworkPrefix Network(JsonElement value, int length) => new(NetworkAddress.Parse(value.GetString() ?? ""), length);
}
