using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Store;
using Xunit;

namespace Guard.Host.Tests.Records;

/// <summary>The console's records in a directory of their own, which goes with them.</summary>
internal sealed class RecordsFile : IAsyncDisposable
{
    private readonly GuardSettings _settings;

    private RecordsFile(string directory, GuardSettings settings, RecordsDatabase database) =>
        (Directory, _settings, Database) = (directory, settings, database);

    public string Directory { get; }

    public RecordsDatabase Database { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="persistence">Settings of <c>persistence</c>; null: SQLite.</param>
    public static async Task<RecordsFile> OpenAsync(IReadOnlyDictionary<string, string>? persistence = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("accountguard-records").FullName;
        var loaded = GuardConfiguration.Load(
            null,
            new Dictionary<string, string>(
                (persistence ?? new Dictionary<string, string>()).Select(setting =>
                    KeyValuePair.Create($"accountguard.persistence.{setting.Key}", setting.Value)
                )
            )
            {
                ["accountguard.data-directory"] = directory,
            }
        );
        return new RecordsFile(directory, loaded.Settings!, await OpenAsync(loaded.Settings!));
    }

    /// <summary>As the next start does.</summary>
    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = await OpenAsync(_settings);
    }

    private static Task<RecordsDatabase> OpenAsync(GuardSettings settings) =>
        RecordsDatabase.OpenAsync(settings, "console.db", "normal", RecordsSchema.ReadModel, Cancel);

    public Task<long> CountAsync(string table) => Database.ReadAsync(connection => RecordsDatabase.CountAsync(connection, null, table, Cancel), Cancel);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        System.IO.Directory.Delete(Directory, true);
    }
}
