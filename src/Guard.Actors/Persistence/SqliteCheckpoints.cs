using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Guard.Actors.Persistence;

/// <summary>
/// Moves what is in the write-ahead log into the database, off the writer's thread: SQLite's own checkpoint runs within the commit that reaches a
/// thousand pages, and whoever waits for that commit waits for it too. A thread of its own copies nearly all; the writer copies the few pages that came
/// meanwhile, after which the log begins anew instead of growing.
/// </summary>
internal sealed class SqliteCheckpoints
{
    /// <summary>Pages of 4 KiB in the log after which they are moved, as SQLite does it itself.</summary>
    private const int Worth = 1000;

    /// <summary>So many pages in the log are moved by the writer itself: a machine too busy for the other thread must not fill its disk with the log.</summary>
    private const int Most = 16 * Worth;

    /// <summary>SQLITE_DBSTATUS_CACHE_WRITE: pages that a connection has written to the log.</summary>
    private const int CacheWrites = 9;

    private readonly string _file;
    private readonly string _synchronous;
    private readonly SemaphoreSlim _wanted = new(0);
    private int _moving;
    private int _moved;
    private int _pages;

    public SqliteCheckpoints(string file, string synchronous)
    {
        (_file, _synchronous) = (file, synchronous);
        new Thread(Work) { IsBackground = true, Name = "sqlite checkpoints" }.Start();
    }

    /// <summary>Called by the writer behind each commit, when those who waited have been told.</summary>
    public void Committed(SqliteConnection connection)
    {
        if (Interlocked.Exchange(ref _moved, 0) == 1 || _pages >= Most)
        {
            Move(connection);
            _pages = 0;
        }
        raw.sqlite3_db_status(connection.Handle, CacheWrites, out var written, out _, 1);
        _pages += written;
        if (_pages < Worth || Interlocked.Exchange(ref _moving, 1) == 1)
            return;
        _wanted.Release();
    }

    private void Work()
    {
        SqliteConnection? connection = null;
        while (true)
        {
            _wanted.Wait();
            try
            {
                connection ??= SqliteTables.OpenWriter(_file, _synchronous);
                Move(connection);
                Volatile.Write(ref _moved, 1);
            }
            catch (Exception failure) when (failure is SqliteException or IOException)
            {
                // A full disk or a locked file: the log goes on growing, and the next commit asks again.
                connection?.Dispose();
                connection = null;
            }
            finally
            {
                Volatile.Write(ref _moving, 0);
            }
        }
    }

    /// <summary>As far as no reader still needs the log; it waits for nobody.</summary>
    private static void Move(SqliteConnection connection)
    {
        var outcome = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        // Another process or thread is at it: as good.
        if (outcome is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED))
            SqliteException.ThrowExceptionForRC(outcome, connection.Handle);
    }
}
