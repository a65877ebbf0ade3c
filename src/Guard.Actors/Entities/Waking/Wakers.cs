using Akka.Actor;
using Guard.Actors.Behaviour;
using Guard.Messages.Waking;

namespace Guard.Actors.Entities.Waking;

/// <summary>The wakers of a cluster: a fixed number of sharded entities, kept alive by every node.</summary>
public sealed record Wakers(IActorRef Region)
{
    /// <summary>How many there are. An entity keeps its waker for ever, so this number never changes.</summary>
    public const int Count = 16;

    public void Note(WakeEntry entry, IActorRef sender) => Region.Tell(new WakerCommands.Note(Of(entry.Key), entry), sender);

    public void Drop(WakeKey key, long number) => Region.Tell(new WakerCommands.Drop(Of(key), key, number), ActorRefs.NoSender);

    private static string Of(WakeKey key) => Name((int)(StableHash.Of(key.Text) % Count));

    internal static string Name(int number) => number.ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Pings every waker now and then from every node that hosts entities, so that none stays dead with the node that it lived on.</summary>
internal sealed class WakerRounds : ReceiveActor, IWithTimers
{
    private readonly TimeSpan _every;

    public WakerRounds(IActorRef wakers, TimeSpan every)
    {
        _every = every;
        Receive<Round>(_ =>
        {
            for (var number = 0; number < Wakers.Count; number++)
                wakers.Tell(new WakerCommands.Ping(Wakers.Name(number)));
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef wakers, TimeSpan every) => Akka.Actor.Props.Create(() => new WakerRounds(wakers, every));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Round), Round.Instance, TimeSpan.Zero, _every);
        base.PreStart();
    }

    private sealed class Round : INoSerializationVerificationNeeded
    {
        public static readonly Round Instance = new();
    }
}
