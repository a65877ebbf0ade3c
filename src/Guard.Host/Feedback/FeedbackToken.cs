using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Guard.Messages.Identity;

namespace Guard.Host.Feedback;

/// <summary>What a link says: about which report of which account, what, and until when it may be said.</summary>
public sealed record FeedbackClaim(UserId User, long Effect, bool WasOwner, DateTimeOffset Expires);

/// <summary>
/// Links are a claim and its HMAC-SHA256 in base64url (RFC 4648): nobody without the key can make one, or change whom or what it is about.
/// </summary>
public static class FeedbackToken
{
    /// <summary>Form, answer, expiry in seconds, effect.</summary>
    private const int Head = 1 + 1 + 8 + 8;

    private const byte Form = 1;
    private const int LongestUser = 512;

    public static string Write(byte[] key, FeedbackClaim claim)
    {
        var user = Encoding.UTF8.GetBytes(claim.User.Value);
        var bytes = new byte[Head + user.Length + HMACSHA256.HashSizeInBytes];
        bytes[0] = Form;
        bytes[1] = claim.WasOwner ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), claim.Expires.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(10), claim.Effect);
        user.CopyTo(bytes, Head);
        HMACSHA256.HashData(key, bytes.AsSpan(0, Head + user.Length), bytes.AsSpan(Head + user.Length));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for whatever was not written with this key, is damaged, or is over.</summary>
    public static FeedbackClaim? Read(byte[] key, string token, DateTimeOffset now)
    {
        if (token.Length > LongestUser * 2 || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= Head + HMACSHA256.HashSizeInBytes)
            return null;
        var signed = bytes.AsSpan(0, bytes.Length - HMACSHA256.HashSizeInBytes);
        // The same bytes have one text: else a used link could be told as another.
        if (
            !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, signed), bytes.AsSpan(signed.Length))
            || bytes[0] != Form
            || Base64Url.EncodeToString(bytes) != token
        )
            return null;
        var expires = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(2)));
        return now >= expires
            ? null
            : new FeedbackClaim(
                new UserId(Encoding.UTF8.GetString(signed[Head..])),
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(10)),
                bytes[1] == 1,
                expires
            );
    }
}
