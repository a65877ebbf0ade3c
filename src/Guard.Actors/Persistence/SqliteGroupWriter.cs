using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Guard.Actors.Persistence;

/// <summary>One thing to be written; it runs inside the group's transaction, behind a savepoint of its own.</summary>
internal sealed record SqliteWrite(Action<SqliteConnection, SqliteCommands> Run, TaskCompletionSource<Exception?> Done)
{
    public long Since { get; } = System.Diagnostics.Stopwatch.GetTimestamp();
}

/// <summary>
/// One thread per database file that takes everything waiting and commits it in one transaction: a flush of the disk serves all that waited for it.
/// A write that fails fails alone; a database that fails fails what waits, and is tried again with the next.
/// </summary>
internal sealed class SqliteGroupWriter
{
    private const int MostPerGroup = 1024;

    /// <summary>What waited longer is not begun: with <see cref="SqliteTables.BusySeconds"/> on top it would end behind the journal's circuit breaker (10 s).</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<string, SqliteGroupWriter> Writers = new();

    private readonly string _file;
    private readonly string _synchronous;
    private readonly BlockingCollection<SqliteWrite> _waiting = new(65_536);

    private SqliteGroupWriter(string file, string synchronous)
    {
        (_file, _synchronous) = (file, synchronous);
        new Thread(Work) { IsBackground = true, Name = "sqlite " + Path.GetFileName(file) }.Start();
    }

    /// <summary>The writer of a file: journal and snapshot store share it.</summary>
    public static SqliteGroupWriter Of(string file, string synchronous) =>
        Writers.GetOrAdd(Path.GetFullPath(file), path => new SqliteGroupWriter(path, synchronous));

    /// <summary>Completes when committed: null, or why it was not.</summary>
    public Task<Exception?> WriteAsync(Action<SqliteConnection, SqliteCommands> run)
    {
        var done = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(new SqliteWrite(run, done));
        return done.Task;
    }

    private void Work()
    {
        SqliteConnection? connection = null;
        SqliteCommands? commands = null;
        var group = new List<SqliteWrite>(MostPerGroup);
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            while (group.Count < MostPerGroup && _waiting.TryTake(out var next))
                group.Add(next);
            if (group.RemoveAll(Late) > 0 && group.Count == 0)
                continue;
            try
            {
                connection ??= SqliteTables.Open(_file, _synchronous, create: true);
                commands ??= new SqliteCommands(connection);
                Commit(connection, commands, group);
            }
            catch (Exception failure)
            {
                // Whatever it is, those who wait must hear of it, and the thread must live for the next.
                foreach (var write in group)
                    write.Done.TrySetResult(failure);
                commands?.Dispose();
                connection?.Dispose();
                commands = null;
                connection = null;
            }
        }
    }

    private static bool Late(SqliteWrite write) =>
        System.Diagnostics.Stopwatch.GetElapsedTime(write.Since) > LongestWait
        && write.Done.TrySetResult(new IOException("the database is too slow: the write waited too long and was not begun"));

    private static void Commit(SqliteConnection connection, SqliteCommands commands, List<SqliteWrite> group)
    {
        var failed = new Dictionary<SqliteWrite, Exception>();
        commands.Begin();
        foreach (var write in group)
        {
            commands.Savepoint();
            try
            {
                write.Run(connection, commands);
                commands.Release();
            }
            catch (Exception failure) when (failure is not SqliteException { SqliteErrorCode: 13 or 8 or 10 or 11 or 14 or 26 })
            {
                // A full disk, a read-only or damaged file concern all; anything else only this one.
                failed[write] = failure;
                commands.RollBackToSavepoint();
            }
        }
        commands.Commit();
        foreach (var write in group)
            write.Done.TrySetResult(failed.GetValueOrDefault(write));
    }
}
