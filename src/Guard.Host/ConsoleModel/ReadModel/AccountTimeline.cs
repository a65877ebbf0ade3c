using System.Diagnostics;
using Guard.Host.Archive;
using Guard.Host.ConsoleModel.Audit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Puts an account's time line together: reactions from the records, acts from the audit, logins and mails from the archive.</summary>
/// <param name="archive">Null when none is kept.</param>
internal sealed class AccountTimeline(RecordsDatabase database, IAuditLog audit, ArchiveReader? archive)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<Timeline> ReadAsync(UserId user, SiteId site, TimelineQuery query, CancellationToken cancel)
    {
        var limit = Math.Clamp(query.Limit, 1, 1000);
        var entries = await NotableAsync(user, query.Before, limit, cancel).ConfigureAwait(false);
        entries.AddRange(await ActsAsync(user, site, query.Before, limit, cancel).ConfigureAwait(false));
        var complete = true;
        if (archive is not null)
            complete = await Task
                .Factory.StartNew(
                    () => Observed(archive, user, site, query, limit, entries, cancel),
                    cancel,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .ConfigureAwait(false);
        entries.Sort((one, other) => other.At.CompareTo(one.At));
        var shown = entries.Take(limit).ToList();
        // What happened in the same millisecond stays together, since the next part begins before it.
        shown.AddRange(entries.Skip(limit).TakeWhile(entry => entry.At == shown[^1].At));
        return new Timeline([.. shown], shown.Count < entries.Count || shown.Count >= limit ? shown[^1].At : null, complete);
    }

    private Task<List<TimelineEntry>> NotableAsync(UserId user, DateTimeOffset? before, int limit, CancellationToken cancel) =>
        database.ReadAsync(
            connection =>
                RecordsDatabase.QueryAsync(
                    connection,
                    null,
                    $"SELECT at, kind, what, rung, score, address, country, reasons FROM console_notable WHERE user_name = @user AND at < @before ORDER BY at DESC, id DESC LIMIT {limit}",
                    row => new TimelineEntry(
                        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)),
                        (TimelineKind)row.GetInt32(1),
                        row.GetString(2),
                        row.GetString(5),
                        row.GetString(6),
                        Math.Round(row.GetDouble(4), 1),
                        0,
                        "",
                        row.GetInt32(3) is >= 0 and var rung ? (Rung)rung : null,
                        ReasonsJson.Read(row.GetString(7))
                    ),
                    cancel,
                    ("@user", user.Value),
                    ("@before", before?.ToUnixTimeMilliseconds() ?? long.MaxValue)
                ),
            cancel
        );

    private async Task<IEnumerable<TimelineEntry>> ActsAsync(UserId user, SiteId site, DateTimeOffset? before, int limit, CancellationToken cancel)
    {
        // Whoever may see the account may see what was done to it, and nothing else of the audit.
        var reader = new AccessScope("time line", "") { Sites = [site], Rights = AccessRights.Audit };
        var acts = await audit
            .QueryAsync(reader, new AuditQuery(Search: user.Value, Act: "account.", Site: site, Before: before, Limit: limit), cancel)
            .ConfigureAwait(false);
        return acts
            .Items.Where(act => act.Subject == user.Value && !IsAnswered(act, acts.Items))
            .Select(act => new TimelineEntry(
                act.At,
                TimelineKind.Act,
                $"{act.Act["account.".Length..]} by {act.Who}",
                act.From,
                "",
                0,
                0,
                act.Outcome == "done" ? act.Detail
                    : act.Detail.Length > 0 ? $"{act.Detail}: {act.Outcome}"
                    : act.Outcome,
                null,
                []
            ));
    }

    /// <summary>Whether what came out of an act that is told as begun is told as well.</summary>
    private static bool IsAnswered(AuditEntry act, IEnumerable<AuditEntry> all) =>
        act.Outcome == AuditedAct.Begun
        && all.Any(other => other.Node == act.Node && other.Number > act.Number && (other.Act, other.Who, other.Detail) == (act.Act, act.Who, act.Detail));

    /// <summary>False when the time was up.</summary>
    private static bool Observed(
        ArchiveReader archive,
        UserId user,
        SiteId site,
        TimelineQuery query,
        int limit,
        List<TimelineEntry> into,
        CancellationToken cancel
    )
    {
        var clock = Stopwatch.StartNew();
        archive.Flush(site);
        var before = query.Before ?? DateTimeOffset.MaxValue;
        var found = 0;
        foreach (var day in archive.Days.Reverse().Where(day => day <= ArchiveFiles.DayOf(before)))
        {
            var own = new List<TimelineEntry>();
            foreach (var item in archive.Read(day, site, user, cancel))
            {
                if (clock.Elapsed > Patience)
                    return false;
                if (item.Batch is not { } batch || batch.User != user)
                    continue;
                own.AddRange(
                    batch
                        .Events.OfType<ObservationJudged>()
                        .Where(judged => judged.At < before && !judged.Judgement.HasFlag(Judgement.Repeated))
                        .Where(judged => !query.Notable || (judged.Judgement & (Judgement.Refused | Judgement.Strange)) != 0)
                        .Select(Entry)
                );
                // A day of a busy account: only its newest part can be shown.
                if (own.Count > 8 * limit && !query.Notable)
                    own = [.. own.OrderByDescending(entry => entry.At).Take(limit + 1)];
                else if (own.Count > 8 * limit)
                    own = Alike(own);
            }
            own = query.Notable ? Alike(own) : own;
            into.AddRange(own);
            if ((found += own.Count) >= limit)
                return true;
        }
        return true;
    }

    /// <summary>A thousand refused mails from one country on one day are one line: the newest stands for all.</summary>
    private static List<TimelineEntry> Alike(List<TimelineEntry> entries) =>
        [
            .. entries
                .GroupBy(entry => (entry.Kind, entry.Country, entry.Judgement))
                .Select(group =>
                {
                    var newest = group.MaxBy(entry => entry.At)!;
                    var count = group.Sum(entry => entry.Times);
                    return newest with { Times = count, Recipients = group.Sum(entry => entry.Recipients), Score = group.Max(entry => entry.Score) };
                }),
        ];

    private static TimelineEntry Entry(ObservationJudged judged)
    {
        var (kind, what, recipients) = judged.Observation switch
        {
            Login { Outcome: LoginOutcome.Succeeded } login => (TimelineKind.Login, $"login {Name(login.Service)}", 0),
            Login login => (TimelineKind.FailedLogin, $"failed login {Name(login.Service)}", 0),
            Submission submission => (TimelineKind.Mail, $"mail to {submission.Recipients}", submission.Recipients),
            Delivery delivery => (TimelineKind.Delivery, $"{delivery.Recipients} {Name(delivery.Outcome)}", delivery.Recipients),
            _ => (TimelineKind.Delivery, "", 0),
        };
        var words = new[] { Judgement.Refused, Judgement.Strange, Judgement.Suspicious, Judgement.Unproven }
            .Where(flag => judged.Judgement.HasFlag(flag))
            .Select(flag => Name(flag));
        return new TimelineEntry(
            judged.At,
            kind,
            what,
            judged.Observation.Place.Address.ToString(),
            judged.Observation.Place.Country,
            Math.Round(judged.Score, 1),
            recipients,
            string.Join(", ", words),
            null,
            []
        );
    }

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();
}
