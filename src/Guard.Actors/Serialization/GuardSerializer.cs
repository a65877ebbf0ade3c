using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;
using Guard.Actors.Entities;

namespace Guard.Actors.Serialization;

/// <summary>Protobuf with explicit manifests for everything that is journaled or crosses nodes.</summary>
public sealed class GuardSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly FrozenDictionary<Type, Contract> ByType = GuardManifests.All.ToFrozenDictionary(contract => contract.Type);
    private static readonly FrozenDictionary<string, Contract> ByManifest = GuardManifests
        .All.Concat(GuardManifests.Former)
        .ToFrozenDictionary(contract => contract.Manifest);

    /// <summary>Akka keeps 0 to 100 for itself; this number is stored with every row and never changes.</summary>
    public override int Identifier => 8410;

    /// <summary>Binds the serializer to every contract.</summary>
    public static string Hocon { get; } =
        $$"""
            {{CompactMailbox.Hocon}}
            akka.actor {
              serializers.accountguard = "Guard.Actors.Serialization.GuardSerializer, Guard.Actors"
              serialization-identifiers { "Guard.Actors.Serialization.GuardSerializer, Guard.Actors" = 8410 }
              serialization-bindings { "Guard.Messages.IGuardMessage, Guard.Messages" = accountguard }
            }
            """;

    public override string Manifest(object o) => Find(o.GetType()).Manifest;

    public override byte[] ToBinary(object obj) => Find(obj.GetType()).Write(obj).ToByteArray();

    /// <exception cref="SerializationException">The manifest or the bytes are not known; Akka treats this as passing, not as a reason to cut a
    /// connection.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!ByManifest.TryGetValue(manifest, out var contract))
            throw new UnknownFormException(manifest);
        try
        {
            return contract.Read(bytes);
        }
        catch (InvalidProtocolBufferException damaged)
        {
            throw new SerializationException($"damaged '{manifest}': {damaged.Message}", damaged);
        }
    }

    /// <summary>Bytes of a stored value.</summary>
    public static int SizeOf(object value) => Find(value.GetType()).Write(value).CalculateSize();

    private static Contract Find(Type type) =>
        ByType.TryGetValue(type, out var contract) ? contract : throw new SerializationException($"{type.Name} has no manifest");
}
