using Guard.Messages.Identity;
using Guard.Messages.Places;

namespace Guard.Messages.Observations;

/// <summary>
/// Where an observation was read, so that a redelivered one is recognised: positions of one source only ever grow.
/// </summary>
/// <param name="Source">The intake's lasting name, for a log its configured path.</param>
/// <param name="Position">Generation, byte offset and index in one number; see <see cref="SourcePosition"/>.</param>
public readonly record struct ObservationOrigin(string Source, ulong Position)
{
    /// <summary>Without a source nothing is recognised as redelivered (tests, direct calls).</summary>
    public static ObservationOrigin None { get; } = new("", 0);
}

/// <summary>Packs (generation, byte offset, index within line) into one ever-growing number: 20, 40 and 4 bits.</summary>
public static class SourcePosition
{
    public static ulong Pack(uint generation, long offset, int index) => ((ulong)generation << 44) | ((ulong)offset << 4) | (uint)index;
}

/// <summary>Something an account did. Times are UTC and come from the source, never from this machine's clock.</summary>
/// <remarks>A failure of an address alone has the user <see cref="UserId.None"/>.</remarks>
public abstract record Observation(UserId User, DateTimeOffset At, Place Place, ObservationOrigin Origin)
{
    /// <summary>An account's own: neither a failure of an address alone nor the server's trouble.</summary>
    public bool IsAccounts => !User.IsNone && this is not Login { Outcome: LoginOutcome.ServerTrouble };
}

/// <summary>How a login ended.</summary>
public enum LoginOutcome : byte
{
    Succeeded = 0,
    WrongPassword = 1,
    UnknownUser = 2,

    /// <summary>The password may have been right, but a policy, lock or expiry refused the login.</summary>
    Refused = 3,

    /// <summary>The same wrong password as before: a device that still has a former one, nobody who guesses.</summary>
    RetriedPassword = 4,

    /// <summary>The server could not decide: its own trouble, no one's failure. Told by the parsers, never judged.</summary>
    ServerTrouble = 5,
}

/// <summary>A login to one service.</summary>
public sealed record Login(UserId User, DateTimeOffset At, Place Place, ObservationOrigin Origin, Service Service, LoginOutcome Outcome)
    : Observation(User, At, Place, Origin)
{
    /// <summary>Tells one wrong password from another: a mark made with a key that one process has and forgets; 0 where nobody says.</summary>
    public uint Password { get; init; }
}

/// <summary>A message handed in by a logged-in user.</summary>
/// <param name="Recipients">Number of envelope recipients, at least 0.</param>
/// <param name="Size">Bytes, or 0 when unknown; of a further step those that were not counted yet.</param>
/// <param name="QueueId">The mail server's queue id, or empty.</param>
/// <param name="Further">More recipients of a message that was counted before: no mail of its own.</param>
public sealed record Submission(
    UserId User,
    DateTimeOffset At,
    Place Place,
    ObservationOrigin Origin,
    int Recipients,
    long Size,
    string QueueId,
    bool Further = false
) : Observation(User, At, Place, Origin)
{
    /// <summary>The envelope sender's <see cref="CorrespondentKey"/>; 0 when unknown.</summary>
    public ulong Sender { get; init; }
}

/// <summary>What became of a recipient of a submitted message.</summary>
public enum DeliveryOutcome : byte
{
    Delivered = 0,
    Bounced = 1,
    UnknownRecipient = 2,

    /// <summary>Taken for spam by the recipient's server, which says so.</summary>
    RefusedAsSpam = 3,
}

/// <summary>The final result for some recipients of an earlier submission. Deferrals are not final and are not reported.</summary>
public sealed record Delivery(UserId User, DateTimeOffset At, ObservationOrigin Origin, DeliveryOutcome Outcome, int Recipients)
    : Observation(User, At, Place.None, Origin)
{
    /// <summary>The recipient's <see cref="CorrespondentKey"/>; 0 when unknown or several.</summary>
    public ulong Recipient { get; init; }
}
