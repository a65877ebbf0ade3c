namespace Guard.Messages.Identity;

/// <summary>A site: one mail domain, or a group of domains under one name.</summary>
public readonly record struct SiteId(string Value)
{
    public override string ToString() => Value;
}
