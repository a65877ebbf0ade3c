using System.Data.Common;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Store;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Guard.Host.Web.People;

/// <summary>A look at the people's tables without what else the console needs of them.</summary>
internal static class PeopleLook
{
    /// <summary>Whether the tables are this version's and somebody administers the console. False also when they cannot be had: who opens them in earnest tells
    /// why.</summary>
    public static async Task<bool> IsClaimedAsync(GuardSettings settings, CancellationToken cancel)
    {
        var file = PeopleDatabase.FileOf(settings);
        if (file is not null && !File.Exists(file))
            return false;
        try
        {
            await using DbConnection connection = file is null
                ? new NpgsqlConnection(settings.Persistence.PostgresConnection)
                // Of its own: one that is pooled would keep the file open.
                : new SqliteConnection(
                    new SqliteConnectionStringBuilder
                    {
                        DataSource = file,
                        Mode = SqliteOpenMode.ReadWrite,
                        Pooling = false,
                    }.ToString()
                );
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            var before = file is null ? $"{PeopleContext.Schema}." : "";
            var found = await RecordsDatabase
                .QueryAsync(
                    connection,
                    null,
                    $"SELECT MAX(version), (SELECT COUNT(*) FROM {before}\"AspNetUsers\" WHERE \"Role\" = @role) FROM {before}people_version",
                    row => (Version: row.IsDBNull(0) ? 0 : row.GetInt32(0), Admins: row.GetInt64(1)),
                    cancel,
                    ("@role", (int)PersonRole.ServerAdmin)
                )
                .ConfigureAwait(false);
            return found is [{ Version: PeopleDatabase.Version, Admins: > 0 }];
        }
        catch (DbException)
        {
            return false;
        }
    }
}
