namespace Guard.Host.ConsoleModel.Store;

/// <summary>What the records keep of themselves, by name.</summary>
internal static class RecordsMeta
{
    /// <returns>Null when nothing is kept under the name.</returns>
    public static async Task<string?> ReadAsync(RecordsDatabase database, string name, CancellationToken cancel)
    {
        var kept = await database
            .ReadAsync(
                connection =>
                    RecordsDatabase.QueryAsync(
                        connection,
                        null,
                        "SELECT value FROM console_meta WHERE name = @name",
                        row => row.GetString(0),
                        cancel,
                        ("@name", name)
                    ),
                cancel
            )
            .ConfigureAwait(false);
        return kept.FirstOrDefault();
    }

    public static Task WriteAsync(RecordsDatabase database, string name, string value, CancellationToken cancel) =>
        database.WriteAsync(
            (connection, transaction) =>
                RecordsDatabase.ExecuteAsync(
                    connection,
                    transaction,
                    "INSERT INTO console_meta (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                    cancel,
                    ("@name", name),
                    ("@value", value)
                ),
            cancel
        );
}
