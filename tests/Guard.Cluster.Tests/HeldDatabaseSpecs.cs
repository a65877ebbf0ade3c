using Akka.Persistence;
using Guard.Cluster.Tests.Persistence;
using Xunit;

namespace Guard.Cluster.Tests;

/// <summary>What only SQLite can come to.</summary>
public sealed class HeldDatabaseSpecs : IDisposable
{
    private const string Id = "p-1";

    private readonly StoragePlace _place = new();

    [Fact]
    public async Task A_database_that_another_holds_fails_the_write_for_good_and_works_again_when_it_is_let_go()
    {
        await using var engine = StorageEngine.Start(_place, "sqlite-group-commit");
        engine.Write(Id, (1, "a-1"));
        engine.Written(1);
        // Another connection that holds the write lock for longer than one waits.
        using (var blocker = _place.Open())
        {
            StoragePlace.Run(blocker, "BEGIN IMMEDIATE");
            engine.Write(Id, (2, "a-2"));
            Assert.NotNull(engine.Next<WriteMessagesFailed>().Cause);
            engine.Next<WriteMessageFailure>();
            StoragePlace.Run(blocker, "ROLLBACK");
        }
        Assert.Equal(1, engine.Replay(Id, 1).Highest);
        engine.Write(Id, (2, "a-2"));
        engine.Written(1);
        Assert.Equal(2, engine.Replay(Id, 1).Highest);
        Assert.Equal("ok", _place.Scalar("PRAGMA integrity_check"));
    }

    public void Dispose() => _place.Dispose();
}
