using System.Buffers;
using System.Text;
using CsCheck;
using Guard.Host.Intake.Syslog;
using Xunit;

namespace Guard.Host.Tests.Syslog;

public sealed class SyslogFramingSpecs
{
    private static List<string> Cut(params byte[][] pieces)
    {
        var messages = new List<string>();
        var left = Array.Empty<byte>();
        foreach (var piece in pieces)
        {
            var buffer = new ReadOnlySequence<byte>([.. left, .. piece]);
            while (SyslogFraming.TryTake(ref buffer, out var message))
                messages.Add(Encoding.UTF8.GetString(message));
            left = buffer.ToArray();
        }
        return messages;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void Lines_and_counted_messages_may_come_in_turn()
    {
        Assert.Equal(["<34>a", "<34>b c", "<35>d\ne", "2026 is a line"], Cut(Bytes("<34>a\n<34>b c\n7 <35>d\ne2026 is a line\n")));
    }

    [Fact]
    public void Wherever_a_stream_is_cut_the_messages_are_the_same() =>
        Gen.Select(Gen.Select(Gen.String[Gen.Char["<>ab 1\t"], 1, 40].Select(text => "<3>" + text), Gen.Bool).Array[1, 6], Gen.Int[1, 9])
            .Sample(
                (messages, size) =>
                {
                    var stream = string.Concat(messages.Select(one => one.Item2 ? $"{Encoding.UTF8.GetByteCount(one.Item1)} {one.Item1}" : one.Item1 + "\n"));
                    return Cut([.. Bytes(stream).Chunk(size)]).SequenceEqual(messages.Select(one => one.Item1));
                }
            );

    [Theory]
    [InlineData("99999 <3>x")]
    [InlineData("16385 <3>x")]
    public void A_message_longer_than_anybody_needs_is_refused(string text) => Assert.Throws<SyslogProtocolException>(() => Cut(Bytes(text)));

    [Fact]
    public void A_line_without_an_end_is_refused() => Assert.Throws<SyslogProtocolException>(() => Cut(Bytes(new string('x', SyslogFraming.MaxBytes + 1))));

    [Fact]
    public void Whatever_comes_is_cut_refused_or_waited_for() =>
        Gen.OneOf(Gen.Byte.Array[0, 60], Gen.String[Gen.Char["0123456789 <>\n\r\0ab"], 0, 60].Select(Bytes))
            .Array[0, 6]
            .Sample(
                pieces =>
                {
                    try
                    {
                        // Nothing is made up: what comes out was put in.
                        return Cut(pieces).Sum(Encoding.UTF8.GetByteCount) <= 3 * pieces.Sum(piece => piece.Length);
                    }
                    catch (SyslogProtocolException)
                    {
                        return true;
                    }
                },
                iter: FuzzEffort.Inputs
            );
}
