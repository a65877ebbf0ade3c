using System.Diagnostics;
using System.Globalization;
using System.Runtime.Serialization;
using Guard.Actors.Entities;
using Guard.Actors.Serialization;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Guard.Host.Doctor;

/// <summary>Whether what is stored of accounts can be read: the pages of the database, and the snapshots and events in it.</summary>
internal static class StoreChecks
{
    private const int GuardSerializerNumber = 8410;
    private const int MaxNamed = 3;

    /// <summary>A big database is looked at only so long; what was looked at is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="repair">Whether garbled snapshots are taken out, so that the one before them or the journal takes their place.</param>
    public static IEnumerable<Finding> Look(GuardSettings settings, bool repair)
    {
        if (settings.Persistence.OnPostgres || !File.Exists(settings.Persistence.SqliteFile))
            return [];
        var file = settings.Persistence.SqliteFile;
        try
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Mode={(repair ? "ReadWrite" : "ReadOnly")};Default Timeout=10");
            connection.Open();
            return [Pages(connection, file), .. Values(connection, "snapshot", repair), .. Values(connection, "journal", repair: false)];
        }
        catch (SqliteException failure)
        {
            return [Finding.Fault($"database {file}", failure.Message, "restore a backup (docs/backup.md); logs are read again from there")];
        }
    }

    private static Finding Pages(SqliteConnection connection, string file)
    {
        var check = $"database {file}";
        using var limit = new Timer(_ => raw.sqlite3_interrupt(connection.Handle), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(3)";
            using var rows = command.ExecuteReader();
            var said = new List<string>();
            while (rows.Read())
                said.Add(rows.GetString(0).ReplaceLineEndings(" "));
            return said is ["ok"]
                ? Finding.Ok(check, "its pages are sound")
                : Finding.Fault(
                    check,
                    $"it is damaged: {string.Join("; ", said)}",
                    "stop the guard, keep a copy, and restore a backup (docs/backup.md): what came after it is read again from the logs"
                );
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            return Finding.Ok(check, $"nothing is wrong with what could be looked at in {Patience.TotalSeconds:0} s");
        }
    }

    private static IEnumerable<Finding> Values(SqliteConnection connection, string table, bool repair)
    {
        if (!Exists(connection, table))
            return [];
        var serializer = new GuardSerializer(null!);
        var (looked, newer, garbled, stopped) = (0L, new List<string>(), new List<(string Id, long Number)>(), "");
        var since = Stopwatch.GetTimestamp();
        using var command = connection.CreateCommand();
        try
        {
            command.CommandText =
                table == "snapshot"
                    ? $"SELECT persistence_id, sequence_number, snapshot, manifest FROM snapshot WHERE serializer_id = {GuardSerializerNumber}"
                    : $"SELECT persistence_id, sequence_number, message, manifest FROM journal WHERE identifier = {GuardSerializerNumber} AND deleted = 0";
            using var rows = command.ExecuteReader();
            while (rows.Read() && Stopwatch.GetElapsedTime(since) < Patience)
            {
                looked++;
                try
                {
                    serializer.FromBinary(rows.IsDBNull(2) ? [] : (byte[])rows[2], rows.IsDBNull(3) ? "" : rows.GetString(3));
                }
                catch (UnknownFormException)
                {
                    newer.Add(rows.GetString(0));
                }
                catch (Exception damaged)
                    when (damaged
                            is SerializationException
                                or ArgumentException
                                or InvalidOperationException
                                or FormatException
                                or IndexOutOfRangeException
                                or OverflowException
                                or NullReferenceException
                    )
                {
                    garbled.Add((rows.GetString(0), rows.GetInt64(1)));
                }
            }
        }
        catch (SqliteException failure)
        {
            stopped = failure.Message;
        }
        var what = table == "snapshot" ? "snapshots" : "events";
        var findings = new List<Finding>();
        if (stopped.Length > 0)
            findings.Add(Finding.Fault($"stored {what}", $"behind {looked} of them: {stopped}", "restore a backup (docs/backup.md)"));
        if (newer.Count > 0)
            findings.Add(
                Finding.Fault(
                    $"stored {what}",
                    $"{newer.Count} are of a newer version ({Names(newer)}): these accounts are not judged",
                    "install the AccountGuard that wrote them again, or a later one"
                )
            );
        if (garbled.Count > 0)
            findings.Add(repair ? Repair(connection, garbled) : Garbled(what, table == "snapshot", garbled));
        if (findings.Count == 0)
            findings.Add(Finding.Ok($"stored {what}", string.Create(CultureInfo.InvariantCulture, $"{looked:N0} can be read")));
        return findings;
    }

    private static Finding Garbled(string what, bool snapshots, List<(string Id, long Number)> garbled) =>
        Finding.Fault(
            $"stored {what}",
            $"{garbled.Count} are garbled ({Names(garbled.Select(one => one.Id))})",
            snapshots
                ? "accountguard doctor --repair takes them out: the ones before them, or the journal, take their place"
                : "these accounts are not judged: restore a backup (docs/backup.md)"
        );

    private static Finding Repair(SqliteConnection connection, List<(string Id, long Number)> garbled)
    {
        foreach (var (id, number) in garbled)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM snapshot WHERE persistence_id = $id AND sequence_number = $number";
            command.Parameters.AddWithValue("$id", id);
            command.Parameters.AddWithValue("$number", number);
            command.ExecuteNonQuery();
        }
        return Finding.Warning(
            "stored snapshots",
            $"{garbled.Count} were garbled and are taken out ({Names(garbled.Select(one => one.Id))})",
            "nothing: the ones before them, or the journal, take their place"
        );
    }

    private static bool Exists(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $name";
        command.Parameters.AddWithValue("$name", table);
        return command.ExecuteScalar() is not null;
    }

    private static string Names(IEnumerable<string> ids) =>
        string.Join(", ", ids.Distinct().Take(MaxNamed)) + (ids.Distinct().Skip(MaxNamed).Any() ? ", …" : "");
}
