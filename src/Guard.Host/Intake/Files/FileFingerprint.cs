using System.Security.Cryptography;

namespace Guard.Host.Intake.Files;

/// <summary>Recognises a log again under another name, also compressed: a hash of its first bytes, at most 256. Log lines begin with their time, so two logs differ there.</summary>
/// <param name="Length">How many bytes were hashed.</param>
/// <param name="Hash">Hexadecimal.</param>
public readonly record struct FileFingerprint(int Length, string Hash)
{
    public const int Longest = 256;

    public static FileFingerprint Of(ReadOnlySpan<byte> head)
    {
        head = head[..Math.Min(head.Length, Longest)];
        return new FileFingerprint(head.Length, Convert.ToHexStringLower(SHA256.HashData(head)));
    }

    /// <summary>Whether a file begins with what was hashed; a shorter one does not.</summary>
    public bool Matches(Stream stream)
    {
        var head = new byte[Length];
        return stream.ReadAtLeast(head, Length, throwOnEndOfStream: false) == Length && Of(head) == this;
    }
}
