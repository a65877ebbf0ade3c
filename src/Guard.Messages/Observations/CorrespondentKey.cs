using Guard.Messages.Identity;

namespace Guard.Messages.Observations;

/// <summary>
/// Under what a sender's or recipient's address is remembered: a hash keyed by the account, so that an address has another key in every account. Capitals
/// do not matter, as no provider tells addresses apart by them.
/// </summary>
public static class CorrespondentKey
{
    /// <summary>0 when there is no address.</summary>
    public static ulong Of(UserId user, ReadOnlySpan<byte> address)
    {
        if (address.IsEmpty)
            return 0;
        var hash = 14695981039346656037UL;
        foreach (var c in user.Value)
            hash = (hash ^ c) * 1099511628211;
        hash = (hash ^ 0xFF) * 1099511628211;
        foreach (var c in address)
            hash = (hash ^ (c is >= (byte)'A' and <= (byte)'Z' ? (uint)(c | 0x20) : c)) * 1099511628211;
        // FNV's upper bits mix badly; Bloom filters take them all.
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        hash ^= hash >> 33;
        return hash == 0 ? 1 : hash;
    }
}
