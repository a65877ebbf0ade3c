namespace Guard.Actors.Tests.History.Checking;

/// <summary>One call of a client as it saw it.</summary>
/// <param name="Called">When it was made; any clock that only grows.</param>
/// <param name="Answered">When its answer came; <see cref="Never"/> when none did: then it may have happened at any time since, or not at all.</param>
public sealed record Operation<TInput, TOutput>(TInput Input, TOutput Output, long Called, long Answered)
{
    public const long Never = long.MaxValue;

    public bool IsUnknown => Answered == Never;
}
