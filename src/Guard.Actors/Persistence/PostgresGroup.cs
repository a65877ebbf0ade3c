using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;

namespace Guard.Actors.Persistence;

/// <summary>
/// A database with a few connections that are never idle while somebody waits: each takes everything waiting and does it in one round trip, a write's flush
/// serving all that waited for it. A write that fails by its own fault fails alone; a database that fails fails what waits, and is tried again with the next.
/// Journal and snapshot store share it.
/// </summary>
internal sealed class PostgresGroup
{
    private const int MaxPerGroup = 512;
    private const int Writers = 2;
    private const int Readers = 2;

    /// <summary>What waited longer is not begun: with the time a statement may take on top it would end behind the journal's circuit breaker (10 s).</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private static readonly Lock Sharing = new();
    private static readonly Dictionary<string, PostgresGroup> Shared = [];

    private readonly string _connectionString;
    private readonly Channel<PostgresWrite> _writes = Channel.CreateBounded<PostgresWrite>(65_536);
    private readonly Channel<PostgresRead> _reads = Channel.CreateBounded<PostgresRead>(65_536);
    private readonly SemaphoreSlim _creating = new(1);
    private readonly PostgresFence _fence;
    private volatile bool _created;
    private int _users;

    private PostgresGroup(string connectionString)
    {
        _connectionString = connectionString;
        _fence = new PostgresFence(connectionString);
        for (var i = 0; i < Writers; i++)
            _ = Task.Run(() => WorkAsync(_writes.Reader, WriteAsync, (write, failure) => write.Done.TrySetResult(failure), Late, writes: true));
        for (var i = 0; i < Readers; i++)
            _ = Task.Run(() =>
                WorkAsync(_reads.Reader, PostgresReads.RunAsync, (read, failure) => read.Answer.TrySetException(Said(failure)), _ => false, writes: false)
            );
    }

    /// <summary>The connections of a database, kept until each user has let go.</summary>
    public static PostgresGroup Of(string connectionString)
    {
        lock (Sharing)
        {
            if (!Shared.TryGetValue(connectionString, out var group))
                Shared.Add(connectionString, group = new PostgresGroup(connectionString));
            group._users++;
            return group;
        }
    }

    /// <summary>The last one ends the connections, when what waits is done.</summary>
    public void LetGo()
    {
        lock (Sharing)
        {
            if (--_users > 0)
                return;
            Shared.Remove(_connectionString);
        }
        _writes.Writer.TryComplete();
        _reads.Writer.TryComplete();
    }

    /// <summary>Completes when committed: null, or why it was not.</summary>
    public async Task<Exception?> WriteAsync(PostgresWrite write)
    {
        await _writes.Writer.WriteAsync(write).ConfigureAwait(false);
        return await write.Done.Task.ConfigureAwait(false);
    }

    /// <exception cref="IOException">The database could not be read.</exception>
    public async Task<List<PostgresRow>> ReadAsync(PostgresRead read)
    {
        await _reads.Writer.WriteAsync(read).ConfigureAwait(false);
        return await read.Answer.Task.ConfigureAwait(false);
    }

    private async Task WorkAsync<T>(
        ChannelReader<T> waiting,
        Func<NpgsqlConnection, IReadOnlyCollection<T>, Task> run,
        Action<T, Exception> fail,
        Predicate<T> late,
        bool writes
    )
    {
        NpgsqlConnection? connection = null;
        (int, DateTime) process = default;
        var group = new List<T>(MaxPerGroup);
        while (await waiting.WaitToReadAsync().ConfigureAwait(false))
        {
            group.Clear();
            while (group.Count < MaxPerGroup && waiting.TryRead(out var next))
                group.Add(next);
            if (group.Count == 0)
                continue;
            try
            {
                await _fence.EnsureAsync().ConfigureAwait(false);
                if (connection is null)
                {
                    connection = await ConnectAsync().ConfigureAwait(false);
                    process = writes ? await PostgresFence.ProcessOfAsync(connection).ConfigureAwait(false) : default;
                }
                group.RemoveAll(late);
                if (group.Count > 0)
                    await run(connection, group).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Whatever it is, those who wait must hear of it, and the next finds a fresh connection. What the server itself says did not come about.
                if (writes && process != default && connection is not null && failure is not PostgresException)
                    _fence.Add(process);
                foreach (var one in group)
                    fail(one, failure);
                if (connection is not null)
                    await connection.DisposeAsync().ConfigureAwait(false);
                (connection, process) = (null, default);
            }
        }
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = await PostgresTables.OpenAsync(_connectionString).ConfigureAwait(false);
        if (_created)
            return connection;
        await _creating.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_created)
                await PostgresTables.CreateAsync(connection).ConfigureAwait(false);
            _created = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>One transaction for all; when it fails by the fault of one of them, the halves each for themselves, until the guilty one is alone.</summary>
    private static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyCollection<PostgresWrite> writes)
    {
        try
        {
            await PostgresWrites.RunAsync(connection, writes).ConfigureAwait(false);
        }
        catch (PostgresException failure) when (failure.SqlState[..2] is "22" or "23" or "40" or "54")
        {
            // Values, constraints, conflicts, sizes: the connection is sound, and nothing of this transaction is written.
            if (writes.Count == 1)
            {
                writes.First().Done.TrySetResult(failure);
                return;
            }
            await WriteAsync(connection, [.. writes.Take(writes.Count / 2)]).ConfigureAwait(false);
            await WriteAsync(connection, [.. writes.Skip(writes.Count / 2)]).ConfigureAwait(false);
            return;
        }
        foreach (var write in writes)
            write.Done.TrySetResult(null);
    }

    private static bool Late(PostgresWrite write) =>
        Stopwatch.GetElapsedTime(write.Since) > LongestWait
        && write.Done.TrySetResult(new IOException("the database is too slow: the write waited too long and was not begun"));

    private static IOException Said(Exception failure) => new("the database could not be read: " + failure.Message, failure);
}
