using Guard.Host.Migration;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Guard.Host.Tests.Migration;

public sealed class DatabaseCopySpecs : IDisposable
{
    private const int Rows = 400;

    private readonly string _root = Directory.CreateTempSubdirectory("guard-copy-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_database_that_others_write_to_all_the_while_is_copied_as_it_was_at_one_moment()
    {
        using var source = Open("source.db");
        Run(source, "PRAGMA journal_mode = wal; CREATE TABLE given (id INTEGER PRIMARY KEY, filling BLOB); CREATE TABLE taken (id INTEGER PRIMARY KEY)");
        for (var row = 0; row < Rows; row++)
            Write(source);
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(
            () =>
            {
                using var other = Open("source.db");
                Run(other, "PRAGMA busy_timeout = 10000");
                while (!stop.IsCancellationRequested)
                {
                    Write(other);
                    Interlocked.Increment(ref written);
                }
            },
            TestContext.Current.CancellationToken
        );
        await Eventually.Is(() => Volatile.Read(ref written) > 0);

        var before = Volatile.Read(ref written);
        var target = Path.Combine(_root, "copy.db");
        using (var copy = Open("copy.db"))
            DatabaseCopy.Make(source, copy, target, part: 16 * 1024);
        await Eventually.Is(() => Volatile.Read(ref written) > before, "the copy holds up who writes");
        await stop.CancelAsync();
        await writing;

        using var made = Open("copy.db");
        Assert.Equal("ok", Ask(made, "PRAGMA integrity_check"));
        var given = Convert.ToInt64(Ask(made, "SELECT COUNT(*) FROM given"), null);
        Assert.InRange(given, Rows, Rows + written);
        Assert.Equal(given, Convert.ToInt64(Ask(made, "SELECT COUNT(*) FROM taken"), null));
    }

    [Fact]
    public void What_cannot_be_written_is_an_error()
    {
        using var source = Open("source.db");
        Run(source, "CREATE TABLE given (id INTEGER PRIMARY KEY, filling BLOB)");
        using (var made = Open("copy.db"))
            Run(made, "CREATE TABLE other (id INTEGER)");
        using var copy = Open("copy.db", SqliteOpenMode.ReadOnly);
        Assert.Throws<SqliteException>(() => DatabaseCopy.Make(source, copy, Path.Combine(_root, "copy.db")));
    }

    /// <summary>Both tables or none of them.</summary>
    private static void Write(SqliteConnection connection) =>
        Run(connection, "BEGIN IMMEDIATE; INSERT INTO given (filling) VALUES (zeroblob(2000)); INSERT INTO taken DEFAULT VALUES; COMMIT");

    private SqliteConnection Open(string name, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_root, name)};Pooling=False;Mode={mode}");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql) => Ask(connection, sql);

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
