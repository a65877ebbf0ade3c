using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.Milter;

/// <summary>The answer to a complete message: the reply, and what is to be done with the message before.</summary>
public sealed record MilterEnd(MilterReply Reply)
{
    public static MilterEnd Continue { get; } = new(MilterReply.Continue);

    /// <summary>Keeps the message in the quarantine or hold queue, for this reason; null to let it go.</summary>
    public string? Quarantine { get; init; }

    public IReadOnlyList<MilterHeader> Headers { get; init; } = [];
}

/// <summary>A header to add: at a position counted from the top (SMFIR_INSHEADER), or behind the last one (SMFIR_ADDHEADER).</summary>
public sealed record MilterHeader
{
    public MilterHeader(string name, string value, int? position = null)
    {
        if (!ReplyText.IsHeaderName(name))
            throw new ArgumentException($"'{name}' is no header name", nameof(name));
        ArgumentOutOfRangeException.ThrowIfNegative(position ?? 0, nameof(position));
        (Name, Value, Position) = (name, ReplyText.Clean(value), position);
    }

    public string Name { get; }

    public string Value { get; }

    public int? Position { get; }
}
