using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Messages.Decisions;

/// <summary>What is answered to whoever asked.</summary>
public enum Verdict : byte
{
    Allow = 0,

    /// <summary>Not now: try again later.</summary>
    Defer = 1,

    /// <summary>No.</summary>
    Reject = 2,
}

/// <summary>The answer to one observation that asked for one.</summary>
/// <param name="Verdict">What holds now; always <see cref="Verdict.Allow"/> in observe mode.</param>
/// <param name="WouldBe">What would hold in enforce mode.</param>
/// <param name="Rung">Where the account stands after this observation.</param>
/// <param name="Until">When the current rung ends by itself, if it does.</param>
public sealed record Decision(
    UserId User,
    string RequestId,
    Verdict Verdict,
    Verdict WouldBe,
    Rung Rung,
    DateTimeOffset? Until,
    double Score,
    ImmutableArray<Reason> Reasons
) : IWithUserId
{
    /// <summary>When a quota has room again for what was deferred; null where none is to blame, or where that hangs on others.</summary>
    public DateTimeOffset? Retry { get; init; }

    /// <summary>The server's log told of this message before the question was answered: it counts already, and the question counted nothing.</summary>
    public bool CountedBefore { get; init; }
}
