namespace Guard.Messages.Identity;

/// <summary>A site: one mail domain, or a group of domains under one name.</summary>
public readonly record struct SiteId(string Value)
{
    /// <summary>All sites together, as a subject of its own: no domain has this name.</summary>
    public static SiteId Host { get; } = new("*");

    public override string ToString() => Value;
}
