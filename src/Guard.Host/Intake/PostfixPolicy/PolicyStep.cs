using Guard.Messages.Places;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>What one policy request means for the count of recipients.</summary>
public enum PolicyStepKind : byte
{
    /// <summary>Nothing to count: no login, or a stage before the first recipient.</summary>
    Nothing = 0,

    /// <summary>The same question again; it has been granted.</summary>
    Repeat,

    /// <summary><see cref="PolicyStep.More"/> further recipients are wanted.</summary>
    Reserve,

    /// <summary>
    /// The message is complete with <see cref="PolicyStep.Total"/> recipients. <see cref="PolicyStep.More"/> is how many of them are not reserved yet;
    /// negative when some that were reserved did not become recipients.
    /// </summary>
    Settle,
}

/// <summary>A step to be decided, and then to be told to <see cref="PolicyTransactions"/> as granted or refused.</summary>
/// <param name="Total">The message's recipients with this step granted.</param>
public readonly record struct PolicyStep(PolicyStepKind Kind, PolicyTransactionKey Key, int More, int Total)
{
    /// <summary>When the message's first recipient was asked about.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Bytes of the message that are not counted yet: at first what the client announced, at the end what it is.</summary>
    public long Bytes { get; init; }

    /// <summary>Which recipient a reservation is for; 0 when for none in particular.</summary>
    internal ulong Recipient { get; init; }
}

/// <summary>One message of one login.</summary>
public readonly record struct PolicyTransactionKey(string User, string Instance)
{
    /// <summary>Null where a server tells nothing that its questions about a message have in common.</summary>
    public static PolicyTransactionKey? Of(PolicyRequest request) =>
        request.Instance.Length > 0 ? new PolicyTransactionKey(request.SaslUsername, request.Instance)
        : request.QueueId.Length > 0 ? new PolicyTransactionKey(request.SaslUsername, $"queue {request.QueueId}")
        : null;
}

/// <summary>A message whose end was never seen.</summary>
/// <param name="Reserved">The recipients counted for it.</param>
/// <param name="EndExpected">
/// The server that asked does ask at END-OF-MESSAGE, so the message was broken off and nothing was sent. Otherwise it may well have been sent, and
/// what was counted has to stay.
/// </param>
/// <param name="Client">Where it came from.</param>
/// <param name="Since">When its first recipient was asked about.</param>
public readonly record struct ForgottenMessage(PolicyTransactionKey Key, int Reserved, bool EndExpected, NetworkAddress Client, DateTimeOffset Since)
{
    /// <summary>The bytes counted for it.</summary>
    public long Bytes { get; init; }
}
