using Guard.Host.ConsoleModel.Store;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>
/// Takes out of the records what is too old, a part at a time: a day of a million accounts in one transaction would hold up what is to be written meanwhile, and
/// a write-ahead log as large as the database.
/// </summary>
internal sealed class RecordsCleaning(RecordsDatabase database)
{
    /// <summary>Rows of one step.</summary>
    public const int AtOnce = 5_000;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private static readonly Old[] All =
    [
        new("console_minutes", "minute, site", "minute < @before", static second => second / 60 - 2 * 1440),
        new("console_countries", "hour, site, country", "hour < @before", static second => second / 3600 - 31 * 24),
        new("console_days", "user_name, day", "day < @before", static second => second / 86400 - 62),
        new("console_peaks", "user_name, day", "day < @before", static second => second / 86400 - 62),
        new("console_notable", "id", "at < @before", static second => (second - 90 * 86400L) * 1000),
        new("console_incidents", "id", "ended > 0 AND ended < @before", static second => (second - 366 * 86400L) * 1000),
    ];

    private readonly Queue<Old> _left = [];
    private DateTimeOffset _begun;

    /// <summary>Takes out one part, if there is anything to take out and it is time.</summary>
    /// <param name="now">The guard's own time.</param>
    /// <returns>How many rows.</returns>
    public async Task<int> StepAsync(DateTimeOffset now)
    {
        if (_left.Count == 0 && now - _begun >= Every)
        {
            _begun = now;
            foreach (var old in All)
                _left.Enqueue(old);
        }
        if (!_left.TryPeek(out var next))
            return 0;
        var removed = await database
            .WriteAsync(
                (connection, transaction) =>
                    RecordsDatabase.ExecuteAsync(
                        connection,
                        transaction,
                        next.Sql,
                        CancellationToken.None,
                        ("@before", next.BeforeAt(now.ToUnixTimeSeconds()))
                    ),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        if (removed < AtOnce)
            _left.Dequeue();
        return removed;
    }

    /// <summary>Rows of a table that are over.</summary>
    /// <param name="Key">What tells its rows apart.</param>
    /// <param name="BeforeAt">By the second that it is, from where rows are over. Asked at each step: a guard that follows its logs' clock begins with the
    /// machine's, which may be months ahead of them.</param>
    private sealed record Old(string Table, string Key, string Condition, Func<long, long> BeforeAt)
    {
        public string Sql => $"DELETE FROM {Table} WHERE ({Key}) IN (SELECT {Key} FROM {Table} WHERE {Condition} LIMIT {AtOnce})";
    }
}
