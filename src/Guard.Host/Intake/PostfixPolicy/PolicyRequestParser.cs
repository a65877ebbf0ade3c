using System.Buffers;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>
/// Reads requests out of the bytes as they come: <c>name=value</c> lines closed by an empty line, nothing encoded (SMTPD_POLICY_README, "Protocol
/// description"). Keeps the attributes of the request that is not complete yet; one parser per connection.
/// </summary>
public sealed class PolicyRequestParser(int longestLine = 8192, int maxAttributes = 100, long connection = 0)
{
    private readonly PolicyAttributes _attributes = new(connection);
    private readonly byte[] _line = new byte[longestLine];
    private int _count;

    /// <summary>Some of the next request has been read.</summary>
    public bool IsWithin => _count > 0;

    /// <summary>
    /// Takes complete lines off <paramref name="bytes"/> until a request is complete; what is left there is to be offered again with more behind it.
    /// </summary>
    /// <exception cref="PolicyProtocolException">The bytes are no policy request.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> bytes, out PolicyRequest request)
    {
        request = null!;
        while (bytes.PositionOf((byte)'\n') is { } end)
        {
            var line = bytes.Slice(0, end);
            bytes = bytes.Slice(bytes.GetPosition(1, end));
            if (line.Length > longestLine)
                throw TooLong();
            line.CopyTo(_line);
            var text = _line.AsSpan(0, (int)line.Length);
            // Postfix never sends it; whoever tries the guard by hand does.
            if (text.Length > 0 && text[^1] == '\r')
                text = text[..^1];
            if (!text.IsEmpty)
            {
                TakeLine(text);
                continue;
            }
            _count = 0;
            request = _attributes.Build() ?? throw new PolicyProtocolException("not a request=smtpd_access_policy");
            return true;
        }
        if (bytes.Length > longestLine)
            throw TooLong();
        return false;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (++_count > maxAttributes)
            throw new PolicyProtocolException($"a request of more than {maxAttributes} attributes");
        var equals = line.IndexOf((byte)'=');
        if (equals <= 0)
            throw new PolicyProtocolException("a line that is not name=value");
        if (line.Contains((byte)0))
            throw new PolicyProtocolException("a line with a zero byte");
        _attributes.Add(line[..equals], line[(equals + 1)..]);
    }

    private PolicyProtocolException TooLong() => new($"a line of more than {longestLine} bytes");
}
