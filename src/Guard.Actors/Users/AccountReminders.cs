using Akka.Actor;
using Guard.Actors.Entities;

namespace Guard.Actors.Users;

/// <summary>
/// Reminds a node's accounts: those at rest that they have rested long enough to leave, those that asked their site that the answer is late. One timer for all,
/// since timers of its own take a tenth of what a resting account takes. All wait equally long for the same thing, so that who came first is due first.
/// </summary>
public sealed class AccountReminders : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    // Full seconds, begun somewhere in the first: it is late after two to three.
    private const int LateAfter = 3;

    private readonly Queue<(IActorRef Account, int Number, int Due)> _resting = new();
    private readonly Queue<(IActorRef Account, int Number, int Due)> _asking = new();
    private int _now;

    /// <param name="rest">How long an account rests before it leaves.</param>
    public AccountReminders(TimeSpan rest)
    {
        var steps = Math.Max(1, (int)Math.Ceiling(rest / Step));
        Receive<Rests>(rests => _resting.Enqueue((Sender, rests.Number, _now + steps)));
        Receive<Asks>(asks => _asking.Enqueue((Sender, asks.Number, _now + LateAfter)));
        Receive<Next>(_ =>
        {
            _now++;
            while (_resting.TryPeek(out var first) && first.Due <= _now)
                first.Account.Tell(new RestedLong(_resting.Dequeue().Number));
            while (_asking.TryPeek(out var first) && first.Due <= _now)
                first.Account.Tell(new AnswerIsLate(_asking.Dequeue().Number));
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EntityOptions options) => Akka.Actor.Props.Create(() => new AccountReminders(options.PassivateAfter - UserRest.MaxBeforeRest));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Next), Next.Instance, Step);

    /// <summary>An account rests.</summary>
    /// <param name="Number">Which of its rests it is.</param>
    internal sealed record Rests(int Number) : INoSerializationVerificationNeeded;

    /// <summary>An account asked its site.</summary>
    /// <param name="Number">Which of its questions it is.</param>
    internal sealed record Asks(int Number) : INoSerializationVerificationNeeded;

    /// <summary>That rest lasted long enough, unless it is over.</summary>
    internal sealed record RestedLong(int Number) : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded;

    /// <summary>That question has waited long enough, unless it is answered.</summary>
    internal sealed record AnswerIsLate(int Number) : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded;

    private sealed class Next : INoSerializationVerificationNeeded
    {
        public static readonly Next Instance = new();
    }
}
