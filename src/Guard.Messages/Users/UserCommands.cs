using System.Collections.Immutable;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;

namespace Guard.Messages.Users;

/// <summary>What a user entity is asked to do.</summary>
public static class UserCommands
{
    /// <summary>Takes observations of one source, in the order of their positions; acknowledged when journaled.</summary>
    public sealed record Observe(UserId User, ImmutableArray<Observation> Observations) : IWithUserId
    {
        /// <summary>The account does something itself right behind this: failures in here are its own, although none of it was seen before.</summary>
        public bool Founding { get; init; }
    }

    /// <summary>Takes one observation and answers with a <see cref="Decisions.Decision"/> once it is journaled.</summary>
    /// <param name="RequestId">Echoed in the answer.</param>
    public sealed record Decide(UserId User, string RequestId, Observation Observation) : IWithUserId;

    /// <summary>What a <see cref="Decisions.Decision"/> about an observation would be; nothing is counted or journaled.</summary>
    public sealed record Check(UserId User, string RequestId, Observation Observation) : IWithUserId;

    /// <summary>
    /// Gives back what a message had reserved before it failed, or was never finished. Not answered: what gets lost stays counted until the window has passed.
    /// </summary>
    /// <param name="Submission">What is given back, at the time at which it was counted; <c>Further</c> when the message itself stays.</param>
    public sealed record GiveBack(UserId User, DateTimeOffset At, Submission Submission) : IWithUserId;

    /// <summary>Asks for a <see cref="UserStatus"/>.</summary>
    public sealed record GetStatus(UserId User) : IWithUserId;

    /// <summary>Ends the reaction now; nothing is learnt.</summary>
    public sealed record Release(UserId User, DateTimeOffset At) : IWithUserId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }

    /// <summary>Takes back what logins used of the account's quotas; what mail used stays.</summary>
    public sealed record ForgetAttempts(UserId User, DateTimeOffset At) : IWithUserId
    {
        /// <summary>Who asked for it, and why.</summary>
        public Author? By { get; init; }
    }

    /// <summary>"That was me": ends the reaction and teaches the baseline what waited on probation.</summary>
    public sealed record Absolve(UserId User, DateTimeOffset At) : IWithUserId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }

    /// <summary>"This was an attack": suspends for the policy's time, counted from now.</summary>
    public sealed record Confirm(UserId User, DateTimeOffset At) : IWithUserId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }

    /// <summary>An admin locks the account until a time, whatever the policy's cap.</summary>
    /// <param name="Until">Null: for the policy's time of a suspension.</param>
    public sealed record Lock(UserId User, DateTimeOffset At, DateTimeOffset? Until) : IWithUserId
    {
        /// <summary>How much it takes away; null: what the policy says.</summary>
        public LockGrade? Grade { get; init; }

        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }

    /// <summary>
    /// Forgets the account: its reaction ends, what was learnt, counted and written down of it is removed. Answered with <see cref="Done"/> when it is gone
    /// from the journal.
    /// </summary>
    public sealed record Forget(UserId User, DateTimeOffset At) : IWithUserId
    {
        /// <summary>What is answered when it was seen since, or something of it stands.</summary>
        public const string Stays = "it stays: it was seen since, or something stands";

        /// <summary>Only if it was not seen since, and nothing stands or is planned; null: in any case.</summary>
        public DateTimeOffset? UnseenSince { get; init; }

        /// <summary>Who asked for it, and why; null when its time was up.</summary>
        public Author? By { get; init; }
    }

    /// <summary>An address that was blocked for the account connects all the same. Not answered: who noticed it says it again while it goes on.</summary>
    /// <param name="Reasons">What was seen, then what is missing.</param>
    public sealed record NoteUnheldBlock(UserId User, DateTimeOffset At, NetworkAddress Address, ImmutableArray<Reason> Reasons) : IWithUserId;

    /// <summary>Announces something unusual; answered in words.</summary>
    public sealed record PlanException(UserId User, DateTimeOffset At, PlannedException Planned) : IWithUserId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }

    /// <summary>Takes a planned exception back.</summary>
    public sealed record WithdrawException(UserId User, DateTimeOffset At, long Exception) : IWithUserId
    {
        /// <summary>Who asked for it, and why; null from an older node.</summary>
        public Author? By { get; init; }
    }
}

/// <summary>Answers <see cref="UserCommands.Observe"/>: everything up to this position of this source is journaled.</summary>
public sealed record Observed(UserId User, string Source, ulong Position) : IWithUserId;

/// <summary>Answers an admin's command.</summary>
public sealed record Done(UserId User, string Message) : IWithUserId;
