using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.ConsoleModel.Store;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
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

    public async Task TakeAsync(NotableChange change)
    {
        var overtaking = change.Event is ReactionChanged or ReactionProlonged ? await OvertakingAsync(change).ConfigureAwait(false) : null;
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
                await (overtaking is { } later ? OvertakenAsync(change, changed, later) : ChangedAsync(change, changed)).ConfigureAwait(false);
                break;
            case ReactionProlonged when overtaking is not null:
                break;
            case ReactionProlonged prolonged:
                await RecordsDatabase
                    .ExecuteAsync(
                        connection,
                        transaction,
                        "UPDATE console_incidents SET until = @until WHERE user_name = @user AND ended = 0",
                        cancel,
                        ("@until", prolonged.Until.ToUnixTimeMilliseconds()),
                        ("@user", change.User.Value)
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
    private async Task<LaterReaction?> OvertakingAsync(NotableChange change) =>
        (
            await RecordsDatabase
                .QueryAsync(
                    connection,
                    transaction,
                    """
                    SELECT rung, at, what, reasons FROM console_notable
                    WHERE user_name = @user AND at >= @at AND number > @number AND kind = @kind AND rung >= 0 ORDER BY number DESC, id DESC LIMIT 1
                    """,
                    row => new LaterReaction((Rung)row.GetInt32(0), row.GetInt64(1), HowEnded(row.GetString(2), row.GetString(3))),
                    cancel,
                    ("@user", change.User.Value),
                    ("@at", change.Event.At.ToUnixTimeMilliseconds()),
                    ("@number", change.Number),
                    ("@kind", (int)TimelineKind.Reaction)
                )
                .ConfigureAwait(false)
        ).FirstOrDefault();

    /// <summary>
    /// A change that is told of behind a later one: it moves neither where the account stands nor when that ends. A rise belongs to the incident that the later
    /// one is of, and is one of its own, already over, where the account was let go meanwhile.
    /// </summary>
    private async Task OvertakenAsync(NotableChange change, ReactionChanged changed, LaterReaction later)
    {
        if (changed.To == Rung.Normal)
            return;
        var of = await RecordsDatabase
            .QueryAsync(
                connection,
                transaction,
                "SELECT id, rung FROM console_incidents WHERE user_name = @user AND ended = @ended ORDER BY id DESC LIMIT 1",
                row => (Id: row.GetInt64(0), Rung: row.GetInt32(1)),
                cancel,
                ("@user", change.User.Value),
                ("@ended", later.Rung == Rung.Normal ? later.At : 0)
            )
            .ConfigureAwait(false);
        if (of is [])
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
                (int)changed.To > of[0].Rung
                    ? "UPDATE console_incidents SET since = CASE WHEN @since < since THEN @since ELSE since END, rung = @to, score = @score, address = @address, country = @country, reasons = @reasons WHERE id = @id"
                    : "UPDATE console_incidents SET since = CASE WHEN @since < since THEN @since ELSE since END WHERE id = @id",
                cancel,
                [
                    ("@since", changed.At.ToUnixTimeMilliseconds()),
                    ("@id", of[0].Id),
                    .. (int)changed.To > of[0].Rung
                        ? (ReadOnlySpan<(string, object?)>)
                            [
                                ("@to", (int)changed.To),
                                ("@score", changed.Score),
                                ("@address", changed.Address.ToString()),
                                ("@country", changed.Country),
                                ("@reasons", ReasonsJson.Write(changed.Reasons)),
                            ]
                        : [],
                ]
            )
            .ConfigureAwait(false);
    }

    private async Task ChangedAsync(NotableChange change, ReactionChanged changed)
    {
        var open = await RecordsDatabase
            .QueryAsync(
                connection,
                transaction,
                "SELECT id, rung FROM console_incidents WHERE user_name = @user AND ended = 0 ORDER BY id DESC LIMIT 1",
                row => (Id: row.GetInt64(0), Rung: row.GetInt32(1)),
                cancel,
                ("@user", change.User.Value)
            )
            .ConfigureAwait(false);
        if (changed.To == Rung.Normal)
        {
            await EndAsync(change, changed.At.ToUnixTimeMilliseconds(), HowEnded(changed)).ConfigureAwait(false);
            return;
        }
        if (open is [])
        {
            await BeginAsync(change, changed).ConfigureAwait(false);
            return;
        }
        var higher = (int)changed.To > open[0].Rung;
        await RecordsDatabase
            .ExecuteAsync(
                connection,
                transaction,
                higher
                    ? "UPDATE console_incidents SET rung = @to, standing = @to, until = @until, score = @score, address = @address, country = @country, mode = @mode, reasons = @reasons WHERE id = @id"
                    : "UPDATE console_incidents SET standing = @to, until = @until, mode = @mode WHERE id = @id",
                cancel,
                [
                    ("@to", (int)changed.To),
                    ("@until", changed.Until?.ToUnixTimeMilliseconds() ?? 0),
                    ("@mode", (int)modes[change]),
                    ("@id", open[0].Id),
                    .. higher
                        ? (ReadOnlySpan<(string, object?)>)
                            [
                                ("@score", changed.Score),
                                ("@address", changed.Address.ToString()),
                                ("@country", changed.Country),
                                ("@reasons", ReasonsJson.Write(changed.Reasons)),
                            ]
                        : [],
                ]
            )
            .ConfigureAwait(false);
        await DoneAsync(change, Done(change, changed)).ConfigureAwait(false);
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

    /// <param name="At">Unix ms.</param>
    /// <param name="How">How the incident ended, where it is back at normal.</param>
    private sealed record LaterReaction(Rung Rung, long At, string How);
}
