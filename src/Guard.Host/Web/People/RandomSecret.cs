using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Guard.Host.Web.People;

/// <summary>Random secrets that are handed out once and kept as a hash. 256 random bits need no slow hash.</summary>
internal static class RandomSecret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
