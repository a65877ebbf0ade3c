using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Guard.Host.Reports.Webhooks;

/// <summary>
/// Signs events: HMAC-SHA256 (RFC 2104) over the time of sending, a dot, and the body, so that neither can be changed, nor an old event be sent again later.
/// </summary>
public static class WebhookSignature
{
    public const string Header = "X-AccountGuard-Signature";

    /// <summary>The header's value: <c>t=SECONDS,v1=HEX</c>.</summary>
    public static string Of(string key, long second, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"t={second},v1={Convert.ToHexStringLower(Mac(key, second, body))}");

    /// <summary>As a receiver does it.</summary>
    /// <param name="tolerance">How old, or how far ahead, an event may be.</param>
    public static bool Verify(string key, string header, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan tolerance)
    {
        if (
            header.Split(',') is not [['t', '=', .. var time], ['v', '1', '=', .. var hex]]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            || Math.Abs(now.ToUnixTimeSeconds() - (double)second) > tolerance.TotalSeconds
            || hex.Length != 2 * HMACSHA256.HashSizeInBytes
            || !hex.All(char.IsAsciiHexDigit)
        )
        {
            return false;
        }
        return CryptographicOperations.FixedTimeEquals(Mac(key, second, body), Convert.FromHexString(hex));
    }

    private static byte[] Mac(string key, long second, ReadOnlySpan<byte> body)
    {
        var start = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{second}."));
        byte[] signed = [.. start, .. body];
        return HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed);
    }
}
