using System.Collections.Immutable;

namespace Guard.Host.Platform;

/// <summary>A program to run, with its arguments as a list; no shell ever reads them.</summary>
public sealed record ProcessRequest(string Program, params ImmutableArray<string> Arguments)
{
    /// <summary>What it reads on standard input; nothing when null.</summary>
    public string? Input { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many characters of output, and of error output, are taken before the program is ended.</summary>
    public int OutputLimit { get; init; } = 1 << 20;

    /// <summary>Told the process's number before it reads anything.</summary>
    public Action<int>? OnStarted { get; init; }

    /// <summary>Takes standard output line by line instead of keeping it.</summary>
    public Action<string>? OnLine { get; init; }
}
