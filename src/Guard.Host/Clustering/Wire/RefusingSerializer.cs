using Akka.Actor;
using Akka.Serialization;

namespace Guard.Host.Clustering.Wire;

/// <summary>
/// Stands in the place of a serializer that nodes do not need, or that would find classes by names that the sender chooses. It takes its manifest as text, so
/// that Akka loads no class by it either.
/// </summary>
internal sealed class RefusingSerializer(ExtendedActorSystem system, int identifier, RefusedMessages refused) : SerializerWithStringManifest(system)
{
    /// <summary>Akka's number for "no message": a payload that is not there.</summary>
    private const int Nothing = 0;

    public override int Identifier => identifier;

    public override string Manifest(object o) => "";

    /// <exception cref="RefusedMessageException">Always: what is sent has a contract of its own.</exception>
    public override byte[] ToBinary(object obj) => obj is null && identifier == Nothing ? [] : throw refused.Refuse(identifier, obj?.GetType().FullName);

    /// <exception cref="RefusedMessageException">Always, but for a payload that is not there.</exception>
    public override object FromBinary(byte[] bytes, string manifest) =>
        identifier == Nothing && string.IsNullOrEmpty(manifest) ? null! : throw refused.Refuse(identifier, manifest);
}
