using Akka.Actor;
using Akka.Serialization;

namespace Guard.Host.Clustering.Wire;

/// <summary>What another node says of its failure: the words alone, no exception of a class that it chooses.</summary>
public sealed class RemoteFailureException(string message) : Exception(message);

/// <summary>Akka's small messages without those that end actors or bring classes; a failure is told by its words.</summary>
internal sealed class MiscellaneousMessages(ExtendedActorSystem system, SerializerWithStringManifest narrowed) : SerializerWithStringManifest(system)
{
    private const string Failure = "AG.F";
    private const int MaxWords = 500;

    public override int Identifier => narrowed.Identifier;

    public override string Manifest(object o) => o is Status.Failure ? Failure : narrowed.Manifest(o);

    public override byte[] ToBinary(object obj) =>
        obj is Status.Failure failure ? System.Text.Encoding.UTF8.GetBytes(Bounded(failure.Cause?.Message ?? "")) : narrowed.ToBinary(obj);

    public override object FromBinary(byte[] bytes, string manifest) =>
        manifest == Failure
            ? new Status.Failure(new RemoteFailureException(Bounded(System.Text.Encoding.UTF8.GetString(bytes))))
            : narrowed.FromBinary(bytes, manifest);

    private static string Bounded(string words) => words.Length <= MaxWords ? words : words[..MaxWords];
}
