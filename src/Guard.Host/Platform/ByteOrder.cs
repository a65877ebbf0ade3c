using System.Text;

namespace Guard.Host.Platform;

/// <summary>Texts by their bytes in UTF-8: the order in which SQLite, and PostgreSQL with the collation "C", have them.</summary>
internal sealed class ByteOrder : Comparer<string>
{
    public static ByteOrder Instance { get; } = new();

    public override int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
