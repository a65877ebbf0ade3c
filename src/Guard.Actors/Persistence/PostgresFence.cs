using System.Collections.Concurrent;
using Npgsql;

namespace Guard.Actors.Persistence;

/// <summary>
/// Ends server processes whose last write had an unknown outcome: when a client gives a write up, or loses its connection, the server may still be about to
/// commit it. Whoever wrote is told that it failed, starts anew and reads the journal; were the row to appear behind that reading, its next write would meet
/// its own former one ("duplicate key"), and what it decided meanwhile would be lost. So nothing is read or written before those processes are gone.
/// </summary>
/// <remarks><c>pg_terminate_backend</c> may be called by the role that owns the process; pg_stat_activity shows its process numbers to everybody.</remarks>
internal sealed class PostgresFence(string connectionString)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // The process's number may be another's by now: its start tells.
    private const string End = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2";

    private readonly ConcurrentDictionary<(int Process, DateTime Started), bool> _uncertain = new();
    private readonly SemaphoreSlim _ending = new(1);

    /// <summary>Whether a process may still be writing.</summary>
    public bool IsNeeded => !_uncertain.IsEmpty;

    /// <summary>Which process of the server serves a connection.</summary>
    public static async Task<(int Process, DateTime Started)> ProcessOfAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()", connection);
        return (connection.ProcessID, (DateTime)(await command.ExecuteScalarAsync().ConfigureAwait(false))!);
    }

    /// <summary>A write of this process ended, and nobody knows how.</summary>
    public void Add((int Process, DateTime Started) process) => _uncertain[process] = true;

    /// <summary>Returns when none of them can write any more.</summary>
    /// <exception cref="IOException">One of them did not end in time.</exception>
    /// <exception cref="NpgsqlException">The server cannot be asked.</exception>
    public async Task EnsureAsync()
    {
        if (!IsNeeded)
            return;
        await _ending.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!IsNeeded)
                return;
            await using var connection = await PostgresTables.OpenAsync(connectionString).ConfigureAwait(false);
            foreach (var process in _uncertain.Keys)
            {
                await EndAsync(connection, process).ConfigureAwait(false);
                _uncertain.TryRemove(process, out _);
            }
        }
        finally
        {
            _ending.Release();
        }
    }

    private static async Task EndAsync(NpgsqlConnection connection, (int Process, DateTime Started) process)
    {
        for (var since = System.Diagnostics.Stopwatch.GetTimestamp(); ; await Task.Delay(Look).ConfigureAwait(false))
        {
            await using var command = new NpgsqlCommand(End, connection)
            {
                Parameters =
                {
                    new() { Value = process.Process },
                    new() { Value = process.Started },
                },
            };
            if (await command.ExecuteScalarAsync().ConfigureAwait(false) is null)
                return;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(since) > Patience)
                throw new IOException($"PostgreSQL: process {process.Process}, whose last write has an unknown outcome, does not end");
        }
    }
}
