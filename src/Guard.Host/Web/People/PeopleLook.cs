using System.Data.Common;
using System.Globalization;
using Guard.Host.Configuration;
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
            return await NumberAsync(connection, $"SELECT max(version) FROM {before}people_version", cancel).ConfigureAwait(false) == PeopleDatabase.Version
                && await NumberAsync(connection, $"SELECT count(*) FROM {before}\"AspNetUsers\" WHERE \"Role\" = {(int)PersonRole.ServerAdmin}", cancel)
                    .ConfigureAwait(false) > 0;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private static async Task<long> NumberAsync(DbConnection connection, string question, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = question;
        return Convert.ToInt64(
            await command.ExecuteScalarAsync(cancel).ConfigureAwait(false) is { } number and not DBNull ? number : 0,
            CultureInfo.InvariantCulture
        );
    }
}
