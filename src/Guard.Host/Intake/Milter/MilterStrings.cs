using System.Text;

namespace Guard.Host.Intake.Milter;

/// <summary>Takes the zero-terminated strings out of a packet.</summary>
internal static class MilterStrings
{
    private const int LongestString = 8192;

    public static string Take(ref ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        if (end is < 0 or > LongestString)
            throw new MilterProtocolException("a string without an end, or a long one");
        var text = Encoding.UTF8.GetString(data[..end]);
        data = data[(end + 1)..];
        return text;
    }

    public static IReadOnlyList<string> TakeAll(ReadOnlySpan<byte> data, int most)
    {
        var all = new List<string>();
        while (!data.IsEmpty)
        {
            if (all.Count == most)
                throw new MilterProtocolException($"more than {most} strings in a packet");
            all.Add(Take(ref data));
        }
        return all;
    }
}
