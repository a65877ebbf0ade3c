using System.Collections.Frozen;
using Akka.Actor;
using Guard.Actors.Enforcement;

namespace Guard.Host.Reports.Webhooks;

/// <summary>Leads each event to the worker of its webhook, so that one that is away does not hold the others back.</summary>
public sealed class WebhookRouter : ReceiveActor
{
    public WebhookRouter(FrozenDictionary<string, IActorRef> workers)
    {
        Receive<ReportDelivery.Deliver>(deliver =>
        {
            if (workers.TryGetValue(deliver.Dispatch.Target.Recipient, out var worker))
                worker.Forward(deliver);
            else
                Sender.Tell(new ReportDelivery.Delivered(deliver.Dispatch.Id, $"there is no webhook {deliver.Dispatch.Target.Recipient} any more"));
        });
        Receive<ReportDelivery.Forget>(forget =>
        {
            foreach (var worker in workers.Values)
                worker.Forward(forget);
        });
    }

    public static Props Props(FrozenDictionary<string, IActorRef> workers) => Akka.Actor.Props.Create(() => new WebhookRouter(workers));
}
