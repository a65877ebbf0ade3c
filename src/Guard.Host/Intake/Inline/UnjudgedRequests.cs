using Guard.Host.Intake.PostfixPolicy;

namespace Guard.Host.Intake.Inline;

/// <summary>Counts messages that a mail server asks about and that belong to nobody: once each, though it asks at every recipient.</summary>
internal sealed class UnjudgedRequests
{
    private readonly Lock _counting = new();

    /// <summary>The message that each connection asked about last; gone when the connection ends.</summary>
    private readonly Dictionary<long, string> _last = [];

    public UnjudgedMail Mail { get; } = new();

    public void Add(PolicyRequest request)
    {
        if (request.Stage is not (SmtpStage.Recipient or SmtpStage.Data or SmtpStage.EndOfMessage))
            return;
        var message = request.Instance.Length > 0 ? request.Instance : request.QueueId;
        lock (_counting)
        {
            if (message.Length > 0 && _last.TryGetValue(request.Connection, out var last) && last == message)
                return;
            _last[request.Connection] = message;
        }
        Mail.Add(request.ClientAddress);
    }

    public void Ended(long connection)
    {
        lock (_counting)
            _last.Remove(connection);
    }
}
