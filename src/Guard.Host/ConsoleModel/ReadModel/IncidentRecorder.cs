using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>
/// Folds what happened to accounts into incidents: one begins when an account leaves normal, keeps the highest rung with its reasons, and ends when the account
/// is back at normal. Every change is a line of the account's time line, too.
/// </summary>
internal sealed class IncidentRecorder(
    DbConnection connection,
    DbTransaction transaction,
    IReadOnlyDictionary<NotableChange, GuardMode> modes,
    CancellationToken cancel
)
{
    private const int MaxDone = 12;

    private const string ActedBy = ", by ";

    /// <summary>Reactions that an account was left in by later writes of its own journal, which were told of first.</summary>
    private const string LaterReactions = "FROM console_notable WHERE user_name = @user AND at >= @at AND number > @number AND kind = @kind AND rung >= 0";

    public async Task TakeAsync(NotableChange change)
    {
        switch (change.Event)
        {
            case ReactionChanged changed:
                await NoteAsync(
                        change,
                        TimelineKind.Reaction,
                        $"{IncidentText.Name(changed.From)} → {IncidentText.Name(changed.To)}",
                        (int)changed.To,
                        changed.Score,
                        changed.Address.ToString(),
                        changed.Country,
                        changed.Reasons
                    )
                    .ConfigureAwait(false);
                await (
                    await LaterAsync(change).ConfigureAwait(false) is { } later ? OvertakenAsync(change, changed, later) : ChangedAsync(change, changed)
                ).ConfigureAwait(false);
                break;
            case ReactionProlonged prolonged:
                await RecordsDatabase
                    .ExecuteAsync(
                        connection,
                        transaction,
                        // In one statement: it comes with every use of whom a reaction holds.
                        $"UPDATE console_incidents SET until = @until WHERE user_name = @user AND ended = 0 AND NOT EXISTS (SELECT 1 {LaterReactions})",
                        cancel,
                        [("@until", prolonged.Until.ToUnixTimeMilliseconds()), .. Named(change)]
                    )
                    .ConfigureAwait(false);
                // What the guard prolongs itself, it does with every observation.
                if (prolonged.By is not null)
                    await NoteAsync(change, TimelineKind.Reaction, $"lasts until {IncidentText.Time(prolonged.Until)}", -1, 0, "", "", [])
                        .ConfigureAwait(false);
                break;
            case ExceptionPlanned planned:
                await NoteAsync(change, TimelineKind.Act, $"announced: {PlannedText.Of(planned.Planned)}", -1, 0, "", "", []).ConfigureAwait(false);
                break;
            case ExceptionWithdrawn withdrawn:
                await NoteAsync(change, TimelineKind.Act, $"announcement {withdrawn.Exception} taken back", -1, 0, "", "", []).ConfigureAwait(false);
                break;
            case FeedbackGiven given:
                await NoteAsync(change, TimelineKind.Act, given.WasOwner ? "answered: that was me" : "answered: that was not me", -1, 0, "", "", [])
                    .ConfigureAwait(false);
                break;
            case AlarmRaised alarm:
                await NoteAsync(change, TimelineKind.Alarm, "alarm", -1, 0, alarm.Address.ToString(), alarm.Country, alarm.Reasons).ConfigureAwait(false);
                break;
            case AddressBlockOrdered block:
                await NoteAsync(
                        change,
                        TimelineKind.Block,
                        $"block {block.Address} until {IncidentText.Time(block.Until)}",
                        -1,
                        0,
                        block.Address.ToString(),
                        "",
                        block.Reasons
                    )
                    .ConfigureAwait(false);
                await DoneAsync(
                        change,
                        modes[change] == GuardMode.Enforce
                            ? $"{block.Address} is blocked until {IncidentText.Time(block.Until)} UTC"
                            : $"{block.Address} would be blocked until {IncidentText.Time(block.Until)} UTC"
                    )
                    .ConfigureAwait(false);
                break;
            case Absolved:
                await NoteAsync(change, TimelineKind.Reaction, "absolved", -1, 0, "", "", []).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>The reaction that the account was left in by a later write, which its next node told of first; null where this is the latest.</summary>
    private async Task<LaterReaction?> LaterAsync(NotableChange change) =>
        (
            await RecordsDatabase
                .QueryAsync(
                    connection,
                    transaction,
                    $"SELECT rung, at, what, reasons {LaterReactions} ORDER BY number DESC, id DESC LIMIT 1",
                    row => new LaterReaction((Rung)row.GetInt32(0), row.GetInt64(1), HowEnded(row.GetString(2), row.GetString(3))),
                    cancel,
                    Named(change)
                )
                .ConfigureAwait(false)
        ).FirstOrDefault();

    /// <summary>What <see cref="LaterReactions"/> asks for.</summary>
    private static (string, object?)[] Named(NotableChange change) =>
        [("@user", change.User.Value), ("@at", change.Event.At.ToUnixTimeMilliseconds()), ("@number", change.Number), ("@kind", (int)TimelineKind.Reaction)];

    /// <summary>
    /// A change that is told of behind a later one: it moves neither where the account stands nor when that ends. A rise belongs to the incident that the later
    /// one is of, and is one of its own, already over, where the account was let go meanwhile.
    /// </summary>
    private async Task OvertakenAsync(NotableChange change, ReactionChanged changed, LaterReaction later)
    {
        if (changed.To == Rung.Normal)
            return;
        if (await IncidentAsync(change.User, later.Rung == Rung.Normal ? later.At : 0).ConfigureAwait(false) is not { } incident)
        {
            await BeginAsync(change, changed).ConfigureAwait(false);
            if (later.Rung == Rung.Normal)
                await EndAsync(change, later.At, later.How).ConfigureAwait(false);
            return;
        }
        await RecordsDatabase
            .ExecuteAsync(
                connection,
                transaction,
                "UPDATE console_incidents SET since = @since WHERE id = @id AND since > @since",
                cancel,
                ("@since", changed.At.ToUnixTimeMilliseconds()),
                ("@id", incident.Id)
            )
            .ConfigureAwait(false);
        await RaiseAsync(incident, changed).ConfigureAwait(false);
    }

    private async Task ChangedAsync(NotableChange change, ReactionChanged changed)
    {
        if (changed.To == Rung.Normal)
        {
            await EndAsync(change, changed.At.ToUnixTimeMilliseconds(), HowEnded(changed)).ConfigureAwait(false);
            return;
        }
        if (await IncidentAsync(change.User, 0).ConfigureAwait(false) is not { } open)
        {
            await BeginAsync(change, changed).ConfigureAwait(false);
            return;
        }
        await RecordsDatabase
            .ExecuteAsync(
                connection,
                transaction,
                "UPDATE console_incidents SET standing = @to, until = @until, mode = @mode WHERE id = @id",
                cancel,
                ("@to", (int)changed.To),
                ("@until", changed.Until?.ToUnixTimeMilliseconds() ?? 0),
                ("@mode", (int)modes[change]),
                ("@id", open.Id)
            )
            .ConfigureAwait(false);
        await RaiseAsync(open, changed).ConfigureAwait(false);
        await DoneAsync(change, Done(change, changed)).ConfigureAwait(false);
    }

    /// <param name="ended">Unix ms; 0: the one that goes on.</param>
    private async Task<RecordedIncident?> IncidentAsync(UserId user, long ended) =>
        (
            await RecordsDatabase
                .QueryAsync(
                    connection,
                    transaction,
                    "SELECT id, rung FROM console_incidents WHERE user_name = @user AND ended = @ended ORDER BY id DESC LIMIT 1",
                    row => new RecordedIncident(row.GetInt64(0), row.GetInt32(1)),
                    cancel,
                    ("@user", user.Value),
                    ("@ended", ended)
                )
                .ConfigureAwait(false)
        ).FirstOrDefault();

    /// <summary>An incident keeps its highest rung, and why it got there.</summary>
    private async Task RaiseAsync(RecordedIncident incident, ReactionChanged changed)
    {
        if ((int)changed.To <= incident.Rung)
            return;
        await RecordsDatabase
            .ExecuteAsync(
                connection,
                transaction,
                "UPDATE console_incidents SET rung = @to, score = @score, address = @address, country = @country, reasons = @reasons WHERE id = @id",
                cancel,
                ("@to", (int)changed.To),
                ("@score", changed.Score),
                ("@address", changed.Address.ToString()),
                ("@country", changed.Country),
                ("@reasons", ReasonsJson.Write(changed.Reasons)),
                ("@id", incident.Id)
            )
            .ConfigureAwait(false);
    }

    private Task BeginAsync(NotableChange change, ReactionChanged changed) =>
        RecordsDatabase.ExecuteAsync(
            connection,
            transaction,
            """
            INSERT INTO console_incidents (user_name, site, rung, standing, since, until, ended, ended_how, score, address, country, mode, reasons, done)
            VALUES (@user, @site, @rung, @rung, @since, @until, 0, '', @score, @address, @country, @mode, @reasons, @done)
            """,
            cancel,
            ("@user", change.User.Value),
            ("@site", change.Site.Value),
            ("@rung", (int)changed.To),
            ("@since", changed.At.ToUnixTimeMilliseconds()),
            ("@until", changed.Until?.ToUnixTimeMilliseconds() ?? 0),
            ("@score", changed.Score),
            ("@address", changed.Address.ToString()),
            ("@country", changed.Country),
            ("@mode", (int)modes[change]),
            ("@reasons", ReasonsJson.Write(changed.Reasons)),
            ("@done", JsonSerializer.Serialize(new[] { Done(change, changed) }))
        );

    private Task EndAsync(NotableChange change, long at, string how) =>
        RecordsDatabase.ExecuteAsync(
            connection,
            transaction,
            "UPDATE console_incidents SET ended = @at, ended_how = @how, standing = 0, until = 0 WHERE user_name = @user AND ended = 0",
            cancel,
            ("@at", at),
            ("@how", how),
            ("@user", change.User.Value)
        );

    private string Done(NotableChange change, ReactionChanged changed)
    {
        var done = IncidentText.Consequence(changed.To, changed.Until, modes[change]);
        return changed.By is { } by ? $"{done}, by {by}" : done;
    }

    private static string HowEnded(ReactionChanged changed) =>
        HowEnded(changed.Reasons.IsDefaultOrEmpty ? "" : changed.Reasons[0].Code) + (changed.By is { } by ? $" by {by}" : "");

    /// <summary>The same from the line of the time line.</summary>
    private static string HowEnded(string what, string reasons) =>
        HowEnded(ReasonsJson.Read(reasons) is [var first, ..] ? first.Code : "")
        + (what.IndexOf(ActedBy, StringComparison.Ordinal) is >= 0 and var by ? $" by {what[(by + ActedBy.Length)..]}" : "");

    private static string HowEnded(string code) =>
        code switch
        {
            ReasonCodes.TimeIsUp => "time is up",
            ReasonCodes.Absolved => "absolved",
            ReasonCodes.Released => "released",
            var other => other,
        };

    private async Task DoneAsync(NotableChange change, string what)
    {
        var open = await RecordsDatabase
            .QueryAsync(
                connection,
                transaction,
                "SELECT id, done FROM console_incidents WHERE user_name = @user AND ended = 0 ORDER BY id DESC LIMIT 1",
                row => (Id: row.GetInt64(0), Done: row.GetString(1)),
                cancel,
                ("@user", change.User.Value)
            )
            .ConfigureAwait(false);
        if (open is [])
            return;
        string[] done = JsonSerializer.Deserialize<string[]>(open[0].Done) ?? [];
        if (done.Contains(what))
            return;
        // The first and the latest say most.
        done = done.Length < MaxDone ? [.. done, what] : [.. done[..(MaxDone / 2)], .. done[^(MaxDone / 2 - 1)..], what];
        await RecordsDatabase
            .ExecuteAsync(
                connection,
                transaction,
                "UPDATE console_incidents SET done = @done WHERE id = @id",
                cancel,
                ("@done", JsonSerializer.Serialize(done)),
                ("@id", open[0].Id)
            )
            .ConfigureAwait(false);
    }

    private Task NoteAsync(
        NotableChange change,
        TimelineKind kind,
        string what,
        int rung,
        double score,
        string address,
        string country,
        ImmutableArray<Reason> reasons
    ) =>
        RecordsDatabase.ExecuteAsync(
            connection,
            transaction,
            "INSERT INTO console_notable (user_name, at, kind, what, rung, score, address, country, reasons, number) VALUES (@user, @at, @kind, @what, @rung, @score, @address, @country, @reasons, @number)",
            cancel,
            ("@user", change.User.Value),
            ("@at", change.Event.At.ToUnixTimeMilliseconds()),
            ("@kind", (int)kind),
            ("@what", change.Event.By is { } by ? what + ActedBy + by : what),
            ("@rung", rung),
            ("@score", score),
            ("@address", address),
            ("@country", country),
            ("@reasons", ReasonsJson.Write(reasons)),
            ("@number", change.Number)
        );

    private sealed record RecordedIncident(long Id, int Rung);

    /// <param name="At">Unix ms.</param>
    /// <param name="How">How the incident ended, where it is back at normal.</param>
    private sealed record LaterReaction(Rung Rung, long At, string How);
}
