using Guard.EndToEnd.Tests.Databases;
using Guard.Host.Configuration;
using Xunit;

namespace Guard.Cluster.Tests.Persistence;

/// <summary>Where the engines under test store: here a database of a real PostgreSQL. The rules are those of Guard.Cluster.Tests.</summary>
internal sealed class StoragePlace : IDisposable
{
    private readonly string _connection = PostgresServer.Shared.NewDatabase();

    public static string[] Names { get; } = ["postgres", "postgres-stock"];

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

    public PersistenceSettings Settings(string engine) =>
        new(engine == Names[0] ? PersistenceEngine.Postgres : PersistenceEngine.PostgresStock, "", "full", _connection, 64, 500);

    public object? Scalar(string text) => PostgresServer.Scalar(_connection, text);

    public void Dispose()
    {
        // The database goes with the server; connections of a system that just ended may still be open.
    }
}
