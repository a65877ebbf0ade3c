namespace Guard.Host.Configuration;

/// <summary>How much of what accounts did is kept for time lines and for what a proposed policy would have done.</summary>
/// <param name="Keep">Days; 0 keeps nothing.</param>
/// <param name="MaxBytes">The oldest days go first when it is more.</param>
/// <param name="WhatIfPatience">How long one what-if may take.</param>
public sealed record ArchiveSettings(int Keep, long MaxBytes, TimeSpan WhatIfPatience)
{
    public static ArchiveSettings Default { get; } = new(30, 2L << 30, TimeSpan.FromMinutes(1));
}
