using Google.Protobuf;
using Guard.Messages.Inspection;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>Blocks of the archive between nodes.</summary>
internal static class ArchiveExchangeWire
{
    public static ArchiveAskRecord Write(ArchiveAsk ask) =>
        new()
        {
            Site = ask.Site,
            User = ask.User,
            Day = ask.Day,
            Position = ask.Position,
        };

    public static ArchiveAsk Read(ArchiveAskRecord record) => new(record.Site, record.User, record.Day, record.Position);

    public static ArchivePartRecord Write(ArchivePart part)
    {
        var record = new ArchivePartRecord
        {
            Day = part.Day,
            Position = part.Position,
            Last = part.Last,
        };
        record.Pieces.Add(part.Pieces.Select(piece => new ArchivePieceRecord { Day = piece.Day, Blocks = UnsafeByteOperations.UnsafeWrap(piece.Blocks) }));
        return record;
    }

    public static ArchivePart Read(ArchivePartRecord record) =>
        new([.. record.Pieces.Select(piece => new ArchivePiece(piece.Day, piece.Blocks.Memory))], record.Day, record.Position, record.Last);
}
