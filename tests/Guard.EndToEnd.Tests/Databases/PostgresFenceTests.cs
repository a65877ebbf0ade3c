using System.Diagnostics;
using System.Globalization;
using Akka.Persistence;
using Guard.Cluster.Tests.Persistence;
using Xunit;

namespace Guard.EndToEnd.Tests.Databases;

/// <summary>A write that was given up, while the server may still commit it, does not appear behind what is read then.</summary>
public sealed class PostgresFenceTests : IDisposable
{
    private const string Id = "p-1";

    private readonly StoragePlace _place = new();
    private readonly HashSet<int> _stopped = [];

    public void Dispose()
    {
        Signal("-CONT");
        _place.Dispose();
    }

    [Fact]
    public async Task A_process_of_the_server_whose_write_has_an_unknown_outcome_is_ended_before_anything_is_read()
    {
        await using var engine = StorageEngine.Start(_place, "postgres");
        var number = 0;
        // Until the write meets a process that hangs: each writer has one.
        do
        {
            Hang();
            engine.Write(Id, (++number, $"a-{number}"));
        } while (engine.Next<object>() is WriteMessagesSuccessful && engine.Next<WriteMessageSuccess>() is not null);
        engine.Next<WriteMessageFailure>();
        Assert.NotEmpty(_stopped);

        // They go on while the reading waits for their end, as after a disk that stood still.
        var resumed = Task.Run(
            async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
                Signal("-CONT");
            },
            TestContext.Current.CancellationToken
        );
        var (events, highest) = engine.Replay(Id);
        await resumed;
        Assert.Equal(highest, events.Count);
        var left = (long)_place.Scalar($"SELECT count(*) FROM pg_stat_activity WHERE pid = ANY ('{{{string.Join(',', _stopped)}}}')")!;
        Assert.True(left < _stopped.Count, $"{left} of {_stopped.Count} processes go on");
        // Whoever goes on from what was read meets no row of its own that was made later.
        engine.Write(Id, (highest + 1, "b"));
        engine.Written(1);
        Assert.Equal([.. Enumerable.Range(1, (int)highest).Select(one => $"a-{one}"), "b"], engine.Replay(Id).Events.Select(one => (string)one.Payload));
    }

    /// <summary>Stops the server's processes that serve the journal's writers.</summary>
    private void Hang()
    {
        if (
            _place.Scalar("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE query LIKE 'WITH written%' AND datname = current_database()")
            is not string pids
        )
            return;
        _stopped.UnionWith(pids.Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)));
        Signal("-STOP");
    }

    private void Signal(string signal)
    {
        if (_stopped.Count == 0)
            return;
        using var kill = Process.Start(new ProcessStartInfo("kill", [signal, .. _stopped.Select(pid => $"{pid}")]) { RedirectStandardError = true })!;
        kill.StandardError.ReadToEnd();
        kill.WaitForExit();
    }
}
