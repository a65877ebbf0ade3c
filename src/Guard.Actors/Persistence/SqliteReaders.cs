using System.Collections.Concurrent;

namespace Guard.Actors.Persistence;

/// <summary>
/// A few threads with a connection each for reading: the write-ahead log lets them read while the writer writes. Threads of their own, since blocking reads on
/// the thread pool wait behind everything else that runs there, and all else behind them.
/// </summary>
internal sealed class SqliteReaders : IDisposable
{
    private readonly BlockingCollection<Func<SqliteReadConnection?, SqliteReadConnection?>> _waiting = new(65_536);
    private readonly string _file;
    private readonly string _synchronous;

    public SqliteReaders(string file, string synchronous, int threads)
    {
        (_file, _synchronous) = (file, synchronous);
        for (var i = 0; i < threads; i++)
            new Thread(Work) { IsBackground = true, Name = "sqlite reader " + Path.GetFileName(file) }.Start();
    }

    public Task<T> ReadAsync<T>(Func<SqliteReadConnection, T> read)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(connection =>
        {
            try
            {
                connection ??= new SqliteReadConnection(SqliteTables.Open(_file, _synchronous, create: true));
                done.TrySetResult(read(connection));
                return connection;
            }
            catch (Exception failure)
            {
                // Whatever it is, who waits must hear of it, and the thread must live for the next, with a fresh connection.
                done.TrySetException(failure);
                connection?.Dispose();
                return null;
            }
        });
        return done.Task;
    }

    private void Work()
    {
        SqliteReadConnection? connection = null;
        foreach (var read in _waiting.GetConsumingEnumerable())
            connection = read(connection);
        connection?.Dispose();
    }

    /// <summary>Ends the threads when what waits is read.</summary>
    public void Dispose() => _waiting.CompleteAdding();
}
