using System.Security.Cryptography;
using System.Text;

namespace Guard.Host.Intake.Logs.Names;

/// <summary>
/// The spelling under which a name is judged. A usual name stands for itself. One that cannot be an account's (blanks, control characters, bytes that are not
/// UTF-8, two @, no domain behind the @, beyond 254 bytes) is judged under an escaped name: what is odd as <c>%XX</c> for each byte, as in URLs, and what is
/// too long cut and told apart by its digest.
/// </summary>
/// <remarks>Lasting: accounts are kept under these spellings. Two names never share one, since a per cent sign that could be part of an escape is escaped
/// itself.</remarks>
public static class AccountName
{
    /// <summary>Of a whole name, in bytes (RFC 5321: a path without its brackets).</summary>
    public const int MaxBytes = 254;

    private const int KeptOfLong = 64;

    private const char FirstByte = '\uDC00';

    /// <summary>Text of bytes from which they can be had back: bytes that are not UTF-8 become the lone surrogates U+DC80 to U+DCFF, as Python's
    /// surrogateescape has it.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        Span<char> chars = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(chars[..rune.EncodeToUtf16(chars)]);
                bytes = bytes[used..];
                continue;
            }
            text.Append((char)(FirstByte + bytes[0]));
            bytes = bytes[1..];
        }
        return text.ToString();
    }

    /// <summary>Whether a whole name, <c>local@domain</c>, stands for itself.</summary>
    public static bool IsUsual(ReadOnlySpan<char> name)
    {
        var at = name.IndexOf('@');
        if (at <= 0 || at != name.LastIndexOf('@') || !IsDomain(name[(at + 1)..]))
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            if (IsOdd(name[i]) || (name[i] == '%' && LooksEscaped(name[(i + 1)..])))
                return false;
        }
        return Encoding.UTF8.GetByteCount(name) <= MaxBytes;
    }

    /// <summary>The spelling of a name with its domain; the last @ is where the domain begins.</summary>
    public static string Of(string name, string domain)
    {
        var at = name.LastIndexOf('@');
        var whole = at > 0 && IsDomain(name.AsSpan(at + 1)) ? name : $"{name}@{domain}";
        if (IsUsual(whole))
            return whole;
        var (local, host) = ReferenceEquals(whole, name) ? (name[..at], name[(at + 1)..]) : (name, domain);
        var escaped = Escape(local);
        whole = $"{escaped}@{host}";
        if (whole.Length <= MaxBytes && Encoding.UTF8.GetByteCount(whole) <= MaxBytes)
            return whole;
        // "%-" stands in no other name: what remains is told apart by the digest of all of it.
        var digest = Convert.ToHexStringLower(SHA256.HashData(Bytes($"{local}@{host}")).AsSpan(0, 16));
        var kept = escaped[..Math.Min(KeptOfLong, escaped.Length)];
        return $"{kept[..WholeEscapes(kept)]}%-{digest}@{(Encoding.UTF8.GetByteCount(host) <= 128 ? host : domain)}";
    }

    private static string Escape(string local)
    {
        var text = new StringBuilder(local.Length * 2);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < local.Length; i++)
        {
            var c = local[i];
            if (!IsOdd(c) && c != '@' && !(c == '%' && LooksEscaped(local.AsSpan(i + 1))))
            {
                text.Append(c);
                continue;
            }
            if (c is > '\uDC7F' and <= '\uDCFF' && (i == 0 || !char.IsHighSurrogate(local[i - 1])))
            {
                text.Append($"%{c - FirstByte:X2}");
                continue;
            }
            if (!Rune.TryGetRuneAt(local, i, out var rune))
                rune = Rune.ReplacementChar;
            foreach (var one in utf8[..rune.EncodeToUtf8(utf8)])
                text.Append($"%{one:X2}");
            i += rune.Utf16SequenceLength - 1;
        }
        return text.ToString();
    }

    private static byte[] Bytes(string text)
    {
        var bytes = new byte[text.Length * 2];
        for (var i = 0; i < text.Length; i++)
            (bytes[2 * i], bytes[2 * i + 1]) = ((byte)(text[i] >> 8), (byte)text[i]);
        return bytes;
    }

    /// <summary>Never cuts within <c>%XX</c>.</summary>
    private static int WholeEscapes(string kept) =>
        kept.LastIndexOf('%') is var last && last >= 0 && last > kept.Length - 3 ? last
        : char.IsHighSurrogate(kept[^1]) ? kept.Length - 1
        : kept.Length;

    private static bool IsOdd(char c) =>
        c is <= ' ' or '\u007F' or '<' or '>' or '"' or '\uFFFD'
        || (c > '\u007F' && (char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c) || IsFormat(c)));

    /// <summary>Marks that nobody sees make two names look alike.</summary>
    private static bool IsFormat(char c) =>
        char.GetUnicodeCategory(c)
            is System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.PrivateUse
                or System.Globalization.UnicodeCategory.OtherNotAssigned;

    private static bool LooksEscaped(ReadOnlySpan<char> behind) =>
        behind.Length > 0 && (behind[0] == '-' || (behind.Length > 1 && char.IsAsciiHexDigit(behind[0]) && char.IsAsciiHexDigit(behind[1])));

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        if (domain.IsEmpty || domain.Length > 253)
            return false;
        foreach (var c in domain)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or ':' or '[' or ']') && (c <= '\u007F' || IsOdd(c)))
                return false;
        }
        return true;
    }
}
