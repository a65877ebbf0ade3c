using Guard.Host.Intake.Logs.Mail;
using Guard.Messages.Places;

namespace Guard.Host.Intake.Logs.Daemons.Sendmail;

/// <summary>
/// Reads <c>host [address]</c>, <c>[address]</c>, <c>ident@host [address] (may be forged)</c>, and <c>user@localhost</c> of a local process. The host is
/// reverse DNS, what stands in front of an @ the client's ident: the address is in the last brackets, behind which only Sendmail's own words stand.
/// </summary>
internal static class SendmailRelay
{
    public static bool TryAddress(ReadOnlySpan<byte> relay, out NetworkAddress address)
    {
        address = default;
        if (relay.EndsWith(" (may be forged)"u8))
            relay = relay[..^" (may be forged)".Length];
        var open = relay.LastIndexOf((byte)'[');
        return open >= 0 && relay.EndsWith("]"u8) && ClientText.TryAddress(relay[(open + 1)..^1], out address);
    }

    /// <summary>The system user of a local process, whom Sendmail reads from the kernel; a client over the network always has an address in brackets.</summary>
    public static bool TryLocal(ReadOnlySpan<byte> relay, out ReadOnlySpan<byte> user)
    {
        user = default;
        if (!relay.EndsWith("@localhost"u8) || relay.IndexOfAny((byte)'[', (byte)' ') >= 0)
            return false;
        user = relay[..^"@localhost".Length];
        return !user.IsEmpty;
    }
}
