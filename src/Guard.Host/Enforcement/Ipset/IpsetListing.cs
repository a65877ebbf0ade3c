using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement.Firewall;
using Guard.Host.Platform;

namespace Guard.Host.Enforcement.Ipset;

/// <summary>Reads what <c>ipset save</c> prints: <c>add accountguard4 192.0.2.1 timeout 50</c>.</summary>
public static class IpsetListing
{
    public static IEnumerable<StandingBlock> Parse(string text, DateTimeOffset now)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3 || words[0] != "add")
                continue;
            if (!NetworkPrefix.TryParse(words[2], out var network))
                throw new EnforcementException($"ipset printed an element that cannot be read: {words[2]}");
            var at = Array.IndexOf(words, "timeout") + 1;
            var hasEnd = at > 0 && at < words.Length;
            // A time-out of 0 means no end.
            yield return new StandingBlock(
                network,
                hasEnd && long.Parse(words[at], CultureInfo.InvariantCulture) is var left && left > 0 ? now + TimeSpan.FromSeconds(left) : null
            );
        }
    }
}
