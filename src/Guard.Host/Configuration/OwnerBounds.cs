using System.Collections.Immutable;

namespace Guard.Host.Configuration;

/// <summary>How far owners of sites may change a part of their policies.</summary>
public enum OwnerFreedom : byte
{
    /// <summary>Not at all.</summary>
    No = 0,

    /// <summary>Not looser than what they have from the administrator.</summary>
    Stricter = 1,

    /// <summary>Of places only: as <see cref="Stricter"/>, but what is not suspicious may be declared usual.</summary>
    Home = 2,

    /// <summary>As they like.</summary>
    Free = 3,
}

/// <summary>What owners of a site may change by console, API and import, and how far. The administrator's alone to set.</summary>
/// <param name="May">By the policy's sections; what is not named there is not theirs.</param>
/// <param name="Ceiling">The loosest that they may set where that is looser than what they have, in a policy's own form; null: nothing.</param>
public sealed record OwnerBounds(ImmutableDictionary<string, OwnerFreedom> May, ConfigurationNode? Ceiling)
{
    /// <summary>The section's key, beside a policy's own.</summary>
    public const string Key = "owners";

    public OwnerFreedom Of(string section) => May.GetValueOrDefault(section, OwnerFreedom.No);
}
