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
                await ChangedAsync(change, changed).ConfigureAwait(false);
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
        var until = changed.Until?.ToUnixTimeMilliseconds() ?? 0;
        if (changed.To == Rung.Normal)
        {
            await RecordsDatabase
                .ExecuteAsync(
                    connection,
                    transaction,
                    "UPDATE console_incidents SET ended = @at, ended_how = @how, standing = 0, until = 0 WHERE user_name = @user AND ended = 0",
                    cancel,
                    ("@at", changed.At.ToUnixTimeMilliseconds()),
                    ("@how", HowEnded(changed)),
                    ("@user", change.User.Value)
                )
                .ConfigureAwait(false);
            return;
        }
        if (open is [])
        {
            await RecordsDatabase
                .ExecuteAsync(
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
                    ("@until", until),
                    ("@score", changed.Score),
                    ("@address", changed.Address.ToString()),
                    ("@country", changed.Country),
                    ("@mode", (int)modes[change]),
                    ("@reasons", ReasonsJson.Write(changed.Reasons)),
                    ("@done", JsonSerializer.Serialize(new[] { Done(change, changed) }))
                )
                .ConfigureAwait(false);
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
                    ("@until", until),
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

    private string Done(NotableChange change, ReactionChanged changed)
    {
        var done = IncidentText.Consequence(changed.To, changed.Until, modes[change]);
        return changed.By is { } by ? $"{done}, by {by}" : done;
    }

    private static string HowEnded(ReactionChanged changed)
    {
        var how = (changed.Reasons.IsDefaultOrEmpty ? "" : changed.Reasons[0].Code) switch
        {
            ReasonCodes.TimeIsUp => "time is up",
            ReasonCodes.Absolved => "absolved",
            ReasonCodes.Released => "released",
            var other => other,
        };
        return changed.By is { } by ? $"{how} by {by}" : how;
    }

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
            "INSERT INTO console_notable (user_name, at, kind, what, rung, score, address, country, reasons) VALUES (@user, @at, @kind, @what, @rung, @score, @address, @country, @reasons)",
            cancel,
            ("@user", change.User.Value),
            ("@at", change.Event.At.ToUnixTimeMilliseconds()),
            ("@kind", (int)kind),
            ("@what", change.Event.By is { } by ? $"{what}, by {by}" : what),
            ("@rung", rung),
            ("@score", score),
            ("@address", address),
            ("@country", country),
            ("@reasons", ReasonsJson.Write(reasons))
        );
}
