using CsCheck;
using Guard.Actors.Users;
using Guard.Host.ConsoleModel.ReadModel;
using Guard.Host.ConsoleModel.Store;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Records;

/// <summary>An account that moved to another node, whose last words of the old one come behind the first of the new one; the same on each database.</summary>
public abstract class MovedAccountRules : RecordsRules
{
    private static readonly SiteId Site = new("example.com");
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private int _accounts;

    [Fact]
    public async Task A_rise_that_is_told_behind_its_release_is_over()
    {
        var user = Next();
        var (rise, release) = (
            Changed(1, Rung.Normal, Rung.Suspended),
            Changed(2, Rung.Suspended, Rung.Normal) with
            {
                By = new Author("admin", "it was a holiday"),
            }
        );
        await WriteAsync(user, 8, release, Rung.Normal);
        await WriteAsync(user, 7, rise, Rung.Suspended);
        var incident = Assert.Single(await IncidentsAsync(user));
        Assert.Equal(
            new Incident(
                Rung.Suspended,
                Rung.Normal,
                rise.At.ToUnixTimeMilliseconds(),
                release.At.ToUnixTimeMilliseconds(),
                "released by admin: it was a holiday"
            ),
            incident
        );
        Assert.Equal(Rung.Normal, await StandingAsync(user));
    }

    [Fact]
    public async Task A_release_that_is_told_behind_the_next_rise_lets_nobody_go()
    {
        var user = Next();
        await WriteAsync(user, 7, Changed(1, Rung.Normal, Rung.Restricted), Rung.Restricted);
        await WriteAsync(user, 9, Changed(3, Rung.Normal, Rung.Suspended), Rung.Suspended);
        await WriteAsync(user, 8, Changed(2, Rung.Restricted, Rung.Normal), Rung.Normal);
        Assert.Equal(Rung.Suspended, Assert.Single(await IncidentsAsync(user), incident => incident.Ended == 0).Standing);
        Assert.Equal(Rung.Suspended, await StandingAsync(user));
    }

    [Fact]
    public async Task A_reaction_that_was_prolonged_by_hand_before_the_next_rise_ends_when_that_one_does_and_the_act_is_told()
    {
        var user = Next();
        await WriteAsync(user, 7, Changed(1, Rung.Normal, Rung.Restricted), Rung.Restricted);
        var rise = Changed(3, Rung.Restricted, Rung.Suspended);
        await WriteAsync(user, 9, rise, Rung.Suspended);
        var prolonged = new ReactionProlonged(Noon.AddMinutes(2), Noon.AddDays(3)) { By = new Author("admin") };
        await WriteAsync(user, 8, prolonged, Rung.Restricted);
        Assert.Equal([rise.Until!.Value.ToUnixTimeMilliseconds()], await ReadAsync(user, "until FROM console_incidents", row => row.GetInt64(0)));
        Assert.Contains(
            await ReadAsync(user, "what FROM console_notable", row => row.GetString(0)),
            what => what.EndsWith(", by admin", StringComparison.Ordinal)
        );

        // The latest word holds.
        await WriteAsync(user, 10, prolonged with { At = Noon.AddMinutes(4) }, Rung.Suspended);
        Assert.Equal([Noon.AddDays(3).ToUnixTimeMilliseconds()], await ReadAsync(user, "until FROM console_incidents", row => row.GetInt64(0)));
    }

    [Fact]
    public async Task A_journal_that_was_restored_counts_on_from_less_and_is_believed()
    {
        var user = Next();
        await WriteAsync(user, 500, Changed(1, Rung.Normal, Rung.Suspended), Rung.Suspended);
        await WriteAsync(user, 20, Changed(2, Rung.Suspended, Rung.Normal), Rung.Normal);
        Assert.Equal(Rung.Normal, await StandingAsync(user));
        Assert.DoesNotContain(await IncidentsAsync(user), incident => incident.Ended == 0);
    }

