using System.Collections.Immutable;
using System.Globalization;
using Guard.Actors.Behaviour;
using Guard.Messages.Enforcement;

namespace Guard.Actors.Enforcement.Reporting;

/// <summary>
/// Puts what waits together: an incident is one thread of mails. Its first report and each step up go at once, further changes together after a while; what
/// exceeds a recipient's share of mails follows as one digest when the hour is over. Pure.
/// </summary>
public static class ReportPlanner
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Reports that one mail holds at most.</summary>
    public const int MaxItems = 200;

    /// <summary>What is to be sent now.</summary>
    public static ImmutableArray<DispatchPlanned> Due(ReportLedger ledger, DateTimeOffset now, ReportRules rules)
    {
        if (ledger.Waiting.IsEmpty)
            return [];
        var planned = ImmutableArray.CreateBuilder<DispatchPlanned>();
        foreach (var item in ledger.Waiting.Where(item => item.Target.Channel != ReportChannel.Mail))
            planned.Add(Of([item], now, false));
        foreach (var recipient in ledger.Waiting.Where(item => item.Target.Channel == ReportChannel.Mail).GroupBy(item => item.Target.Recipient))
            Mails(planned, ledger, recipient, now, rules);
        return planned.ToImmutable();
    }

    private static void Mails(
        ImmutableArray<DispatchPlanned>.Builder planned,
        ReportLedger ledger,
        IGrouping<string, ReportItem> recipient,
        DateTimeOffset now,
        ReportRules rules
    )
    {
        var due = recipient
            .GroupBy(item => (item.Effect.User, item.Incident))
            .Where(incident => IsDue(ledger, incident, recipient.Key, now, rules))
            .Select(incident => incident.ToArray())
            .ToArray();
        if (due.Length == 0)
            return;
        var window = ledger.Windows.GetValueOrDefault(recipient.Key);
        var fresh = window is null || now - window.Since >= Hour;
        var left = rules.PerHour - (fresh ? 0 : window!.Count);
        if (left <= 0)
            return;
        // The hour before was full: what waited since then is told as one.
        if (fresh && window is not null && window.Count >= rules.PerHour && due.Length > 1)
        {
            planned.Add(Of([.. due.SelectMany(incident => incident)], now, true));
            return;
        }
        foreach (var incident in due.Take(left))
            planned.Add(Of(incident, now, false));
    }

    private static bool IsDue(
        ReportLedger ledger,
        IGrouping<(Messages.Identity.UserId User, long Incident), ReportItem> incident,
        string recipient,
        DateTimeOffset now,
        ReportRules rules
    ) =>
        !ledger.Threads.TryGetValue((incident.Key.User, incident.Key.Incident, recipient), out var thread)
        || incident.Max(item => item.Effect.To) > thread.Highest
        || now - thread.At >= rules.Fold;

    private static DispatchPlanned Of(ReportItem[] items, DateTimeOffset now, bool digest)
    {
        // What does not fit follows with the next.
        var told = items.Length <= MaxItems ? items : items[..MaxItems];
        return new DispatchPlanned(now, IdOf(told[0], digest), told[0].Target, [.. told.Select(item => (item.Effect.User, item.Effect.Id))], digest);
    }

    private static string IdOf(ReportItem item, bool digest)
    {
        var way = digest ? 'd' : char.ToLowerInvariant(item.Target.Channel.ToString()[0]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{way}.{StableHash.Of(item.Effect.User.Value):x16}.{item.Incident}.{item.Effect.Id}.{StableHash.Of(item.Target.Recipient):x16}"
        );
    }
}
