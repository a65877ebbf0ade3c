using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using Guard.Host.Intake.Files;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Files;

public sealed class FollowerTests
{
    /// <summary>What happens to a log, and when it is looked at.</summary>
    private enum Happening
    {
        Write,
        WriteMuch,
        Rename,
        RenameAndReopen,
        CopyTruncate,
        Compress,
        ReplaceByDirectory,
        Step,
        Drain,
        Checkpoint,
        Kill,
    }

    [Fact]
    public void Whatever_happens_to_a_log_each_line_is_read_once_and_in_order() =>
        Gen.Select(Gen.Bool, Gen.Enum<Happening>().Array[1, 40])
            .Sample(
                (dates, happenings) =>
                {
                    using var log = new FollowedLog(dates);
                    log.Append(1);
                    log.Drain();
                    log.Checkpoint();
                    foreach (var happening in happenings)
                        Happen(log, happening);
                    if (log.IsReplaced)
                        log.ReplaceByDirectory();
                    log.Reopen();
                    log.Append(1);
                    log.Drain();
                    Assert.Equal(Enumerable.Range(0, log.Written).Select(number => $"line {number} of the log"), log.Read);
                    Assert.Equal(0, log.Follower.Gaps);
                },
                iter: FuzzEffort.Inputs / 50
            );

    private static void Happen(FollowedLog log, Happening happening)
    {
        switch (happening)
        {
            case Happening.Write when !log.IsReplaced:
                log.Append(2);
                break;
            case Happening.WriteMuch when !log.IsReplaced:
                // More than stood there before: a truncated log has grown beyond its old length at the next look.
                log.Append(40);
                break;
            case Happening.Rename when !log.IsReplaced:
                // The daemon goes on writing to the old file until it is told.
                log.Rename();
                log.Append(1);
                log.Reopen();
                break;
            case Happening.RenameAndReopen when !log.IsReplaced:
                log.Rename();
                log.Reopen();
                break;
            case Happening.CopyTruncate when !log.IsReplaced:
                // Of a file that nobody has looked at yet nobody can tell that it was truncated.
                log.Append(1);
                log.Drain();
                log.Append(1);
                log.CopyTruncate();
                break;
            case Happening.Compress:
                log.Compress();
                break;
            case Happening.ReplaceByDirectory:
                log.ReplaceByDirectory();
                break;
            case Happening.Step:
                log.Step();
                break;
            case Happening.Drain:
                log.Drain();
                break;
            case Happening.Checkpoint:
                log.Checkpoint();
                break;
            case Happening.Kill:
                log.Kill();
                break;
        }
    }

    [Fact]
    public void A_log_that_was_rotated_and_compressed_while_the_guard_was_down_is_read_to_its_end()
    {
        using var log = new FollowedLog(dates: true);
        log.Append(5);
        log.Drain();
        log.Checkpoint();
        log.Kill();
        log.Append(5);
        log.Rename();
        log.Reopen();
        log.Append(5);
        log.Rename();
        log.Reopen();
        log.Compress();
        log.Append(5);
        log.Drain();
        Assert.Equal(20, log.Read.Count);
        Assert.Equal("line 19 of the log", log.Read[^1]);
        Assert.Equal(0, log.Follower.Gaps);
    }

    [Fact]
    public void A_truncated_log_starts_again()
    {
        using var log = new FollowedLog();
        log.Append(5);
        log.Drain();
        File.WriteAllText(log.Path, "");
        log.Drain();
        log.Append(2);
        log.Drain();
        Assert.Equal(7, log.Read.Count);
    }

    [Fact]
    public void A_log_that_was_truncated_and_has_grown_beyond_its_old_length_is_read_from_its_start()
    {
        using var log = new FollowedLog();
        log.Append(5);
        log.Drain();
        File.WriteAllText(log.Path, "");
        log.Append(50);
        log.Drain();
        Assert.Equal(55, log.Read.Count);
        // What may have stood there between the last look and the truncation is nowhere to be found.
        Assert.Equal(1, log.Follower.Gaps);
    }

    [Fact]
    public void The_hole_that_a_writer_leaves_in_a_truncated_log_costs_no_line()
    {
        var lines = new LineBuffer(1000);
        using var stream = new MemoryStream([.. "first\n"u8, .. new byte[300_000], .. "second\n"u8]);
        Assert.Equal(["first", "second"], ReadAll(lines, stream));
        Assert.Equal(0, lines.TooLong);
    }

    [Fact]
    public void A_writer_that_never_opens_the_new_log_does_not_hold_up_the_others_for_ever()
    {
        using var log = new FollowedLog();
        log.Append(1);
        log.Drain();
        log.Rename();
        File.WriteAllText(log.Path, "of another writer\n");
        for (var i = 0; i < 30 && !log.Read.Contains("of another writer"); i++)
        {
            log.Append(1);
            log.Drain();
        }
        Assert.Contains("of another writer", log.Read);
    }

