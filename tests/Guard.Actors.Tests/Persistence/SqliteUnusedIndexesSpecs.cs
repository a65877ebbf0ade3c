using Guard.Actors.Persistence;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.Actors.Tests.Persistence;

/// <summary>A file of an earlier version loses the indexes that nothing asks by, while it is written; what it tells stays what it was.</summary>
public sealed class SqliteUnusedIndexesSpecs : IDisposable
{
    /// <summary>As versions up to 0.1.0 made them, and as the stock engine does.</summary>
    private const string Earlier = """
        CREATE INDEX journal_created_idx ON journal (created); CREATE INDEX journal_sequence_number_idx ON journal (sequence_number);
        CREATE INDEX snapshot_sequence_number_idx ON snapshot (sequence_number); CREATE INDEX snapshot_created_idx ON snapshot (created);
        """;

    private const string Rows = """
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
        INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
          SELECT n, 0, 'user-' || (n % 100), n / 100 + 1, zeroblob(40), 'b', 1, 'w' FROM numbers;
        INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot) SELECT persistence_id, sequence_number, created, message FROM journal;
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-indexes").FullName;

    private string Database => Path.Combine(_directory, "guard.db");

    public void Dispose() => Directory.Delete(_directory, true);

    private T Ask<T>(string text)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return (T)command.ExecuteScalar()!;
    }

    private void Make(string text)
    {
        using var connection = SqliteTables.Open(Database, "off", create: true);
        SqliteTables.Run(connection, text);
    }

    private static SqliteGroupWriter Writer(string file) => SqliteGroupWriter.Of(file, "off");

    private static Task<Exception?> WriteAsync(SqliteGroupWriter writer, long number) =>
        writer.WriteAsync(commands => commands.AddEvent(1, "user-0", number, [1], "b", 1, "w"));

    private string Indexes =>
        Ask<string>("SELECT group_concat(name) FROM (SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name)");

    [Fact]
    public async Task A_file_of_an_earlier_version_loses_them_at_its_first_write_and_tells_the_same_as_before()
    {
        Make(Earlier + Rows);
        var writer = Writer(Database);
        Assert.Null(await WriteAsync(writer, 1000));
        // What comes meanwhile is written as well.
        var writes = Enumerable.Range(1001, 200).Select(number => WriteAsync(writer, number)).ToArray();
        Assert.All(await Task.WhenAll(writes), Assert.Null);
        await writer.UnusedIndexes!;
        Assert.Equal("journal_uq,tags_persistence_id_sequence_nr_idx,tags_tag_idx", Indexes);
        Assert.Null(await WriteAsync(writer, 1201));
        Assert.Equal((20_202L, 20_000L), (Ask<long>("SELECT COUNT(*) FROM journal"), Ask<long>("SELECT COUNT(*) FROM snapshot")));
        Assert.Equal("ok", Ask<string>("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_new_file_has_none_of_them_and_an_index_that_is_too_large_stays()
    {
        Make(Rows);
        Assert.Equal("journal_uq,tags_persistence_id_sequence_nr_idx,tags_tag_idx", Indexes);
        Make(Earlier);
        await SqliteUnusedIndexes.DropAsync(Database, "off", Writer(Path.Combine(_directory, "other.db")), mostRows: 19_999);
        Assert.Contains("journal_created_idx,journal_sequence_number_idx", Indexes, StringComparison.Ordinal);
    }
}
