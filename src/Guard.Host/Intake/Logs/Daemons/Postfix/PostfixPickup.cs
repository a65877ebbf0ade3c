using Guard.Host.Intake.Logs.Mail;

namespace Guard.Host.Intake.Logs.Daemons.Postfix;

/// <summary>
/// <c>uid=5004 from=&lt;web42&gt;</c> of pickup: mail of a local process, as <c>sendmail -t</c> and PHP's mail() hand it in. The number is the file's owner,
/// which nobody chooses; the sender is the process's own text.
/// </summary>
internal static class PostfixPickup
{
    public static LineResult Parse(ReadOnlySpan<byte> id, UInt128 key, ReadOnlySpan<byte> text, SenderRules senders, MailQueue queue, ObservationSink sink)
    {
        if (!ByteText.TakeNumber(ref text, out var uid) || uid > int.MaxValue || !text.StartsWith(" from=<"u8))
            return LineResult.Unknown;
        return queue.ArriveFrom(key, senders.OfUid((int)uid), id, sink).Owner == MailOwner.Account ? LineResult.Observed : LineResult.Nothing;
    }
}
