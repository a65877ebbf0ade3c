using System.Collections.Immutable;

namespace Guard.Host.Configuration;

/// <summary>Who may tell and ask by HTTP, and how much at a time.</summary>
public sealed record HttpIntakeSettings
{
    public ImmutableArray<ApiToken> Tokens { get; init; } = [];

    /// <summary>Lines of a batch.</summary>
    public int MaxLines { get; init; } = 10_000;

    /// <summary>Bytes of a line.</summary>
    public int LongestLine { get; init; } = 8192;

    /// <summary>Bytes of a body, packed and unpacked.</summary>
    public int LongestBody { get; init; } = 4 << 20;

    /// <summary>Lines a second that one token may tell, at length; a whole batch at once is always possible.</summary>
    public int LinesPerSecond { get; init; } = 5000;

    /// <summary>Batches at work at a time, and decisions.</summary>
    public int MaxAtWork { get; init; } = 16;

    /// <summary>How long a body may take to arrive.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the journal may take before the caller is told to come again.</summary>
    public TimeSpan JournalWithin { get; init; } = TimeSpan.FromSeconds(20);
}
