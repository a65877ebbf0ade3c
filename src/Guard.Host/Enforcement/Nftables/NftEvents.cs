using System.Buffers.Binary;
using System.Text;
using Guard.Host.Texts;

namespace Guard.Host.Enforcement.Nftables;

/// <summary>What a transaction took from the table.</summary>
/// <param name="Removed">All of it.</param>
/// <param name="Program">Whose transaction it was; empty when the kernel does not tell.</param>
/// <param name="Process">The number of its process as the machine counts, which in a container is not what the container counts; 0 when it is not told.</param>
internal readonly record struct NftChange(bool Removed, string Program, int Process);

/// <summary>
/// Reads what the kernel tells of changes to nftables (linux/netfilter/nfnetlink.h, nf_tables.h): messages of a transaction, then NEWGEN with the program that
/// made it.
/// Pure: bytes in, disturbances of one table out.
/// </summary>
internal sealed class NftEvents(string table)
{
    private const int HeaderSize = 16;
    private const int FamilySize = 4;
    private const int AttributeSize = 4;
    private const byte Subsystem = 10;
    private const byte Inet = 1;

    // NFT_MSG_*
    private const byte DeleteTable = 2;
    private const byte DeleteChain = 5;
    private const byte DeleteRule = 8;
    private const byte DeleteSet = 11;
    private const byte DeleteElement = 14;
    private const byte NewGeneration = 15;

    // The first attribute of all of these is the table's name; of a generation the second is the process that made it, the third that program's name.
    private const ushort TableName = 1;
    private const ushort ProcessNumber = 2;
    private const ushort ProgramName = 3;

    private bool _removed;
    private bool _changed;

    /// <returns>What a whole transaction did to the table; null when nothing, or when it goes on.</returns>
    public NftChange? Read(ReadOnlySpan<byte> datagram)
    {
        NftChange? found = null;
        while (datagram.Length >= HeaderSize)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(datagram);
            if (length < HeaderSize || length > datagram.Length)
                break;
            found = Message(datagram[5], datagram[4], datagram[HeaderSize..length]) ?? found;
            // Messages begin at multiples of four.
            datagram = datagram[Math.Min(datagram.Length, (length + 3) & ~3)..];
        }
        return found;
    }

    /// <summary>What was told of a transaction whose end was not, such as elements whose time was up.</summary>
    public void Forget() => (_removed, _changed) = (false, false);

    private NftChange? Message(byte subsystem, byte type, ReadOnlySpan<byte> body)
    {
        if (subsystem != Subsystem || body.Length < FamilySize)
            return null;
        var attributes = body[FamilySize..];
        if (type == NewGeneration)
        {
            var process = Find(attributes, ProcessNumber) is { Length: sizeof(int) } number ? BinaryPrimitives.ReadInt32BigEndian(number) : 0;
            NftChange? found = _removed || _changed ? new NftChange(_removed, IncidentText.Safe(Text(attributes, ProgramName)), process) : null;
            Forget();
            return found;
        }
        if (type is DeleteTable or DeleteChain or DeleteRule or DeleteSet or DeleteElement && body[0] == Inet && Text(attributes, TableName) == table)
        {
            _changed = true;
            _removed |= type == DeleteTable;
        }
        return null;
    }

    private static string Text(ReadOnlySpan<byte> attributes, ushort wanted) => Encoding.UTF8.GetString(Find(attributes, wanted)).TrimEnd('\0');

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort wanted)
    {
        while (attributes.Length >= AttributeSize)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
            if (length < AttributeSize || length > attributes.Length)
                break;
            if ((BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) & 0x3FFF) == wanted)
                return attributes[AttributeSize..length];
            attributes = attributes[Math.Min(attributes.Length, (length + 3) & ~3)..];
        }
        return default;
    }
}
