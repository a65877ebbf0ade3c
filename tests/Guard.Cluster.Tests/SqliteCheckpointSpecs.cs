using System.Buffers.Binary;
using System.Diagnostics;
using Xunit;

namespace Guard.Cluster.Tests.Persistence;

public sealed class SqliteCheckpointSpecs : IDisposable
{
    private readonly StoragePlace _place = new();

    [Fact(DisplayName = "Under constant writing the log's pages come into the database and the log begins anew, although no commit does it")]
    public async Task BeginsAnew()
    {
        var file = _place.File;
        await using var engine = StorageEngine.Start(_place, StoragePlace.Own.Single());
        var number = 0L;
        var patience = Stopwatch.StartNew();
        // The log's header counts how often it began anew (SQLite's file format, section 4.1).
        while (Restarts(file) < 2)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), $"{number} events were written and the log did not begin anew");
            for (var i = 0; i < 100; i++)
                engine.Write($"constant-{number % 50}", (1 + (number++ / 50), "an event"));
            for (var i = 0; i < 100; i++)
                engine.Written(1);
        }
        Assert.InRange(new FileInfo(file).Length, 100_000, long.MaxValue);
    }

    private static uint Restarts(string file)
    {
        using var log = new FileStream(file + "-wal", FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[16];
        return log.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length ? 0 : BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
    }

    public void Dispose() => _place.Dispose();
}
