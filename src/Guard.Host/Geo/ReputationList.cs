using System.Text.Json;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>Networks with a bad name, as ranges in order, found by halving: 8 bytes for each of IPv4, 32 of IPv6.</summary>
public sealed class ReputationList
{
    /// <summary>Longer lists are refused.</summary>
    public const int MaxNetworks = 2_000_000;

    /// <summary>What else stands in Tor's exit-addresses (TorDNSEL's exit list format).</summary>
    private static readonly string[] AboutExits = ["ExitNode ", "Published ", "LastStatus ", "Downloaded ", "@type "];

    private readonly (uint First, uint Last)[] _four;
    private readonly (UInt128 First, UInt128 Last)[] _six;

    private ReputationList(List<(UInt128 First, UInt128 Last)> four, List<(UInt128 First, UInt128 Last)> six)
    {
        _four = [.. Merged(four).Select(range => ((uint)range.First, (uint)range.Last))];
        _six = [.. Merged(six)];
    }

    /// <summary>Ranges after what touches was joined.</summary>
    public int Count => _four.Length + _six.Length;

    /// <summary>
    /// Reads a network or address a line, as FireHOL's netsets, Spamhaus' DROP (text or JSON) and lists of Tor exits have them; what follows a blank, comma,
    /// semicolon or # is a comment. Of Tor's exit-addresses the lines <c>ExitAddress</c> count.
    /// </summary>
    /// <exception cref="InvalidDataException">Fewer than half of the lines that are no comments name a network, or there are too many.</exception>
    public static ReputationList Parse(IEnumerable<string> lines)
    {
        var (four, six, strange) = (new List<(UInt128, UInt128)>(), new List<(UInt128, UInt128)>(), 0);
        foreach (var line in lines)
        {
            var text = Network(line);
            if (text.Length == 0)
                continue;
            if (!NetworkPrefix.TryParse(text, out var prefix) || prefix.Length == 0)
            {
                strange++;
                continue;
            }
            var (width, ranges) = prefix.Network.IsIPv4 ? (32, four) : (128, six);
            var rest = width - prefix.Length;
            ranges.Add((prefix.Network.Bits, prefix.Network.Bits | ((UInt128.One << rest) - 1)));
            if (four.Count + six.Count > MaxNetworks)
                throw new InvalidDataException($"it has more than {MaxNetworks} networks");
        }
        if (strange > four.Count + six.Count)
            throw new InvalidDataException("its lines are no networks such as 192.0.2.0/24");
        return new ReputationList(four, six);
    }

    public bool Contains(NetworkAddress address) => !address.IsNone && (address.IsIPv4 ? Contains(_four, (uint)address.Bits) : Contains(_six, address.Bits));

    private static bool Contains<T>((T First, T Last)[] ranges, T bits)
        where T : IComparable<T>
    {
        var (low, high) = (0, ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (bits.CompareTo(ranges[middle].First) < 0)
                high = middle - 1;
            else if (bits.CompareTo(ranges[middle].Last) > 0)
                low = middle + 1;
            else
                return true;
        }
        return false;
    }

    private static string Network(string line)
    {
        if (line.StartsWith("ExitAddress ", StringComparison.Ordinal))
            line = line["ExitAddress ".Length..];
        else if (AboutExits.Any(word => line.StartsWith(word, StringComparison.Ordinal)))
            return "";
        if (line.StartsWith('{'))
            return FromJson(line);
        var text = line.AsSpan().TrimStart();
        var end = text.IndexOfAny(" \t,;#");
        return (end < 0 ? text : text[..end]).TrimEnd().ToString();
    }

    /// <summary>An object a line; one without a network tells when the file was made.</summary>
    private static string FromJson(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("cidr", out var network) && network.ValueKind == JsonValueKind.String ? network.GetString()!
                : json.RootElement.TryGetProperty("type", out _) ? ""
                : line;
        }
        catch (JsonException)
        {
            // Counted as a line that names no network.
            return line;
        }
    }

    private static List<(UInt128 First, UInt128 Last)> Merged(List<(UInt128 First, UInt128 Last)> ranges)
    {
        ranges.Sort();
        var merged = new List<(UInt128 First, UInt128 Last)>(ranges.Count);
        foreach (var range in ranges)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1 && merged[^1].Last != UInt128.MaxValue)
                merged[^1] = (merged[^1].First, UInt128.Max(merged[^1].Last, range.Last));
            else
                merged.Add(range);
        }
        return merged;
    }
}
