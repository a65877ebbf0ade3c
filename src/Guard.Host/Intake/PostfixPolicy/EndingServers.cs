using Guard.Messages.Places;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>A listening point of a mail server; its port tells a submission service from the others.</summary>
internal readonly record struct PolicyServerPoint(NetworkAddress Address, int Port);

/// <summary>
/// The servers that were seen asking at END-OF-MESSAGE. Only for them a message without its end was broken off; an admin who lists the guard at
/// RCPT alone never lets it see an end.
/// </summary>
internal sealed class EndingServers
{
    /// <summary>A mail server has a handful of addresses; what is over the limit is treated as never asking, the careful way.</summary>
    private const int Most = 256;

    private readonly HashSet<PolicyServerPoint> _seen = [];

    public bool Contains(PolicyServerPoint server) => _seen.Contains(server);

    public void Add(PolicyServerPoint server)
    {
        if (_seen.Count < Most)
            _seen.Add(server);
    }
}
