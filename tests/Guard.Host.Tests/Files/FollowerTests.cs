using System.IO.Compression;
using System.Text;
using CsCheck;
using Guard.Host.Intake.Files;
using Xunit;

namespace Guard.Host.Tests.Files;

public sealed class FollowerTests
{
    /// <summary>A log that is written, rotated and followed; every line has its number.</summary>
    private sealed class Log : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-follow").FullName;
        private int _rotations;

        public string Path => System.IO.Path.Combine(_directory, "mail.log");

        public int Written { get; private set; }

        public List<string> Read { get; } = [];

        public LogFollower? Follower { get; private set; }

        public FollowCheckpoint? Checkpoint { get; private set; }

        public void Append(int count)
        {
            for (var i = 0; i < count; i++)
                File.AppendAllText(Path, $"line {Written++} of the log\n");
        }

        public void Rotate(bool compress)
        {
            if (!File.Exists(Path))
                return;
            var name = $"{Path}-2026{++_rotations:D4}";
            File.Move(Path, name);
            if (!compress)
                return;
            using (var target = new GZipStream(File.Create(name + ".gz"), CompressionLevel.Fastest))
                target.Write(File.ReadAllBytes(name));
            File.Delete(name);
        }

        public void Drain()
        {
            Follower ??= new LogFollower(Path, Checkpoint);
            for (var idle = 0; idle < 2;)
            {
                var step = Follower.Step();
                while (Follower.Lines.TryNext(out var line, out _))
                    Read.Add(Encoding.UTF8.GetString(line));
                idle = step is FollowStep.Idle or FollowStep.Missing ? idle + 1 : 0;
            }
            Checkpoint = Follower.Capture([]);
        }

        public void Restart()
        {
            Follower?.Dispose();
            Follower = null;
        }

        public void Dispose()
        {
            Restart();
            Directory.Delete(_directory, true);
        }
    }

    [Fact]
    public void Nothing_is_lost_or_doubled_over_rotations_and_restarts() =>
        Gen.Int[0, 4].Array[1, 25].Sample(steps =>
        {
            using var log = new Log();
            log.Append(1);
            log.Drain();
            foreach (var step in steps)
            {
                switch (step)
                {
                    case 0 or 1:
                        log.Append(3);
                        break;
                    case 2:
                        log.Rotate(compress: false);
                        log.Append(2);
                        break;
                    case 3:
                        log.Drain();
                        log.Restart();
                        break;
                    default:
                        log.Drain();
                        break;
                }
                if (step == 2)
                    log.Drain();
            }
            log.Drain();
            Assert.Equal(Enumerable.Range(0, log.Written).Select(number => $"line {number} of the log"), log.Read);
        }, iter: 40);

    [Fact]
    public void A_log_that_was_rotated_and_compressed_while_the_guard_was_down_is_read_to_its_end()
    {
        using var log = new Log();
        log.Append(5);
        log.Drain();
        log.Restart();
        log.Append(5);
        log.Rotate(compress: true);
        log.Append(5);
        log.Rotate(compress: false);
        log.Append(5);
        log.Drain();
        Assert.Equal(20, log.Read.Count);
        Assert.Equal("line 19 of the log", log.Read[^1]);
        Assert.False(log.Follower!.Gap);
    }

    [Fact]
    public void A_truncated_log_starts_again()
    {
        using var log = new Log();
        log.Append(5);
        log.Drain();
        File.WriteAllText(log.Path, "");
        log.Drain();
        log.Append(2);
        log.Drain();
        Assert.Equal(7, log.Read.Count);
    }

    [Fact]
    public void A_line_of_a_megabyte_is_passed_over_and_counted()
    {
        var lines = new LineBuffer();
        using var stream = new MemoryStream([.. "first\n"u8, .. new byte[1_000_000], (byte)'\n', .. "last\n"u8]);
        var read = new List<string>();
        while (lines.Fill(stream))
        {
            while (lines.TryNext(out var line, out _))
                read.Add(Encoding.UTF8.GetString(line));
        }
        Assert.Equal(["first", "last"], read);
        Assert.Equal(1, lines.TooLong);
    }

    [Fact]
    public void A_damaged_checkpoint_is_noticed()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        var store = new CheckpointStore(directory);
        store.Save(new FollowCheckpoint("/var/log/mail.log", 3, 77, FileFingerprint.Of("head"u8), [1, 2, 3]));
        Assert.Equal(77, store.Load("/var/log/mail.log", out _)!.Offset);
        var file = store.FileOf("/var/log/mail.log");
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Null(store.Load("/var/log/mail.log", out var damage));
        Assert.Contains("checksum", damage, StringComparison.Ordinal);
        Directory.Delete(directory, true);
    }

    [Fact]
    public void Rotated_sets_are_read_oldest_first()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        foreach (var name in new[] { "mail.log", "mail.log.1", "mail.log.2.gz", "mail.log.10.gz" })
            File.WriteAllText(Path.Combine(directory, name), "");
        var ordered = ReplayFiles.InOrder([Path.Combine(directory, "mail.log"), Path.Combine(directory, "mail.log.1"), Path.Combine(directory, "mail.log.2.gz"), Path.Combine(directory, "mail.log.10.gz")]);
        Assert.Equal(["mail.log.10.gz", "mail.log.2.gz", "mail.log.1", "mail.log"], ordered.Select(Path.GetFileName));
        Assert.Throws<LogFileException>(() => ReplayFiles.InOrder(["/no/such/file"]));
        Directory.Delete(directory, true);
    }
}
