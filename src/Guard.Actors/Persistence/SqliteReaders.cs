using System.Collections.Concurrent;

namespace Guard.Actors.Persistence;

/// <summary>A few connections for reading: the write-ahead log lets them read while the writer writes.</summary>
internal sealed class SqliteReaders(string file, string synchronous, int most) : IDisposable
{
    private readonly ConcurrentBag<SqliteReadConnection> _idle = [];
    private readonly SemaphoreSlim _free = new(most);

    /// <summary>Reads off the dispatchers' threads.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteReadConnection, T> read)
    {
        await _free.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Factory.StartNew(() => Read(read), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    private T Read<T>(Func<SqliteReadConnection, T> read)
    {
        if (!_idle.TryTake(out var connection))
            connection = new SqliteReadConnection(SqliteTables.Open(file, synchronous, create: true));
        try
        {
            var value = read(connection);
            _idle.Add(connection);
            return value;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes what is idle; what is being read closes with its error.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
            connection.Dispose();
        _free.Dispose();
    }
}
