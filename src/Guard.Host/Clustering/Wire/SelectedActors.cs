using Akka.Actor;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Guard.Host.Archive;
using Guard.Host.Node.Questions;

namespace Guard.Host.Clustering.Wire;

/// <summary>
/// Messages to actors that are found by their path. Nodes find few of each other's so: those that keep the cluster together, and the guard's own that answer
/// for their node. Patterns and ways upwards are refused.
/// </summary>
internal sealed class SelectedActors(ExtendedActorSystem system, RefusedMessages refused) : SerializerWithStringManifest(system)
{
    private static readonly string[] Beginnings =
    [
        "system/cluster/",
        "system/sharding/",
        "system/remote-watcher/",
        "user/enforcement/",
        $"user/{QuestionActor.Name}/",
        $"user/{ArchiveActor.Name}/",
    ];

    private readonly MessageContainerSerializer _whole = new(system);

    public override int Identifier => _whole.Identifier;

    public override string Manifest(object o) => "";

    public override byte[] ToBinary(object obj) => _whole.ToBinary(obj);

    /// <exception cref="RefusedMessageException">The actor is none that other nodes speak to.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!string.IsNullOrEmpty(manifest))
            throw refused.Refuse(Identifier, manifest);
        var selected = (ActorSelectionMessage)_whole.FromBinary(bytes, (Type)null!);
        var path = string.Join('/', selected.Elements.Select(static element => element is SelectChildName child ? child.Name : "*"));
        return
            selected.Elements.All(static element => element is SelectChildName)
            && Beginnings.Any(begin => $"{path}/".StartsWith(begin, StringComparison.Ordinal))
            ? selected
            : throw refused.Refuse(Identifier, path);
    }
}
