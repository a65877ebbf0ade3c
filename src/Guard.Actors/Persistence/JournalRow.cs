using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Guard.Actors.Persistence;

/// <summary>A row of the journal, ready to be written.</summary>
internal sealed record JournalRow(
    string PersistenceId,
    long Number,
    long Created,
    string? Writer,
    byte[] Bytes,
    string Manifest,
    int Serializer,
    IImmutableSet<string> Tags
)
{
    /// <exception cref="Exception">Whatever the serializer of the payload throws: the write is to be rejected.</exception>
    public static JournalRow Of(IPersistentRepresentation one, ExtendedActorSystem system)
    {
        var (payload, tags) = one.Payload is Tagged tagged ? (tagged.Payload, tagged.Tags) : (one.Payload, ImmutableHashSet<string>.Empty);
        var serializer = system.Serialization.FindSerializerFor(payload);
        var bytes = AkkaSerialization.WithTransport(system, (serializer, payload), static state => state.serializer.ToBinary(state.payload));
        return new JournalRow(
            one.PersistenceId,
            one.SequenceNr,
            one.Timestamp,
            one.WriterGuid,
            bytes,
            AkkaSerialization.ManifestFor(serializer, payload),
            serializer.Identifier,
            tags
        );
    }
}
