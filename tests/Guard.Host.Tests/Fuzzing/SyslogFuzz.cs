using System.Buffers;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Syslog;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Whatever comes by syslog is cut, read, ignored or refused: no crash, no hang, nothing beyond the limits.</summary>
public sealed class SyslogFuzz
{
    /// <summary>See <see cref="SourcePosition"/>: four bits.</summary>
    private const int MaxOfMessage = 16;

    /// <summary>A parser remembers names and joins, in tables with an end that now and then grow.</summary>
    private const long MaxBytes = 32 << 20;

    [Fact]
    public void Streams_are_cut_and_their_messages_read()
    {
        var reference = new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
        using var senders = new ThreadLocal<SyslogSender>(() =>
            new SyslogSender(new LogParser(new LogParserSettings("syslog:192.0.2.1", reference), new UserNameRules("example.com"), new PlaceLookup([], null)))
        );
        var taken = 0L;
        Fuzzer.Run(
            "syslog",
            new Mutations(LineSeeds.Of("syslog.txt"), LineSeeds.Words),
            stream => Interlocked.Add(ref taken, Feed(stream, senders.Value!)),
            MaxBytes
        );
        Assert.True(taken > FuzzEffort.Inputs / 10, $"only {taken} observations came out");
    }

    private static int Feed(byte[] stream, SyslogSender sender)
    {
        var observations = new List<Observation>();
        var messages = 0;
        var left = Array.Empty<byte>();
        try
        {
            // Not byte by byte, which SyslogFramingSpecs does: what is left is copied here for each piece, and that would be what is measured.
            foreach (var next in stream.Chunk(64 + (stream.Length % 397)))
            {
                // In two segments, as pipes hand it over.
                var buffer = Segments(left, next);
                while (SyslogFraming.TryTake(ref buffer, out var message))
                {
                    Assert.True(message.Length <= SyslogFraming.MaxBytes);
                    messages++;
                    sender.Feed(message.IsSingleSegment ? message.FirstSpan : message.ToArray(), observations);
                }
                left = buffer.ToArray();
                Assert.True(left.Length <= SyslogFraming.MaxBytes + 16, "what is waited for has no bound");
            }
        }
        catch (SyslogProtocolException refused)
        {
            Assert.NotEmpty(refused.Message);
        }
        // "10 attempts" are as many failures, but no line yields more than its position has room for.
        Assert.True(observations.Count <= MaxOfMessage * messages, $"{observations.Count} observations of {messages} messages");
        foreach (var observation in observations)
        {
            Assert.Equal("syslog:192.0.2.1", observation.Origin.Source);
            // A failure of an address alone has no user.
            Assert.True(observation.User.IsNone || observation.User.Value.Contains('@', StringComparison.Ordinal));
        }
        return observations.Count;
    }

    private static ReadOnlySequence<byte> Segments(byte[] first, byte[] second)
    {
        if (first.Length == 0 || second.Length == 0)
            return new ReadOnlySequence<byte>(first.Length == 0 ? second : first);
        var head = new Segment(first, null);
        var tail = new Segment(second, head);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
