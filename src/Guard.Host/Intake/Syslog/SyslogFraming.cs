using System.Buffers;
using System.Buffers.Text;

namespace Guard.Host.Intake.Syslog;

/// <summary>
/// Cuts a stream into syslog messages (RFC 6587): octet counting where a message begins with its length, lines where it does not. Each message says for itself
/// which it is.
/// </summary>
public static class SyslogFraming
{
    /// <summary>The longest message; RFC 5424 asks for 2,048, daemons write more.</summary>
    public const int MaxBytes = 16_384;

    /// <summary>Takes one message off the buffer; false when more has to come first.</summary>
    /// <exception cref="SyslogProtocolException">The message is longer than anybody writes.</exception>
    public static bool TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        // Line ends between counted messages, and empty lines, are passed over.
        while (buffer.Length > 0 && buffer.FirstSpan[0] is (byte)'\n' or (byte)'\r' or 0)
            buffer = buffer.Slice(1);
        if (buffer.IsEmpty)
            return false;
        return buffer.FirstSpan[0] is >= (byte)'1' and <= (byte)'9' && Counted(buffer) is { } length
            ? length.Bytes < 0
                ? false
                : TakeCounted(ref buffer, length, out message)
            : TakeLine(ref buffer, out message);
    }

    /// <summary>The length in front: null when it is none, and -1 bytes when its end has not come yet.</summary>
    private static (int Bytes, int Digits)? Counted(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> head = stackalloc byte[6];
        var count = (int)Math.Min(head.Length, buffer.Length);
        buffer.Slice(0, count).CopyTo(head);
        head = head[..count];
        var space = head.IndexOf((byte)' ');
        if (space < 0)
            return count < 6 && !head.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? (-1, 0) : null;
        // "<" begins every message that is counted; a line that begins with a number and a blank is a line.
        if (!Utf8Parser.TryParse(head[..space], out int bytes, out var digits) || digits != space)
            return null;
        if (buffer.Length > space + 1 && buffer.Slice(space + 1).FirstSpan[0] != (byte)'<')
            return null;
        return bytes > MaxBytes ? throw new SyslogProtocolException($"a syslog message of {bytes} bytes") : (bytes, digits);
    }

    private static bool TakeCounted(ref ReadOnlySequence<byte> buffer, (int Bytes, int Digits) length, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.Length < length.Digits + 1 + length.Bytes)
            return false;
        message = buffer.Slice(length.Digits + 1, length.Bytes);
        buffer = buffer.Slice(length.Digits + 1 + length.Bytes);
        return true;
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (buffer.PositionOf((byte)'\n') is not { } end)
            return buffer.Length > MaxBytes ? throw new SyslogProtocolException($"a syslog line longer than {MaxBytes} bytes") : false;
        message = buffer.Slice(0, end);
        if (message.Length > MaxBytes)
            throw new SyslogProtocolException($"a syslog line longer than {MaxBytes} bytes");
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }
}
