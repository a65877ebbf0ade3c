using Guard.Host.Platform;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Guard.Host.Migration;

/// <summary>Copies a SQLite database that others write to, as it was at one moment, a part at a time (sqlite.org/c3ref/backup_finish.html).</summary>
internal static class DatabaseCopy
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="target">The file of <paramref name="to"/>, which nobody else has open.</param>
    /// <param name="part">Bytes that are copied at a time.</param>
    /// <exception cref="SqliteException">It cannot be read or written.</exception>
    public static void Make(SqliteConnection from, SqliteConnection to, string target, int part = DiskPace.Part)
    {
        // As long as something is read, all parts are of this moment, and what others write does not make it begin anew.
        using var moment = from.BeginTransaction(deferred: true);
        using var read = from.CreateCommand();
        (read.Transaction, read.CommandText) = (moment, "SELECT COUNT(*) FROM sqlite_master");
        read.ExecuteScalar();
        read.CommandText = "PRAGMA page_size";
        var pages = Math.Max(1, part / Convert.ToInt32(read.ExecuteScalar(), null));
        using var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main");
        if (backup.IsInvalid)
            throw Failure(to);
        // Closing it gives back the process's locks on the copy (fcntl(2)), which nobody else can want.
        using var file = File.OpenHandle(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var waited = TimeSpan.Zero;
        while (true)
        {
            switch (raw.sqlite3_backup_step(backup, pages))
            {
                case raw.SQLITE_DONE:
                    return;
                case raw.SQLITE_OK:
                    waited = TimeSpan.Zero;
                    DiskPace.Flush(file);
                    break;
                case raw.SQLITE_BUSY or raw.SQLITE_LOCKED when waited < Patience:
                    waited += Pause;
                    OwnThread.Sleep(Pause);
                    break;
                default:
                    throw Failure(to);
            }
        }
    }

    private static SqliteException Failure(SqliteConnection to) =>
        new($"the copy cannot be made: {raw.sqlite3_errmsg(to.Handle).utf8_to_string()}", raw.sqlite3_errcode(to.Handle));
}
