using System.Globalization;
using Guard.Actors.Reactions;
using Guard.Host.Configuration;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Guard.Host.Texts;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Commands;

/// <summary><c>accountguard explain</c>, <c>user</c> and <c>site</c>: ask a running guard over its socket.</summary>
public static class ExplainCommand
{
    public static async Task<int> RunAsync(string user, string? config, IReadOnlyDictionary<string, string> sets, string format, CancellationToken cancellation)
    {
        var (answer, code) = await AskAsync(["user", "show", user], config, sets, cancellation).ConfigureAwait(false);
        if (answer is null)
            return code;
        // Whoever was never seen, the guard refuses by name.
        if (format == "json")
            Console.Out.WriteLine(answer);
        else
            Show(InspectionJson.Read<UserStatus>(answer)!);
        return 0;
    }

    public static async Task<int> AdministerAsync(
        string action,
        string user,
        string? reason,
        bool dryRun,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        string format,
        CancellationToken cancellation
    )
    {
        string[] question = dryRun ? ["user", "preview", user] : ["user", action, user, reason ?? InspectionArguments.Left];
        var (answer, code) = await AskAsync(question, config, sets, cancellation).ConfigureAwait(false);
        if (answer is null)
            return code;
        if (format == "json")
        {
            Console.Out.WriteLine(answer);
            return 0;
        }
        if (action is "release" or "absolve")
        {
            var way = InspectionJson.Read<WayBack>(answer)!;
            foreach (var line in way.Lines.DefaultIfEmpty("nothing to do"))
                Console.Out.WriteLine($"{IncidentText.Safe(way.User.Value)}: {IncidentText.Safe(line)}");
            return 0;
        }
        var done = InspectionJson.Read<Done>(answer)!;
        Console.Out.WriteLine($"{IncidentText.Safe(done.User.Value)}: {done.Message}");
        return 0;
    }

    /// <summary>What is shown in rows to people, and to programs as the one answer that it is.</summary>
    public static async Task<int> ActAsync(
        string[] question,
        bool json,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        CancellationToken cancellation
    )
    {
        if (!json)
            return await InspectCommand.RunAsync(question, RowFormat.Text, null, config, sets, cancellation).ConfigureAwait(false);
        var (answer, code) = await AskAsync(question, config, sets, cancellation).ConfigureAwait(false);
        if (answer is not null)
            Console.Out.WriteLine(answer);
        return code;
    }

    public static async Task<int> SiteAsync(
        string site,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        string format,
        CancellationToken cancellation
    )
    {
        var (answer, code) = await AskAsync(["site", "show", site], config, sets, cancellation).ConfigureAwait(false);
        if (answer is null)
            return code;
        if (format == "json")
        {
            Console.Out.WriteLine(answer);
            return 0;
        }
        var status = InspectionJson.Read<SiteStatus>(answer)!;
        Console.Out.WriteLine(
            $"{IncidentText.Safe(status.Site.Value)} stands at {IncidentText.Name(status.Rung)}; {status.Holders} active users; mode {status.Mode.ToString().ToLowerInvariant()}"
        );
        foreach (var quota in status.Quotas)
            Console.Out.WriteLine($"  {quota.Used} of {quota.Limit} used: {quota.Quota}");
        foreach (var recent in status.RecentUsers)
            Console.Out.WriteLine($"  {IncidentText.Safe(recent)}");
        return 0;
    }

    private static async Task<(string? Answer, int Code)> AskAsync(
        string[] question,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        CancellationToken cancellation
    )
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return (null, ConfigurationMistakes.Refuse(loaded.Faults, Console.Error));
        try
        {
            return (await new InspectionClient(settings.InspectionSocket).AskWholeAsync(question, cancellation).ConfigureAwait(false), 0);
        }
        catch (InspectionException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return (null, 1);
        }
    }

    private static void Show(UserStatus status)
    {
        var now = status.Learning ? "; still learning: only quotas, place rules and gross excess act" : "";
        var site = status.SiteRung > status.Rung ? $" (its site stands at {IncidentText.Name(status.SiteRung)})" : "";
        Console.Out.WriteLine(
            $"{IncidentText.Safe(status.User.Value)} of {IncidentText.Safe(status.Site.Value)} stands at {IncidentText.Name(status.Rung)}{site}{now}"
        );
        Console.Out.WriteLine($"  {IncidentText.Consequence(status.Rung, status.Until, status.Mode, status.Grade)}");
        Console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {Known(status)}; {status.Totals.Logins} logins, {status.Totals.Failures} failures, {status.Totals.Submissions} mails to {status.Totals.Recipients} recipients, {status.Totals.Stopped} stopped"
            )
        );
        foreach (var gap in status.Gaps.IsDefault ? [] : status.Gaps)
            Console.Out.WriteLine($"  {IncidentText.Safe(ReasonText.Of(gap))}");
        if (status.HeldMails > 0)
            Console.Out.WriteLine($"  {IncidentText.Safe(AccountWayBack.HeldText(status.User, status.HeldMails))}");
        EvidenceTable.Write(Console.Out, status);
        Console.Out.WriteLine("\nWhat happened:");
        foreach (var past in status.History)
            Console.Out.WriteLine(
                $"  {IncidentText.Time(past.At)}  {IncidentText.Name(past.From)} → {IncidentText.Name(past.To)}{IncidentText.Place(past.Address, past.Country)}: {string.Join("; ", past.Reasons.Take(2).Select(ReasonText.Of).Select(IncidentText.Safe))}{(past.By is { } by ? $", by {IncidentText.Safe(by.ToString())}" : "")}"
            );
        Console.Out.WriteLine("\nWhat is usual:");
        foreach (var kind in status.Familiar.GroupBy(item => item.Kind))
            Console.Out.WriteLine(
                $"  {kind.Key,-9} {string.Join(", ", kind.Take(8).Select(item => item.Days > 0 ? string.Create(CultureInfo.InvariantCulture, $"{IncidentText.Safe(item.Name)} ({item.Days:0.#} days)") : IncidentText.Safe(item.Name)))}"
            );
        foreach (var rate in status.Rates.Where(rate => rate.Windows > 0))
            Console.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"  {rate.Measure,-10} per active {rate.Per,-6} {rate.Usual,8:0.#}   now {rate.Now:0.#}")
            );
        if (status.FailedRecipients is { Of: > 0 } failed)
            Console.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"  recipients that do not exist {failed.Usual:P1}   now {failed.Now:P1} of {failed.Of:0.#}")
            );
        if (!status.Planned.IsDefaultOrEmpty)
            Console.Out.WriteLine("\nAnnounced:");
        foreach (var item in status.Planned.IsDefault ? [] : status.Planned)
            Console.Out.WriteLine(
                $"  {(item.OfSite ? "site" : "account")} {item.Planned.Id}, until {IncidentText.Time(item.Planned.Until)} UTC: {IncidentText.Safe(PlannedText.Of(item.Planned))}  {IncidentText.Safe(item.Planned.Note)}"
            );
        Console.Out.WriteLine("\nQuotas:");
        foreach (var quota in status.Quotas)
            Console.Out.WriteLine($"  {quota.Used} of {quota.Limit}: {quota.Quota}");
    }

    /// <summary>An account may have been locked by hand before it was ever used.</summary>
    private static string Known(UserStatus status) =>
        status is { FirstSeen: { } first, LastSeen: { } last }
            ? $"known since {IncidentText.Time(first)}, last seen {IncidentText.Time(last)} UTC"
            : "not used yet";
}
