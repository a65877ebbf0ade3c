using Akka.Actor;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement;

/// <summary>The talk between the outbox of reports and those who deliver, and with an admin. Local to a node.</summary>
public static class ReportDelivery
{
    /// <summary>Deliver it, however often it takes.</summary>
    public sealed record Deliver(ReportDispatch Dispatch) : INoSerializationVerificationNeeded;

    /// <summary>It need not be delivered any more.</summary>
    public sealed record Forget(string Id) : INoSerializationVerificationNeeded;

    /// <param name="Refused">Why it is of no use to try again; empty when it was delivered.</param>
    public sealed record Delivered(string Id, string Refused) : INoSerializationVerificationNeeded;

    /// <summary>Asks for a <see cref="ReportSnapshot"/>.</summary>
    public sealed class List : INoSerializationVerificationNeeded
    {
        public static readonly List Instance = new();
    }

    /// <summary>What waits after a failure is tried at once: whatever was wrong is mended.</summary>
    public sealed class TryNow : INoSerializationVerificationNeeded
    {
        public static readonly TryNow Instance = new();
    }

    /// <summary>Tries dead letters anew, and what waits at once; answered with how many dead letters they are.</summary>
    /// <param name="Id">One of them; empty: all.</param>
    public sealed record Retry(string Id) : INoSerializationVerificationNeeded;

    public sealed record Retried(int Count) : INoSerializationVerificationNeeded;
}
