using System.Buffers;
using System.Text;
using Guard.Host.Intake.Sockets;

namespace Guard.Host.Intake.PostfixPolicy;

/// <summary>
/// What Postfix is to do, an action of access(5). Made only by the functions below, so that no text of a stranger becomes an action or a second line.
/// </summary>
public readonly record struct PolicyAnswer
{
    private readonly string? _action;

    private PolicyAnswer(string action) => _action = action;

    /// <summary>No opinion: the next restriction decides.</summary>
    public static PolicyAnswer Dunno { get; } = new("DUNNO");

    /// <summary>The action as it stands behind <c>action=</c>.</summary>
    public string Action => _action ?? "DUNNO";

    /// <summary>Refuse for good.</summary>
    public static PolicyAnswer Reject(string text) => new(WithText("REJECT", text));

    /// <summary>Refuse for now, unless another restriction refuses for good.</summary>
    public static PolicyAnswer DeferIfPermit(string text) => new(WithText("DEFER_IF_PERMIT", text));

    /// <summary>Accept and keep the message in the hold queue until an admin has looked.</summary>
    public static PolicyAnswer Hold(string text) => new(WithText("HOLD", text));

    /// <summary>Put a header in front of the message.</summary>
    public static PolicyAnswer Prepend(string header, string value)
    {
        if (!ReplyText.IsHeaderName(header))
            throw new ArgumentException($"'{header}' is no header name", nameof(header));
        return new($"PREPEND {header}: {ReplyText.Clean(value)}");
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        writer.Write("action="u8);
        Encoding.ASCII.GetBytes(Action, writer);
        writer.Write("\n\n"u8);
    }

    private static string WithText(string action, string text)
    {
        var clean = ReplyText.Clean(text);
        return clean.Length == 0 ? action : $"{action} {clean}";
    }
}
