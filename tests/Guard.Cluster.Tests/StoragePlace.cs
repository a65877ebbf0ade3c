using Guard.Host.Configuration;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.Cluster.Tests.Persistence;

/// <summary>Where the engines under test store: here a SQLite file.</summary>
internal sealed class StoragePlace : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-storage").FullName;

    public StoragePlace()
    {
        Scalar("PRAGMA journal_mode=WAL");
    }

    public static string[] Names { get; } = ["sqlite-group-commit", "sqlite-stock"];

    public static TheoryData<string> Engines => [.. Names];

    /// <summary>Ours, without the stock one.</summary>
    public static TheoryData<string> Own => [Names[0]];

    /// <summary>From one engine to the other and back.</summary>
    public static TheoryData<string, string> Changes =>
        new()
        {
            { Names[0], Names[1] },
            { Names[1], Names[0] },
            { Names[0], Names[0] },
        };

    public string File => Path.Combine(_directory, "guard.db");

    public PersistenceSettings Settings(string engine) =>
        new(engine == Names[0] ? PersistenceEngine.GroupCommit : PersistenceEngine.Stock, File, "full", "", 64, 500);

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    public object? Scalar(string text)
    {
        using var connection = Open();
        return Run(connection, text);
    }

    public static object? Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    public void Dispose() => Directory.Delete(_directory, true);
}
