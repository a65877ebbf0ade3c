using System.Text;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>Words by which a server's reply is known, in whatever case it writes them.</summary>
/// <param name="words">In small letters.</param>
internal sealed class ReplyWords(params string[] words)
{
    /// <summary>Of a longer reply no more is read.</summary>
    private const int Longest = 2048;

    private readonly byte[][] _words = [.. words.Select(Encoding.ASCII.GetBytes)];

    public bool AreIn(ReadOnlySpan<byte> text)
    {
        Span<byte> lower = stackalloc byte[Math.Min(text.Length, Longest)];
        for (var i = 0; i < lower.Length; i++)
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        foreach (var word in _words)
        {
            if (lower.IndexOf(word) >= 0)
                return true;
        }
        return false;
    }
}
