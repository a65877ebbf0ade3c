using Google.Protobuf;
using Guard.Actors.Users;
using Guard.Messages.Users;
using Guard.Messages.Wire;

namespace Guard.Actors.Serialization;

/// <summary>The stored forms of what the archive of observations keeps: the same as in the journal, so that old archives stay readable as old journals
/// do.</summary>
public static class ArchivedForms
{
    public static ByteString Write(UserEventBatch batch) => UserEventWire.Write(batch).ToByteString();

    /// <exception cref="InvalidProtocolBufferException">The bytes are damaged.</exception>
    /// <exception cref="FormatException">A newer version wrote them.</exception>
    public static UserEventBatch ReadBatch(ByteString bytes) => UserEventWire.Read(UserEventBatchRecord.Parser.ParseFrom(bytes));

    public static ByteString Write(UserState state) => CompressedWire.Write(SnapshotWire.Write(state)).ToByteString();

    /// <inheritdoc cref="ReadBatch"/>
    public static UserState ReadState(ByteString bytes) =>
        SnapshotWire.Read(UserSnapshotRecord.Parser.ParseFrom(CompressedWire.Read(CompressedRecord.Parser.ParseFrom(bytes))));
}
