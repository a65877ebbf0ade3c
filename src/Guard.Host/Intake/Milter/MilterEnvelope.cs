namespace Guard.Host.Intake.Milter;

/// <summary>A sender or recipient as the client gave it (SMFIC_MAIL, SMFIC_RCPT).</summary>
/// <param name="Address">Without angle brackets; empty for the null sender.</param>
/// <param name="Arguments">ESMTP arguments, <c>SIZE=275</c>.</param>
public sealed record MilterEnvelope(string Address, IReadOnlyList<string> Arguments)
{
    private const int MaxStrings = 64;

    internal static MilterEnvelope Read(ReadOnlySpan<byte> data)
    {
        var strings = MilterStrings.TakeAll(data, MaxStrings);
        if (strings.Count == 0)
            throw new MilterProtocolException("an envelope without an address");
        var address = strings[0];
        if (address.Length >= 2 && address[0] == '<' && address[^1] == '>')
            address = address[1..^1];
        return new MilterEnvelope(address, [.. strings.Skip(1)]);
    }
}
