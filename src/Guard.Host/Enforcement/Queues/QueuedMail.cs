namespace Guard.Host.Enforcement.Queues;

/// <summary>A mail in a mail server's queue. Short queue ids are used again, so only id and arrival together name a mail for good.</summary>
/// <param name="Queue">Postfix's name of the queue; <c>hold</c> for mail on hold, also of another server.</param>
public sealed record QueuedMail(string Queue, string Id, DateTimeOffset Arrived, long Size, string Sender, int Recipients)
{
    public const string OnHold = "hold";

    /// <summary>As it may be shown; empty where nobody looked, or the server does not tell. Never stored.</summary>
    public string Subject
    {
        get;
        init => field = value ?? "";
    } = "";

    public bool IsOnHold => Queue == OnHold;

    public bool IsSame(QueuedMail other) => Id == other.Id && Arrived == other.Arrived;
}
