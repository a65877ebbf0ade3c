using System.Threading.Channels;
using Akka.Actor;
using Guard.Messages.Inspection;

namespace Guard.Host.Node.Questions;

/// <summary>Asks one other node one thing and passes its answers on; when it is stopped, so is the other side.</summary>
internal sealed class InquiryActor : ReceiveActor
{
    private readonly Inspect _ask;
    private readonly ActorPath _other;
    private readonly ChannelWriter<Inspected> _into;

    public InquiryActor(ActorPath other, Inspect ask, ChannelWriter<Inspected> into)
    {
        (_other, _ask, _into) = (other, ask, into);
        Receive<Inspected>(answer =>
        {
            _into.TryWrite(answer);
            if (answer.Last)
                _into.TryComplete();
        });
    }

    public static Props Props(ActorPath other, Inspect ask, ChannelWriter<Inspected> into) => Akka.Actor.Props.Create(() => new InquiryActor(other, ask, into));

    protected override void PreStart()
    {
        Context.ActorSelection(_other).Tell(_ask);
        base.PreStart();
    }

    protected override void PostStop()
    {
        Context.ActorSelection(_other).Tell(new StopInspecting(_ask.Id));
        _into.TryComplete();
        base.PostStop();
    }
}
