using Akka.Actor;
using Guard.Actors.Addresses;
using Guard.Actors.Behaviour;
using Guard.Actors.Entities;
using Guard.Actors.Serialization;
using Guard.Actors.Users;
using Guard.Messages.Addresses;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Addresses;

/// <summary>When what an entity of addresses is told goes into the journal. Its time stands still: what answers, waited for nothing.</summary>
public sealed class AddressRowSpecs : Akka.TestKit.Xunit.TestKit
{
    private const int FullRow = 512;

    private static readonly NetworkAddress Guesser = NetworkAddress.Parse("203.0.113.9");

    private int _told;

    public AddressRowSpecs()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\n" + GuardSerializer.Hocon) { }

    private IActorRef Addresses() =>
        Sys.ActorOf(
            AddressActor.Props(
                AddressKeys.BucketOf(Guesser),
                new AddressActorContext(ActorRefs.Nobody, new OnePolicy(), new Clock(), EntityOptions.Default, new JournalTrouble(), new NoObserver(), []),
                Akka.Dispatch.Dispatchers.DefaultDispatcherId
            )
        );

    private AddressCommands.Observe Failures(int count) =>
        new(
            AddressKeys.BucketOf(Guesser),
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(_ => new AddressAttempt(
                        Guesser,
                        AttemptKind.UnknownName,
                        AddressKeys.Hash("info@example.com"),
                        Account.Start,
                        new ObservationOrigin("/var/log/mail.log", (ulong)++_told),
                        ""
                    )),
            ]
        );

    [Fact]
    public void What_comes_behind_a_row_waits_until_it_fills_one()
    {
        var cancel = TestContext.Current.CancellationToken;
        var addresses = Addresses();
        addresses.Tell(Failures(1), TestActor);
        Assert.Equal(1UL, ExpectMsg<AttemptsNoted>(cancellationToken: cancel).Position);

        addresses.Tell(Failures(FullRow - 1), TestActor);
        addresses.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(cancellationToken: cancel);
        addresses.Tell(Failures(1), TestActor);
        Assert.Equal((ulong)FullRow, ExpectMsg<AttemptsNoted>(cancellationToken: cancel).Position);
        Assert.Equal(FullRow + 1UL, ExpectMsg<AttemptsNoted>(cancellationToken: cancel).Position);
    }

    private sealed class OnePolicy : IPolicySource
    {
        public PolicyBook Current { get; } = PolicyBook.Of(GuardPolicy.Default);
    }

    private sealed class Clock : IGuardClock
    {
        public DateTimeOffset Now => Account.Start;
    }
}
