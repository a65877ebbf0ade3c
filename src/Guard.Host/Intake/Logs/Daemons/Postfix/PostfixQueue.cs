using Guard.Host.Intake.Logs.Mail;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>
/// <c>from=&lt;sender&gt;, size=427, nrcpt=2 (queue active)</c> of the queue manager. The sender is the client's text and may hold all of this itself: the
/// numbers are the last ones on the line, where nothing of a stranger follows.
/// </summary>
internal static class PostfixQueue
{
    private const int MaxRecipients = 1_000_000;

    public static LineResult Parse(DateTimeOffset at, UInt128 key, ReadOnlySpan<byte> text, MailQueue queue, ObservationSink sink)
    {
        if (text.EndsWith(">, status=expired, returned to sender"u8) || text.EndsWith(">, status=force-expired, returned to sender"u8))
            return LineResult.Nothing;
        var sizes = text.LastIndexOf(">, size="u8);
        if (sizes < 0)
            return LineResult.Unknown;
        var fields = text[(sizes + 8)..];
        if (
            !ByteText.TakeNumber(ref fields, out var size)
            || !ByteText.Skip(ref fields, ", nrcpt="u8)
            || !ByteText.TakeNumber(ref fields, out var recipients)
            || !(fields.IsEmpty || (fields.StartsWith(" (queue "u8) && fields.EndsWith(")"u8)))
        )
        {
            return LineResult.Unknown;
        }
        if (!queue.TryGet(key, out var mail))
            return LineResult.Nothing;
        return queue.Sized(at, mail, (int)Math.Min(recipients, MaxRecipients), size, sink, text["from=<".Length..sizes])
            ? LineResult.Observed
            : LineResult.Nothing;
    }
}
