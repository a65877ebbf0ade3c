using System.Collections.Immutable;

namespace Guard.Messages.Inspection;

/// <summary>Asks another node for blocks of its archive, from a place in it on.</summary>
/// <param name="Site">Empty for all sites.</param>
/// <param name="User">Only blocks in which the account occurs; empty for all.</param>
/// <param name="Day">The day to begin with, counted from 0001-01-01.</param>
/// <param name="Position">Bytes of that day's file to pass over.</param>
public sealed record ArchiveAsk(string Site, string User, int Day, long Position) : IGuardMessage;

/// <summary>Whole blocks of one day.</summary>
public sealed record ArchivePiece(int Day, ReadOnlyMemory<byte> Blocks);

/// <summary>What a node has from that place on, as much as one message carries.</summary>
/// <param name="Day">Where to ask on.</param>
/// <param name="Last">There is no more.</param>
public sealed record ArchivePart(ImmutableArray<ArchivePiece> Pieces, int Day, long Position, bool Last) : IGuardMessage;
