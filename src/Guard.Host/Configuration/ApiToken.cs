using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Guard.Messages.Identity;

namespace Guard.Host.Configuration;

/// <summary>A program that may call. Its token itself is nowhere but with the program.</summary>
/// <param name="Name">Part of the lasting name of what it tells: with another name, what it told before is not recognised.</param>
/// <param name="Hash">SHA-256 of the token: it is random and long, so that no slow hash is needed.</param>
/// <param name="Sites">Whose accounts it may talk about; empty: all.</param>
public sealed partial record ApiToken(string Name, ImmutableArray<byte> Hash, ApiScope Scopes, FrozenSet<SiteId> Sites)
{
    /// <summary>From then on it lets nobody in; null: as long as it stands in the file.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The source of what it tells.</summary>
    public string Source => $"http:{Name}";

    /// <summary>Whether a text may name a token.</summary>
    public static bool IsName(string text) => NameText().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameText();

    public bool MayTalkOf(SiteId site) => Sites.Count == 0 || Sites.Contains(site);
}