    [Fact]
    public async Task Where_it_stands_and_what_it_sent_is_what_one_node_alone_would_have_told()
    {
        await Gen.Int[0, 4]
            .Array[1, 6]
            .Select(Gen.Int[0, 5], Gen.Int[0, 1_000_000])
            .SampleAsync(
                async (rungs, moves, order) =>
                {
                    // What the account's life was: a rung each minute, where it differs from the one before.
                    var life = new List<(long Number, ReactionChanged Change)>();
                    var rung = Rung.Normal;
                    foreach (var next in rungs.Select(one => (Rung)one))
                    {
                        if (next == rung)
                            continue;
                        life.Add((life.Count + 5, Changed(life.Count + 1, rung, next)));
                        rung = next;
                    }
                    if (life.Count == 0)
                        return;
                    var (alone, moved) = (Next(), Next());
                    foreach (var (number, change) in life)
                        await WriteAsync(alone, number, change, change.To);
                    // Each node tells what it saw in its own order; which of the two is heard next is anybody's guess.
                    var at = Math.Min(moves, life.Count);
                    var (first, second) = (new Queue<(long, ReactionChanged)>(life[..at]), new Queue<(long, ReactionChanged)>(life[at..]));
                    for (var heard = order; first.Count + second.Count > 0; heard /= 2)
                    {
                        var (number, change) = (first.Count == 0 || (second.Count > 0 && heard % 2 == 0) ? second : first).Dequeue();
                        await WriteAsync(moved, number, change, change.To);
                    }
                    Assert.Equal(await StandingAsync(alone), await StandingAsync(moved));
                    Assert.Equal(await SentAsync(alone), await SentAsync(moved));
                    var (of, than) = (await IncidentsAsync(moved), await IncidentsAsync(alone));
                    Assert.Equal(
                        than.Where(incident => incident.Ended == 0).Select(incident => incident.Standing),
                        of.Where(incident => incident.Ended == 0).Select(incident => incident.Standing)
                    );
                    Assert.Equal(than.Max(incident => incident.Rung), of.Max(incident => incident.Rung));
                    Assert.Equal(than.Min(incident => incident.Since), of.Min(incident => incident.Since));
                },
                iter: 150,
                threads: 1
            );
    }

    [Fact]
    public async Task Records_of_an_earlier_version_are_brought_to_this_one()
    {
        var user = Next();
        await WriteAsync(user, 7, Changed(1, Rung.Normal, Rung.Suspended), Rung.Suspended);
        foreach (var table in new[] { "console_accounts", "console_notable" })
            await Records.Database.WriteAsync(
                (connection, transaction) => RecordsDatabase.ExecuteAsync(connection, transaction, $"ALTER TABLE {table} DROP COLUMN number", Cancel),
                Cancel
            );
        await Records.ReopenAsync();
        await WriteAsync(user, 8, Changed(2, Rung.Suspended, Rung.Normal), Rung.Normal);
        Assert.Equal(Rung.Normal, await StandingAsync(user));
        Assert.NotEqual(0, Assert.Single(await IncidentsAsync(user)).Ended);
    }

    private UserId Next() => new($"user{_accounts++}@example.com");

    private static ReactionChanged Changed(int minute, Rung from, Rung to) =>
        new(
            Noon.AddMinutes(minute),
            from,
            to,
            to == Rung.Normal ? null : Noon.AddMinutes(minute).AddHours(1),
            20,
            default,
            "RO",
            [new Reason(to == Rung.Normal ? ReasonCodes.Released : ReasonCodes.NewCountry, 0, 0, 1)]
        );

    /// <summary>As a node does: the change, and a mail to two that came with it.</summary>
    private async Task WriteAsync(UserId user, long number, UserEvent change, Rung rung)
    {
        var buffer = new RecordsBuffer();
        var sent = new ObservationJudged(
            new Submission(user, change.At, new Place(NetworkAddress.Parse("198.51.100.7"), Country: "RO"), ObservationOrigin.None, 2, 100, ""),
            Judgement.Learn,
            0
        );
        var state = new UserState(user) with { LastSeen = change.At.ToUnixTimeMilliseconds() };
        state = state with { Reaction = state.Reaction with { Rung = rung, Until = (change as ReactionChanged)?.Until?.ToUnixTimeMilliseconds() ?? 0 } };
        buffer.Note(Site, new UserEventBatch(user, [sent, change]), number, state);
        var modes = buffer.Notable.ToDictionary(one => one, _ => GuardMode.Enforce);
        await Records.Database.WriteAsync(
            async (connection, transaction) =>
            {
                var write = new RecordsTransaction(connection, transaction, Cancel);
                await write.AccountsAsync(buffer);
                await write.AmountsAsync(buffer);
                var incidents = new IncidentRecorder(connection, transaction, modes, Cancel);
                foreach (var one in buffer.Notable)
                    await incidents.TakeAsync(one);
                return 0;
            },
            Cancel
        );
    }

    private async Task<Rung> StandingAsync(UserId user) => (Rung)Assert.Single(await ReadAsync(user, "rung FROM console_accounts", row => row.GetInt32(0)));

    private async Task<long> SentAsync(UserId user) => Assert.Single(await ReadAsync(user, "sent_today FROM console_accounts", row => row.GetInt64(0)));

    private Task<List<Incident>> IncidentsAsync(UserId user) =>
        ReadAsync(
            user,
            "rung, standing, since, ended, ended_how FROM console_incidents",
            row => new Incident((Rung)row.GetInt32(0), (Rung)row.GetInt32(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4))
        );

    private Task<List<T>> ReadAsync<T>(UserId user, string what, Func<System.Data.Common.DbDataReader, T> row) =>
        Records.Database.ReadAsync(
            connection => RecordsDatabase.QueryAsync(connection, null, $"SELECT {what} WHERE user_name = @user", row, Cancel, ("@user", user.Value)),
            Cancel
        );

    private sealed record Incident(Rung Rung, Rung Standing, long Since, long Ended, string How);
}
