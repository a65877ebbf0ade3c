using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Guard.Actors.Persistence;

/// <summary>One row of the journal, ready to be written: its payload in bytes, with what it takes to read them again.</summary>
internal sealed record StoredEvent(IPersistentRepresentation Row, byte[] Bytes, string Manifest, int Serializer, IImmutableSet<string> Tags)
{
    /// <summary>The rows of one atomic write.</summary>
    /// <exception cref="Exception">Whatever the serializer of a payload throws: the write is to be rejected.</exception>
    public static List<StoredEvent> Of(AtomicWrite atomic, ExtendedActorSystem system)
    {
        var rows = new List<StoredEvent>();
        foreach (var one in (IImmutableList<IPersistentRepresentation>)atomic.Payload)
        {
            var (payload, tags) = one.Payload is Tagged tagged ? (tagged.Payload, tagged.Tags) : (one.Payload, (IImmutableSet<string>)ImmutableHashSet<string>.Empty);
            var serializer = system.Serialization.FindSerializerFor(payload);
            var manifest = AkkaSerialization.ManifestFor(serializer, payload);
            var bytes = AkkaSerialization.WithTransport(system, (serializer, payload), static state => state.serializer.ToBinary(state.payload));
            rows.Add(new StoredEvent(one, bytes, manifest, serializer.Identifier, tags));
        }
        return rows;
    }
}
