using Guard.Messages.Identity;

namespace Guard.Host.Enforcement.Queues;

/// <summary>How far a mail on hold has come. Stored: the numbers stay.</summary>
public enum HoldState : byte
{
    Held = 0,

    /// <summary>An admin let it go; the server may not know yet.</summary>
    Leaving = 1,

    /// <summary>The server let it go: it is not held again while it waits in the queue, and who puts it on hold then is somebody else.</summary>
    LetGo = 2,
}

/// <summary>A mail that AccountGuard put on hold for an account.</summary>
public sealed record HeldMail(UserId User, QueuedMail Mail, HoldState State = HoldState.Held);
