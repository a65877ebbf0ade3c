using System.Collections.Immutable;
using Guard.Actors.Behaviour;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Actors.Users;

/// <summary>The highest position of one source that was taken in; redelivery at or below it is recognised.</summary>
/// <param name="Source">Stable hash of the source's name.</param>
public readonly record struct SourceMark(ulong Source, ulong Position);

/// <summary>A slice of the site's shared quotas, and what is left of it.</summary>
/// <param name="Expires">Milliseconds since 1970.</param>
public sealed record Slice(string LeaseId, long Expires, ImmutableArray<SliceAmount> Left)
{
    public static Slice None { get; } = new("", 0, []);

    public long Of(string quota)
    {
        foreach (var amount in Left)
        {
            if (amount.Quota == quota && amount.Member == 0)
                return amount.Amount;
        }
        return 0;
    }

    /// <summary>Whether one of different things may go on, which stays so until the slice expires.</summary>
    public bool Holds(string quota, uint member)
    {
        foreach (var amount in Left)
        {
            if (amount.Member == member && amount.Quota == quota)
                return true;
        }
        return false;
    }
}

/// <summary>A change of the reaction as it is remembered, at most <see cref="UserState.MaxHistory"/> of them.</summary>
public sealed record ReactionMemory(long At, Rung From, Rung To, long Until, double Score, string Address, string Country, ImmutableArray<Reason> Reasons)
{
    /// <summary>Who did it by hand; null for what the guard decided itself.</summary>
    public Author? By { get; init; }
}

/// <summary>Everything a user entity knows. Immutable and bounded.</summary>
public sealed record UserState(UserId User) : Messages.IGuardMessage
{
    public const int MaxHistory = 4;
    public const int MaxReasons = 3;
    public const int MaxMarks = 8;
    public const int MaxOwed = 32;

    /// <summary>Milliseconds since 1970; 0 when never seen.</summary>
    public long FirstSeen { get; init; }

    /// <summary>The latest time seen; the entity's time never runs backwards.</summary>
    public long LastSeen { get; init; }

    public Baseline Baseline { get; init; } = Baseline.Empty;

    public ImmutableArray<QuotaWindow> Quotas { get; init; } = [];

    /// <summary>Use of the quotas whose use is kept one by one.</summary>
    public ImmutableArray<ExactWindow> Exact { get; init; } = [];

    public QuotaUse QuotaUse => new(Quotas, Exact);

    public ReactionState Reaction { get; init; } = ReactionState.Normal;

    public Slice Slice { get; init; } = Slice.None;

    public ImmutableArray<SourceMark> Marks { get; init; } = [];

    /// <summary>See <see cref="Users.InlineMessages"/>.</summary>
    public ImmutableArray<ulong> InlineMessages { get; init; } = [];

    /// <summary>When a server last asked about its mail, seconds since 1970.</summary>
    public long AskedAt { get; init; }

    /// <summary>Messages that a log told of before their server's question was decided; kept as <see cref="Users.InlineMessages"/> are.</summary>
    public ImmutableArray<ulong> LoggedMessages { get; init; } = [];

    /// <summary>See <see cref="Users.InlineLogins"/>.</summary>
    public ImmutableArray<ulong> InlineLogins { get; init; } = [];

    /// <summary>So many observations in a row lay days before <see cref="LastSeen"/>; see <see cref="UserTime"/>.</summary>
    public int Late { get; init; }

    /// <summary>See <see cref="Behaviour.Guesses"/>.</summary>
    public ImmutableArray<Guesser> Guesses { get; init; } = [];

    public UserTotals Totals { get; init; }

    public long NextEffect { get; init; } = 1;

    /// <summary>Side effects not yet confirmed.</summary>
    public ImmutableArray<Effect> Owed { get; init; } = [];

    public ImmutableArray<ReactionMemory> History { get; init; } = [];

    public AlarmTimes Alarms { get; init; }

    public double LastScore { get; init; }

    /// <summary>What was announced for the account.</summary>
    public PlannedList Planned { get; init; } = PlannedList.Empty;

    /// <summary>The latest report that was answered by its link; it and earlier ones cannot be answered again.</summary>
    public long Answered { get; init; }

    /// <summary>When it was last forgotten, milliseconds since 1970; 0: never. What came after began anew.</summary>
    public long Forgotten { get; init; }

    public bool IsKnown => FirstSeen != 0;

    /// <summary>Nothing came since it was forgotten.</summary>
    public bool IsForgotten => Forgotten != 0 && !IsFounded;

    /// <summary>
    /// It did something itself, or somebody did something about it. Failed logins alone are a stranger's word: they found no account. What earlier versions
    /// kept of such names is none either.
    /// </summary>
    public bool IsFounded =>
        (FirstSeen != 0 && !(Totals.Failures > 0 && Totals with { Failures = 0 } == default))
        || Reaction.Rung != Rung.Normal
        || !History.IsEmpty
        || Planned.Last != 0
        || (Answered != 0 && Forgotten == 0);

    public bool IsLearning(LearningPolicy policy, long at) =>
        !IsKnown || at - FirstSeen < policy.Days * 86_400_000L || Baseline.DaysKnown((int)(at / 86_400_000)) < policy.ActiveDays;

    public long Used(string quota, long second)
    {
        foreach (var window in Quotas)
        {
            if (window.Key == quota)
                return window.Used(second);
        }
        return 0;
    }

    /// <summary>Whether an observation from a log tells of a message or login that was counted inline, or a late question of a message that a log told of.</summary>
    public bool IsRepeated(Observation observation) =>
        observation switch
        {
            Submission { QueueId.Length: > 0, Origin.Source.Length: 0 } asked => Users.InlineMessages.Contain(LoggedMessages, asked.QueueId),
            Submission { QueueId.Length: > 0 } submission => Users.InlineMessages.Contain(InlineMessages, submission.QueueId),
            Login { Origin.Source.Length: > 0 } login => Users.InlineLogins.Tell(InlineLogins, login),
            _ => false,
        };

    public bool HasTaken(ulong source, ulong position)
    {
        foreach (var mark in Marks)
        {
            if (mark.Source == source)
                return position <= mark.Position;
        }
        return false;
    }
}
