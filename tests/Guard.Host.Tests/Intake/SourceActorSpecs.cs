using Akka.Actor;
using Akka.TestKit;
using Guard.Host.Intake;
using Guard.Host.Intake.Routing;
using Guard.Messages.Addresses;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Intake;

/// <summary>How far a source is read ahead of what is journaled, and what its checkpoint waits for.</summary>
public sealed class SourceActorSpecs : Akka.TestKit.Xunit.TestKit
{
    private const int MaxOpenChunks = 128;

    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;
    private readonly TestProbe _users;
    private readonly TestProbe _addresses;
    private readonly SemaphoreSlim _credits = new(0);
    private readonly IActorRef _source;
    private int _checkpoints;
    private int _logins;

    public SourceActorSpecs()
    {
        (_users, _addresses) = (CreateTestProbe(), CreateTestProbe());
        IntakeRouting.Of(Sys).SetUp(_addresses, new KnownAccounts(), user => new SiteId(user.Domain), _ => false);
        _source = Sys.ActorOf(SourceActor.Props(Sys, _users, _credits));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _credits.Dispose();
    }

    /// <summary>Each time another account, from another address.</summary>
    private Login Login()
    {
        var number = ++_logins;
        return new Login(
            new UserId($"user{number}@example.com"),
            At,
            new Place(NetworkAddress.Parse(FormattableString.Invariant($"198.18.{number / 250}.{1 + (number % 250)}")), AddressKind.Public, ""),
            new ObservationOrigin("log", (ulong)number),
            Service.Imap,
            LoginOutcome.Succeeded
        );
    }

    private void Read() => _source.Tell(new ChunkRead([Login()], () => Interlocked.Increment(ref _checkpoints)));

    private void AccountAnswers()
    {
        var told = _users.ExpectMsg<UserCommands.Observe>(cancellationToken: _cancel);
        _source.Tell(new Observed(told.User, told.Observations[^1].Origin.Source, told.Observations[^1].Origin.Position));
    }

    private void AddressesAnswer()
    {
        var told = _addresses.ExpectMsg<AddressCommands.Observe>(cancellationToken: _cancel);
        _source.Tell(new AttemptsNoted(told.Bucket, told.Attempts[^1].Origin.Source, told.Attempts[^1].Origin.Position));
    }

    /// <summary>All that was told so far has been dealt with.</summary>
    private void Settle()
    {
        _source.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(cancellationToken: _cancel);
    }

    [Fact]
    public void Reading_goes_on_while_addresses_take_their_time_and_the_checkpoint_waits_for_them()
    {
        Read();
        Settle();
        Assert.Equal(0, _credits.CurrentCount);
        AccountAnswers();
        Settle();
        Assert.Equal((1, 0), (_credits.CurrentCount, _checkpoints));
        AddressesAnswer();
        Settle();
        Assert.Equal((1, 1), (_credits.CurrentCount, _checkpoints));
    }

    [Fact]
    public void A_checkpoint_waits_for_all_that_was_read_before_it()
    {
        Read();
        Read();
        var first = _users.ExpectMsg<UserCommands.Observe>(cancellationToken: _cancel);
        AccountAnswers();
        AddressesAnswer();
        AddressesAnswer();
        Settle();
        Assert.Equal((1, 0), (_credits.CurrentCount, _checkpoints));
        _source.Tell(new Observed(first.User, "log", first.Observations[^1].Origin.Position));
        Settle();
        Assert.Equal((2, 1), (_credits.CurrentCount, _checkpoints));
    }

    [Fact]
    public void Reading_waits_when_addresses_lag_behind_by_too_much()
    {
        const int More = 3;
        for (var i = 0; i < MaxOpenChunks + More; i++)
        {
            Read();
            AccountAnswers();
        }
        Settle();
        Assert.Equal(MaxOpenChunks - 1, _credits.CurrentCount);
        // What waits for the same part of the addresses goes as one.
        for (var answers = 0; answers < MaxOpenChunks + More && _credits.CurrentCount < MaxOpenChunks + More; answers++)
        {
            AddressesAnswer();
            Settle();
        }
        Assert.Equal(MaxOpenChunks + More, _credits.CurrentCount);
        _source.Tell(AwaitDrained.Instance, TestActor);
        ExpectMsg<Drained>(cancellationToken: _cancel);
    }
}