    [Theory]
    [InlineData("directory", "is a directory, not a log")]
    [InlineData("missing", "is not there")]
    [InlineData("circle", "cannot be read: Too many levels of symbolic links")]
    [InlineData("device", "is a device, not a log")]
    [InlineData("socket", "is a socket, not a log")]
    public void What_is_no_log_is_told_and_waited_for(string kind, string problem)
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-follow").FullName;
        var path = Path.Combine(directory, "mail.log");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        switch (kind)
        {
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "circle":
                File.CreateSymbolicLink(path, path);
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "socket":
                socket.Bind(new UnixDomainSocketEndPoint(path));
                break;
        }
        using var follower = new LogFollower(path, null);
        Assert.Equal(FollowStep.Missing, follower.Step());
        Assert.Equal(problem, follower.Problem);
        if (kind == "directory")
            Directory.Delete(path);
        else
            File.Delete(path);
        File.WriteAllText(path, "a line\n");
        Assert.Equal(FollowStep.Read, follower.Step());
        Assert.Equal("", follower.Problem);
        Directory.Delete(directory, true);
    }

    [Fact]
    public async Task A_pipe_is_read_without_waiting_for_its_writers_and_its_places_grow_over_restarts()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-follow").FullName;
        var path = Path.Combine(directory, "mail.log");
        using (var made = Process.Start("mkfifo", path))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        FollowCheckpoint? checkpoint = null;
        var places = new List<ulong>();
        for (var run = 0; run < 3; run++)
        {
            using var follower = new LogFollower(path, checkpoint);
            Assert.Equal(FollowStep.Idle, follower.Step());
            Assert.True(follower.IsPipe);
            await using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write))
                await writer.WriteAsync("one\ntwo\nthe beginning of a third"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal(FollowStep.Read, follower.Step());
            while (follower.Lines.TryNext(out _, out var offset))
                places.Add(SourcePosition.Pack(follower.Generation, offset, 0));
            Assert.Equal(FollowStep.Idle, follower.Step());
            Assert.Equal(0, follower.Gaps);
            checkpoint = follower.Capture([]);
        }
        Assert.Equal(6, places.Count);
        Assert.Equal(places.Distinct().Order(), places);
        Directory.Delete(directory, true);
    }

    [Fact]
    public void A_log_of_which_nothing_was_read_is_found_again_under_its_new_name()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-follow").FullName;
        var path = Path.Combine(directory, "mail.log");
        File.WriteAllText(path, "");
        FollowCheckpoint checkpoint;
        using (var follower = new LogFollower(path, null))
        {
            follower.Step();
            checkpoint = follower.Capture([]);
        }
        File.WriteAllText(path, "before\n");
        File.Move(path, path + ".1");
        File.WriteAllText(path, "behind\n");
        using var next = new LogFollower(path, checkpoint);
        Assert.Equal(["before", "behind"], ReadAll(next, 6));
        Directory.Delete(directory, true);
    }

    [Fact]
    public void When_the_journal_has_lost_it_all_files_that_had_the_name_are_read_again_under_their_old_numbers()
    {
        using var log = new FollowedLog(dates: true);
        log.Append(3);
        log.Drain();
        var first = log.Follower.Generation;
        log.Rename();
        log.Reopen();
        log.Append(3);
        log.Drain();
        log.Checkpoint();
        var checkpoint = log.Follower.Capture([]);
        Assert.Equal(first + 1, checkpoint.Generation);
        using var again = new LogFollower(log.Path, checkpoint, again: true);
        Assert.Equal(FollowStep.Read, again.Step());
        Assert.Equal(first, again.Generation);
        Assert.Equal(log.Read, ReadAll(again, 6, begun: true));
        Assert.Equal(first + 1, again.Generation);
    }

    private static List<string> ReadAll(LogFollower follower, int steps, bool begun = false)
    {
        var read = new List<string>();
        for (var i = 0; i < steps; i++)
        {
            if (!begun || i > 0)
                follower.Step();
            while (follower.Lines.TryNext(out var line, out _))
                read.Add(Encoding.UTF8.GetString(line));
        }
        return read;
    }

    private static List<string> ReadAll(LineBuffer lines, Stream stream)
    {
        var read = new List<string>();
        while (lines.Fill(stream))
        {
            while (lines.TryNext(out var line, out _))
                read.Add(Encoding.UTF8.GetString(line));
        }
        return read;
    }

    [Fact]
    public void A_line_of_a_megabyte_is_passed_over_and_counted()
    {
        var lines = new LineBuffer();
        using var stream = new MemoryStream([.. "first\n"u8, .. Enumerable.Repeat((byte)120, 1_000_000), (byte)'\n', .. "last\n"u8]);
        Assert.Equal(["first", "last"], ReadAll(lines, stream));
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
        var ordered = ReplayFiles.InOrder([
            Path.Combine(directory, "mail.log"),
            Path.Combine(directory, "mail.log.1"),
            Path.Combine(directory, "mail.log.2.gz"),
            Path.Combine(directory, "mail.log.10.gz"),
        ]);
        Assert.Equal(["mail.log.10.gz", "mail.log.2.gz", "mail.log.1", "mail.log"], ordered.Select(Path.GetFileName));
        Assert.Throws<LogFileException>(() => ReplayFiles.InOrder(["/no/such/file"]));
        Directory.Delete(directory, true);
    }
}
