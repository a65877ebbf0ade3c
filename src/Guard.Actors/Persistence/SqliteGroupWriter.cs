using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Guard.Actors.Persistence;

/// <summary>
/// One thread per database file that takes everything waiting and commits it in one transaction: a flush of the disk serves all that waited for it.
/// A write that fails fails alone; a database that fails fails what waits, and is tried again with the next.
/// </summary>
internal sealed class SqliteGroupWriter
{
    private const int MaxPerGroup = 1024;

    /// <summary>What is over it is told as failed at once: whoever writes must not be held up.</summary>
    private const int MaxWaiting = 65_536;

    /// <summary>What nobody waits for adds at most about a millisecond to a group, and at least one write of it is in each.</summary>
    private const int MaxPatientBytes = 64 * 1024;

    /// <summary>What a row costs besides its bytes.</summary>
    private const int RowBytes = 1024;

    /// <summary>What waited longer is not begun: with <see cref="SqliteTables.BusySeconds"/> on top whoever waits has given up.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<string, SqliteGroupWriter> Writers = new();

    private readonly string _file;
    private readonly string _synchronous;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly Queue<SqliteWrite> _waiting = new();
    private readonly Queue<SqliteWrite> _patient = new();
    private bool _asleep;

    private SqliteGroupWriter(string file, string synchronous)
    {
        (_file, _synchronous) = (file, synchronous);
        _checkpoints = new SqliteCheckpoints(file, synchronous);
        new Thread(Work) { IsBackground = true, Name = "sqlite " + Path.GetFileName(file) }.Start();
    }

    /// <summary>Null until the file was opened; completes when it has lost the indexes that it need not have.</summary>
    public Task? UnusedIndexes { get; private set; }

    /// <summary>The writer of a file: journal and snapshot store share it.</summary>
    public static SqliteGroupWriter Of(string file, string synchronous) =>
        Writers.GetOrAdd(Path.GetFullPath(file), path => new SqliteGroupWriter(path, synchronous));

    public void Add(SqliteWrite write)
    {
        lock (_waiting)
        {
            var queue = write.CanWait ? _patient : _waiting;
            if (queue.Count < MaxWaiting)
            {
                queue.Enqueue(write);
                if (_asleep)
                    Monitor.Pulse(_waiting);
                return;
            }
        }
        write.Done(new IOException("the database is too slow: too much waits to be written"));
    }

    /// <summary>Completes when committed: null, or why it was not.</summary>
    /// <param name="bytes">About how much is written.</param>
    public Task<Exception?> WriteAsync(Action<SqliteCommands> run, int bytes = 0)
    {
        var write = new AwaitedWrite(run, bytes);
        Add(write);
        return write.Outcome;
    }

    private void Work()
    {
        SqliteConnection? connection = null;
        SqliteCommands? commands = null;
        var group = new List<SqliteWrite>(MaxPerGroup);
        while (true)
        {
            Take(group);
            if (group.RemoveAll(Late) > 0 && group.Count == 0)
                continue;
            try
            {
                connection ??= SqliteTables.OpenWriter(_file, _synchronous);
                commands ??= new SqliteCommands(connection);
                UnusedIndexes ??= SqliteUnusedIndexes.DropAsync(_file, _synchronous, this);
                Commit(commands, group);
                _checkpoints.Committed(connection);
            }
            catch (Exception failure)
            {
                // Whatever it is, those who wait must hear of it, and the thread must live for the next.
                foreach (var write in group)
                    write.Done(failure);
                commands?.Dispose();
                connection?.Dispose();
                commands = null;
                connection = null;
            }
        }
    }

    private void Take(List<SqliteWrite> group)
    {
        group.Clear();
        lock (_waiting)
        {
            while (_waiting.Count == 0 && _patient.Count == 0)
            {
                _asleep = true;
                Monitor.Wait(_waiting);
                _asleep = false;
            }
            while (group.Count < MaxPerGroup && _waiting.TryDequeue(out var next))
                group.Add(next);
            // A little of what nobody waits for in each group: it gets on, and holds up nobody.
            for (var bytes = 0; bytes < MaxPatientBytes && _patient.TryDequeue(out var next); bytes += next.Bytes + RowBytes)
                group.Add(next);
        }
    }

    private static bool Late(SqliteWrite write)
    {
        if (Stopwatch.GetElapsedTime(write.Since) <= LongestWait)
            return false;
        write.Done(new IOException("the database is too slow: the write waited too long and was not begun"));
        return true;
    }

    /// <summary>Tells each write of its outcome, and leaves none in the group.</summary>
    private static void Commit(SqliteCommands commands, List<SqliteWrite> group)
    {
        var failed = Together(commands, group) ? null : EachForItself(commands, group);
        commands.Commit();
        foreach (var write in group)
            write.Done(failed?.GetValueOrDefault(write));
        group.Clear();
    }

    /// <summary>The usual case. False when a write failed: then nothing is written.</summary>
    private static bool Together(SqliteCommands commands, List<SqliteWrite> group)
    {
        commands.Begin();
        try
        {
            foreach (var write in group)
                write.Run(commands);
            return true;
        }
        catch (Exception failure) when (!ConcernsAll(failure))
        {
            commands.RollBack();
            return false;
        }
    }

    private static Dictionary<SqliteWrite, Exception> EachForItself(SqliteCommands commands, List<SqliteWrite> group)
    {
        var failed = new Dictionary<SqliteWrite, Exception>();
        commands.Begin();
        foreach (var write in group)
        {
            commands.Savepoint();
            try
            {
                write.Run(commands);
                commands.Release();
            }
            catch (Exception failure) when (!ConcernsAll(failure))
            {
                failed[write] = failure;
                commands.RollBackToSavepoint();
            }
        }
        return failed;
    }

    /// <summary>A full disk, a read-only or unreadable file concern all; a damaged page and anything else only the write that met it.</summary>
    private static bool ConcernsAll(Exception failure) => failure is SqliteException { SqliteErrorCode: 13 or 8 or 10 or 14 or 26 };
}
