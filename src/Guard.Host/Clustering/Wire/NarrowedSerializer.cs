using System.Collections.Frozen;
using Akka.Actor;
using Akka.Serialization;

namespace Guard.Host.Clustering.Wire;

/// <summary>A serializer of Akka's own, for those of its messages that nodes need from each other.</summary>
/// <param name="look">Looks into bytes that pass, and says what of them is refused; null: nothing.</param>
internal sealed class NarrowedSerializer(
    ExtendedActorSystem system,
    SerializerWithStringManifest whole,
    IEnumerable<string> manifests,
    RefusedMessages refused,
    Func<string, byte[], string?>? look = null
) : SerializerWithStringManifest(system)
{
    private readonly FrozenSet<string> _manifests = manifests.ToFrozenSet(StringComparer.Ordinal);

    public override int Identifier => whole.Identifier;

    public override string Manifest(object o) => whole.Manifest(o);

    public override byte[] ToBinary(object obj) => whole.ToBinary(obj);

    /// <exception cref="RefusedMessageException">Nodes do not need this one.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest is null || !_manifests.Contains(manifest))
            throw refused.Refuse(Identifier, manifest);
        if (look?.Invoke(manifest, bytes) is { } problem)
            throw refused.Refuse(Identifier, $"{manifest}: {problem}");
        return whole.FromBinary(bytes, manifest);
    }
}
