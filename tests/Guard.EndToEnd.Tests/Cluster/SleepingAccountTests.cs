using Akka.Actor;
using Guard.Actors.Serialization;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>A real guard that is killed while an account is locked, and started again without any traffic.</summary>
public sealed class SleepingAccountTests : IDisposable
{
    private const string User = "quiet@example.com";

    private readonly GuardProgram _guard = new();

    [Fact]
    public async Task A_lock_that_stood_at_a_kill_ends_on_time_although_nobody_asks_for_the_account()
    {
        _guard.Configure(
            "data",
            4874,
            "accountguard { mode = enforce, intake.logs.clock = wall, policy.default.reactions { restrict-for = 1m, report-for = 1m } }"
        );
        await File.WriteAllTextAsync(_guard["mail.log"], "", TestContext.Current.CancellationToken);
        var process = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Guard("inspect", "user", "lock", User, "15s", "--config", "guard.conf").Code == 0, () => _guard.Heard);
        Assert.Equal(Rung.Suspended, LastRung());
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        _guard.Start();
        // Only the journal is looked at: a question to the account would wake it.
        await GuardProgram.UntilAsync(() => LastRung() < Rung.Suspended, () => $"the account stands at {LastRung()}: {_guard.Heard}");
    }

    /// <summary>Where the account's own journal says that it stands.</summary>
    private Rung LastRung()
    {
        using var system = ActorSystem.Create("reader");
        var serializer = new GuardSerializer((ExtendedActorSystem)system);
        var rung = Rung.Normal;
        using var connection = new SqliteConnection($"Data Source={_guard["data/accountguard.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT message FROM journal WHERE persistence_id = $user AND manifest = 'u.batch.1' ORDER BY sequence_number";
        command.Parameters.AddWithValue("$user", $"user-{User}");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            foreach (var change in ((UserEventBatch)serializer.FromBinary((byte[])rows[0], "u.batch.1")).Events.OfType<ReactionChanged>())
                rung = change.To;
        }
        return rung;
    }

    public void Dispose() => _guard.Dispose();
}
