using System.Collections.Immutable;

namespace Guard.Actors.Enforcement.Reporting;

/// <summary>What the host said about reports.</summary>
/// <param name="Mail">Mail can be sent.</param>
/// <param name="Admins">Addresses of the host's admins.</param>
/// <param name="Webhooks">Their names.</param>
/// <param name="AbuseDesk">Where abuse reports go: an address, or the name of the spool directory; empty: nowhere.</param>
/// <param name="Fold">Further changes of an incident are told together, at most once in so long.</param>
/// <param name="PerHour">Mails to one recipient within an hour; the rest follows as one.</param>
/// <param name="Quiet">After so long without news the next report begins a new incident.</param>
/// <param name="GiveUp">What could not be delivered for so long is a dead letter.</param>
public sealed record ReportRules(
    bool Mail,
    ImmutableArray<string> Admins,
    ImmutableArray<string> Webhooks,
    string AbuseDesk,
    TimeSpan Fold,
    int PerHour,
    TimeSpan Quiet,
    TimeSpan GiveUp
)
{
    public static ReportRules None { get; } = new(false, [], [], "", TimeSpan.FromHours(1), 20, TimeSpan.FromHours(6), TimeSpan.FromDays(3));
}
