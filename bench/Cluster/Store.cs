using Guard.Host.Configuration;
using Microsoft.Data.Sqlite;

namespace Guard.Bench.Cluster;

/// <summary>A place for one run of the bench: a directory, and with PostgreSQL a database.</summary>
internal sealed class Store : IDisposable
{
    public Store(PersistenceEngine engine, PostgresInstance? postgres)
    {
        Engine = engine;
        Connection = OnPostgres ? postgres!.NewDatabase() : "";
    }

    public PersistenceEngine Engine { get; }

    public string Connection { get; }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("accountguard-bench").FullName;

    public bool OnPostgres => Engine is PersistenceEngine.Postgres or PersistenceEngine.PostgresStock;

    public string Name =>
        Engine switch
        {
            PersistenceEngine.GroupCommit => "sqlite-group-commit",
            PersistenceEngine.Stock => "sqlite-stock",
            PersistenceEngine.Postgres => "postgres",
            _ => "postgres-stock",
        };

    public string File => Path.Combine(Directory, "guard.db");

    public PersistenceSettings Settings => new(Engine, File, "full", Connection, 64, 500);

    public string Hocon => $"persistence {{ engine = {Name}, sqlite-file = \"{File}\", postgres-connection = \"{Connection}\" }}";

    public long Rows()
    {
        if (OnPostgres)
            return (long)PostgresInstance.Scalar(Connection, "SELECT COALESCE(MAX(ordering), 0) FROM journal")!;
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(ordering), 0) FROM journal";
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, true);
}
