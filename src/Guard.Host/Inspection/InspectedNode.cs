using Akka.Actor;
using Guard.Actors.Clustering;
using Guard.Host.Intake;

namespace Guard.Host.Inspection;

/// <summary>What commands may ask of the node that answers them.</summary>
public sealed record InspectedNode(ActorSystem System, GuardRegions Regions, IPolicySource Policies, IGuardClock Clock, EntityWatch Entities, IntakeBoard Intake)
{
    /// <summary>How long an entity or another node is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>This node in answers: host and port of its remoting.</summary>
    public string Name => NameOf(Akka.Cluster.Cluster.Get(System).SelfAddress);

    public static string NameOf(Address address) => $"{address.Host}:{address.Port}";

    public async Task<T> AskAsync<T>(ICanTell entity, object question, CancellationToken cancel)
    {
        try
        {
            return await entity.Ask<T>(question, Patience, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new InspectionException("the guard did not answer in time");
        }
    }
}
