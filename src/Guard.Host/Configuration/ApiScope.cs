namespace Guard.Host.Configuration;

/// <summary>What a token allows.</summary>
[Flags]
public enum ApiScope
{
    None = 0,

    /// <summary>Tell observations.</summary>
    Observe = 1,

    /// <summary>Ask for a decision.</summary>
    Decide = 2,
}
