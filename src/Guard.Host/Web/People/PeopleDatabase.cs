using Guard.Host.Configuration;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Guard.Host.Web.People;

/// <summary>Where the people live, and that their tables are there.</summary>
internal static class PeopleDatabase
{
    /// <summary>What the tables look like. A later version adds its steps to <see cref="Steps"/>.</summary>
    public const int Version = 3;

    /// <summary>What brings the tables from the version before to this one, for databases that exist already; given what stands before a table's
    /// name.</summary>
    private static readonly IReadOnlyDictionary<int, Func<string, string>> Steps = new Dictionary<int, Func<string, string>>
    {
        [2] = before => $"ALTER TABLE {before}\"Links\" ADD COLUMN \"IssuedBy\" TEXT NOT NULL DEFAULT ''",
        [3] = before => $"CREATE TABLE {before}\"UsedCodes\" (\"Id\" TEXT NOT NULL CONSTRAINT \"PK_UsedCodes\" PRIMARY KEY, \"Until\" BIGINT NOT NULL)",
    };

    public static void Use(DbContextOptionsBuilder options, GuardSettings settings)
    {
        if (FileOf(settings) is { } file)
            options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString());
        else
            options.UseNpgsql(settings.Persistence.PostgresConnection);
    }

    /// <summary>SQLite's file; null: they are in the journal's PostgreSQL.</summary>
    public static string? FileOf(GuardSettings settings) =>
        settings.Persistence.Engine == PersistenceEngine.Postgres ? null : Path.Combine(settings.DataDirectory, "people.db");

    /// <summary>Makes or renews the tables. Several nodes may do it at once.</summary>
    public static async Task PrepareAsync(PeopleContext context, CancellationToken cancel)
    {
        var sqlite = context.Database.IsSqlite();
        if (sqlite)
            Protect(context.Database.GetDbConnection().DataSource);
        var versions = sqlite ? "people_version" : $"{PeopleContext.Schema}.people_version";
        // Table names cannot be parameters; these are ours.
        var (schema, table) = ($"CREATE SCHEMA IF NOT EXISTS {PeopleContext.Schema}", $"CREATE TABLE IF NOT EXISTS {versions} (version integer NOT NULL)");
        var (read, write) = ($"SELECT version AS \"Value\" FROM {versions}", $"INSERT INTO {versions} (version) VALUES ({Version})");
        if (sqlite)
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancel).ConfigureAwait(false);
        await using var transaction = await context.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        if (!sqlite)
        {
            await LockAsync(context, cancel).ConfigureAwait(false);
            await context.Database.ExecuteSqlRawAsync(schema, cancel).ConfigureAwait(false);
        }
        await context.Database.ExecuteSqlRawAsync(table, cancel).ConfigureAwait(false);
        var standing = (await context.Database.SqlQueryRaw<int>(read).ToListAsync(cancel).ConfigureAwait(false)).DefaultIfEmpty(0).Max();
        if (standing > Version)
            throw new IOException($"people: their tables are of version {standing}, made by a later accountguard");
        if (standing == 0)
            await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(cancel).ConfigureAwait(false);
        else
        {
            for (var step = standing + 1; step <= Version; step++)
                await context.Database.ExecuteSqlRawAsync(Steps[step](sqlite ? "" : $"{PeopleContext.Schema}."), cancel).ConfigureAwait(false);
        }
        if (standing < Version)
            await context.Database.ExecuteSqlRawAsync(write, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>One node at a time, until the transaction ends. SQLite's own transactions are that already.</summary>
    public static async Task LockAsync(PeopleContext context, CancellationToken cancel)
    {
        if (!context.Database.IsSqlite())
            await context.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(7262017)", cancel).ConfigureAwait(false);
    }

    /// <summary>Passwords' hashes and keys: for the guard's own user only.</summary>
    private static void Protect(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        using (new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)) { }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
