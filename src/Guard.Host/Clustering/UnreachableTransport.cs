using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace Guard.Host.Clustering;

/// <summary>
/// The transport of a node that is alone: it has an address, as a member of a cluster must, and neither listens nor connects. So there is nothing that anybody
/// else on the machine could speak to. Akka creates it by its name in the configuration.
/// </summary>
public sealed class UnreachableTransport : Transport
{
    private readonly Address _address;

    public UnreachableTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        (SchemeIdentifier, MaximumPayloadBytes) = ("tcp", 32_000);
        _address = new Address(SchemeIdentifier, system.Name, config.GetString("hostname"), config.GetInt("port"));
    }

    /// <summary>HOCON that makes it the only transport.</summary>
    /// <param name="host">Of the name under which the node knows itself; nothing is bound to it.</param>
    internal static string Hocon(string host, int port) =>
        $$"""
            akka.remote {
              enabled-transports = ["akka.remote.unreachable"]
              unreachable { transport-class = "{{typeof(UnreachableTransport).FullName}}, accountguard", applied-adapters = [], hostname = "{{host}}", port = {{port}} }
            }
            """;

    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen() =>
        Task.FromResult((_address, new TaskCompletionSource<IAssociationEventListener>()));

    public override bool IsResponsibleFor(Address remote) => true;

    public override Task<AssociationHandle> Associate(Address remoteAddress) =>
        Task.FromException<AssociationHandle>(new InvalidAssociationException("this node is alone by its configuration"));

    public override Task<bool> Shutdown() => Task.FromResult(true);
}
