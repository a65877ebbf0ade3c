using System.Security.Cryptography;

namespace Guard.Host.Intake.Files;

/// <summary>
/// Recognises a part of a log again under another name, also compressed: a hash of at most 256 bytes. Log lines begin with their time, so two logs
/// differ in their first.
/// </summary>
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

    /// <summary>Whether these bytes begin with what was hashed.</summary>
    public bool Begins(ReadOnlySpan<byte> bytes) => Length == 0 || (Length <= bytes.Length && Of(bytes[..Length]) == this);

    /// <summary>Whether these bytes end with what was hashed.</summary>
    public bool Ends(ReadOnlySpan<byte> bytes) => Length == 0 || (Length <= bytes.Length && Of(bytes[^Length..]) == this);
}
