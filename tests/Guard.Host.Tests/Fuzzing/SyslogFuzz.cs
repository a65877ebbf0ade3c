using System.Buffers;
using CsCheck;
using Guard.Host.Geo;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Syslog;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Whatever comes by syslog is cut, read, ignored or refused: no crash, no hang, nothing beyond the limits.</summary>
public sealed class SyslogFuzz
{
    [Fact]
    public void Streams_are_cut_and_their_messages_read()
    {
        var reference = new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
        using var senders = new ThreadLocal<SyslogSender>(() => new SyslogSender(new LogParser(new LogParserSettings("syslog:192.0.2.1", reference), new UserNameRules("example.com"), new PlaceLookup([], null))));
        var taken = 0L;
        Gen.Select(Mutation.Of(Mutation.Seeds("syslog.txt")).Array[1, 6], Gen.Int[1, 400]).Sample(
            (parts, piece) =>
            {
                var sender = senders.Value!;
                var stream = parts.SelectMany(part => part).ToArray();
                var observations = new List<Observation>();
                var left = Array.Empty<byte>();
                try
                {
                    foreach (var next in stream.Chunk(piece))
                    {
                        // In two segments, as pipes hand it over.
                        var buffer = Segments(left, next);
                        while (SyslogFraming.TryTake(ref buffer, out var message))
                        {
                            Assert.True(message.Length <= SyslogFraming.MostBytes);
                            sender.Feed(message.IsSingleSegment ? message.FirstSpan : message.ToArray(), observations);
                        }
                        left = buffer.ToArray();
                        Assert.True(left.Length <= SyslogFraming.MostBytes + 16, "what is waited for has no bound");
                    }
                }
                catch (SyslogProtocolException refused)
                {
                    Assert.NotEmpty(refused.Message);
                }
                Interlocked.Add(ref taken, observations.Count);
                // A line of some hundred bytes yields a handful; more would be made up.
                Assert.True(observations.Count <= stream.Length / 20, $"{observations.Count} observations of {stream.Length} bytes");
                Assert.All(observations, observation =>
                {
                    Assert.Equal("syslog:192.0.2.1", observation.Origin.Source);
                    Assert.Contains('@', observation.User.Value);
                });
            },
            iter: FuzzEffort.Inputs);
        Assert.True(taken > FuzzEffort.Inputs / 10, $"only {taken} observations came out");
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
