using System.Collections.Immutable;
using System.Net;

namespace Guard.Host.Configuration;

/// <summary>A list of addresses with a bad name: a local file, a feed that is fetched into one, or a zone in the DNS that is asked.</summary>
/// <param name="Name">Its key in the configuration, shown in reasons.</param>
/// <param name="File">Networks, one a line; of a feed, the copy that is kept. Empty for a zone.</param>
/// <param name="Bits">What it weighs against a strange place.</param>
public sealed record ReputationSettings(string Name, string File, double Bits)
{
    /// <summary>Where a feed is fetched; null for the others.</summary>
    public Uri? Address { get; init; }

    /// <summary>How often a feed is asked whether it changed.</summary>
    public TimeSpan RenewEvery { get; init; }

    /// <summary>Zone of a DNS list (RFC 5782), <c>{key}</c> standing for <see cref="Key"/>; empty for the others.</summary>
    public string Zone { get; init; } = "";

    public Secret Key { get; init; } = new("", "");

    /// <summary>Which answers of the zone count, and their bits. Empty: every answer that is no error counts <see cref="Bits"/>.</summary>
    public ImmutableDictionary<string, double> Answers { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>Who is asked; empty for the machine's own resolvers.</summary>
    public ImmutableArray<IPEndPoint> NameServers { get; init; } = [];

    public bool IsFeed => Address is not null;

    public bool IsZone => Zone.Length > 0;

    /// <summary>What the list is called where people read it: never with its key.</summary>
    public string Source => Address?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) ?? (IsZone ? Zone : File);
}
