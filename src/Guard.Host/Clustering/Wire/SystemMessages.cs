using System.Collections.Frozen;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Akka.Util;

namespace Guard.Host.Clustering.Wire;

/// <summary>Of the messages by which actor systems run their actors, nodes need to hear that one watches and that one has ended; not that one shall stop, be
/// suspended or begin anew.</summary>
internal sealed class SystemMessages(ExtendedActorSystem system, RefusedMessages refused) : SerializerWithStringManifest(system)
{
    private static readonly FrozenDictionary<string, Type> Kinds = new[] { typeof(Watch), typeof(Unwatch), typeof(DeathWatchNotification) }.ToFrozenDictionary(
        static type => type.TypeQualifiedName()
    );

    private readonly SystemMessageSerializer _whole = new(system);

    public override int Identifier => _whole.Identifier;

    /// <summary>As Akka's own serializer, which older nodes have, is told its type.</summary>
    public override string Manifest(object o) => o.GetType().TypeQualifiedName();

    public override byte[] ToBinary(object obj) => _whole.ToBinary(obj);

    /// <exception cref="RefusedMessageException">Another node does not command this one's actors.</exception>
    public override object FromBinary(byte[] bytes, string manifest) =>
        manifest is not null && Kinds.TryGetValue(manifest, out var type) ? _whole.FromBinary(bytes, type) : throw refused.Refuse(Identifier, manifest);
}
