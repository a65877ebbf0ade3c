using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>
/// Autonomous systems by ranges of addresses: sorted arrays, about 7 MB for the whole Internet, found by halving. IPv6 by its upper 64 bits, since nothing smaller
/// is announced (RFC 7454 section 6.1.3). The file is a magic word, two counts, and the arrays as they stand in memory (little-endian).
/// </summary>
public sealed class AsTable
{
    private static ReadOnlySpan<byte> Magic => "AGAS0001"u8;
    private const int MaxRanges = 8_000_000;

    private readonly uint[] _starts4;
    private readonly uint[] _ends4;
    private readonly uint[] _systems4;
    private readonly ulong[] _starts6;
    private readonly ulong[] _ends6;
    private readonly uint[] _systems6;

    private AsTable(List<(uint Start, uint End, uint System)> four, List<(ulong Start, ulong End, uint System)> six)
    {
        four.Sort();
        six.Sort();
        _starts4 = [.. four.Select(range => range.Start)];
        _ends4 = [.. four.Select(range => range.End)];
        _systems4 = [.. four.Select(range => range.System)];
        _starts6 = [.. six.Select(range => range.Start)];
        _ends6 = [.. six.Select(range => range.End)];
        _systems6 = [.. six.Select(range => range.System)];
    }

    private AsTable(int four, int six) =>
        (_starts4, _ends4, _systems4, _starts6, _ends6, _systems6) = (
            new uint[four],
            new uint[four],
            new uint[four],
            new ulong[six],
            new ulong[six],
            new uint[six]
        );

    public int Count => _starts4.Length + _starts6.Length;

    /// <summary>The system that announces the address; 0 when it is not known.</summary>
    public uint Find(NetworkAddress address)
    {
        if (address.IsNone)
            return 0;
        return address.IsIPv4 ? Find(_starts4, _ends4, _systems4, (uint)address.Bits) : Find(_starts6, _ends6, _systems6, (ulong)(address.Bits >> 64));
    }

    private static uint Find<T>(T[] starts, T[] ends, uint[] systems, T bits)
        where T : unmanaged, IComparable<T>
    {
        var at = Array.BinarySearch(starts, bits);
        at = at < 0 ? ~at - 1 : at;
        return at >= 0 && bits.CompareTo(ends[at]) <= 0 ? systems[at] : 0;
    }

    /// <summary>
    /// Reads lines <c>first,last,number[,"name"]</c> as ip-location-db writes them; addresses as text, both ends inclusive. Lines of another form are passed over.
    /// </summary>
    /// <exception cref="InvalidDataException">Fewer than half the lines have that form, or there are too many.</exception>
    public static AsTable Parse(IEnumerable<string> lines)
    {
        var (four, six, strange) = (new List<(uint, uint, uint)>(), new List<(ulong, ulong, uint)>(), 0);
        foreach (var line in lines)
        {
            var parts = line.Split(',', 4);
            if (
                parts.Length < 3
                || !NetworkAddress.TryParse(parts[0], out var first)
                || !NetworkAddress.TryParse(parts[1], out var last)
                || first.IsIPv4 != last.IsIPv4
                || first.Bits > last.Bits
                || !uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var system)
            )
                strange++;
            else if (first.IsIPv4)
                four.Add(((uint)first.Bits, (uint)last.Bits, system));
            else
                six.Add(((ulong)(first.Bits >> 64), (ulong)(last.Bits >> 64), system));
            if (four.Count + six.Count > MaxRanges)
                throw new InvalidDataException("too many ranges of addresses");
        }
        if (four.Count + six.Count <= strange)
            throw new InvalidDataException("these are no lines of 'first,last,number'");
        return new AsTable(four, six);
    }

    public void Write(Stream stream)
    {
        stream.Write(Magic);
        Span<byte> counts = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(counts, _starts4.Length);
        BinaryPrimitives.WriteInt32LittleEndian(counts[4..], _starts6.Length);
        stream.Write(counts);
        stream.Write(MemoryMarshal.AsBytes<uint>(_starts4));
        stream.Write(MemoryMarshal.AsBytes<uint>(_ends4));
        stream.Write(MemoryMarshal.AsBytes<uint>(_systems4));
        stream.Write(MemoryMarshal.AsBytes<ulong>(_starts6));
        stream.Write(MemoryMarshal.AsBytes<ulong>(_ends6));
        stream.Write(MemoryMarshal.AsBytes<uint>(_systems6));
    }

    /// <summary>Whether a file is such a table, by its first bytes.</summary>
    public static bool Is(string file)
    {
        using var stream = File.OpenRead(file);
        Span<byte> head = stackalloc byte[8];
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual(Magic);
    }

    /// <summary>Reads a table, or the lines that one is made of.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is neither, or damaged.</exception>
    public static AsTable Read(string file)
    {
        if (!Is(file))
            return Parse(File.ReadLines(file, Encoding.UTF8));
        using var stream = File.OpenRead(file);
        stream.Seek(Magic.Length, SeekOrigin.Begin);
        Span<byte> counts = stackalloc byte[8];
        stream.ReadExactly(counts);
        var (four, six) = (BinaryPrimitives.ReadInt32LittleEndian(counts), BinaryPrimitives.ReadInt32LittleEndian(counts[4..]));
        if (four < 0 || six < 0 || four > MaxRanges || six > MaxRanges || stream.Length != Magic.Length + counts.Length + (12L * four) + (20L * six))
            throw new InvalidDataException("it is damaged: its length is not what it says");
        var table = new AsTable(four, six);
        stream.ReadExactly(MemoryMarshal.AsBytes(table._starts4.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(table._ends4.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(table._systems4.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(table._starts6.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(table._ends6.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(table._systems6.AsSpan()));
        if (!table.IsSound)
            throw new InvalidDataException("it is damaged: its ranges are in no order");
        return table;
    }

    private bool IsSound => IsOrdered(_starts4, _ends4) && IsOrdered(_starts6, _ends6);

    private static bool IsOrdered<T>(T[] starts, T[] ends)
        where T : unmanaged, IComparable<T>
    {
        for (var i = 0; i < starts.Length; i++)
        {
            if (starts[i].CompareTo(ends[i]) > 0 || (i > 0 && starts[i].CompareTo(starts[i - 1]) < 0))
                return false;
        }
        return true;
    }
}
