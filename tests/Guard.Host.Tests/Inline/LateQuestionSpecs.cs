using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using Akka.Actor;
using Guard.Actors.Regions;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Logs;
using Guard.Host.Tests.PostfixPolicy;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Inline;

/// <summary>Postfix was answered without the guard, which was late, and asks on: each message counts once all the same.</summary>
public sealed class LateQuestionSpecs : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("late", "akka.loglevel = OFF");
    private readonly Asking _asking = new();
    private readonly PolicyDecisions _decisions;

    public LateQuestionSpecs()
    {
        var account = _system.ActorOf(Props.Create(() => new SlowAccount(_asking)));
        var settings = new InlineSettings(null, null, null, FrozenSet<EndPoint>.Empty, TimeSpan.FromSeconds(30), false, "", "", "", true);
        var judge = new InlineJudge(
            new GuardRegions(account, ActorRefs.Nobody),
            new DecisionReplies(_system),
            new UserNameRules(),
            new PlaceLookup((IReadOnlyList<string>)[]),
            () => DateTimeOffset.UnixEpoch.AddYears(56),
            settings
        );
        _decisions = new PolicyDecisions(judge, ServiceAnswers.Usual);
    }

    private static CancellationToken GivenUp { get; } = new(true);

    [Fact]
    public async Task The_end_of_a_message_waits_for_its_recipient_and_does_not_count_it_again()
    {
        var recipient = _decisions.DecideAsync(Asked.Recipient(), GivenUp).AsTask();
        var end = _decisions.DecideAsync(Asked.End(1) with { QueueId = "4ABC8B20217" }, GivenUp).AsTask();
        Assert.Equal((1, ""), Step(await _asking.NextAsync()));
        Assert.False(end.IsCompleted);
        _asking.Answer(Verdict.Allow);
        Assert.Equal((0, "4ABC8B20217"), Step(await _asking.NextAsync()));
        _asking.Answer(Verdict.Allow);
        await Task.WhenAll(recipient, end);
        Assert.Empty(_asking.GivenBack);
    }

    [Fact]
    public async Task What_was_refused_too_late_is_decided_anew_at_the_end()
    {
        var recipient = _decisions.DecideAsync(Asked.Recipient(), GivenUp).AsTask();
        var end = _decisions.DecideAsync(Asked.End(1) with { QueueId = "4ABC8B20217" }, GivenUp).AsTask();
        await _asking.NextAsync();
        _asking.Answer(Verdict.Defer);
        Assert.Equal((1, "4ABC8B20217"), Step(await _asking.NextAsync()));
        _asking.Answer(Verdict.Defer);
        await Task.WhenAll(recipient, end);
        Assert.StartsWith("DEFER_IF_PERMIT", (await end).Action, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_reserved_for_a_message_that_the_log_told_of_first_is_given_back_once()
    {
        var recipient = _decisions.DecideAsync(Asked.Recipient(), GivenUp).AsTask();
        await _asking.NextAsync();
        _asking.Answer(Verdict.Allow);
        await recipient;
        var end = _decisions.DecideAsync(Asked.End(1) with { QueueId = "4ABC8B20217" }, GivenUp).AsTask();
        await _asking.NextAsync();
        _asking.Answer(Verdict.Allow, countedBefore: true);
        await end;
        Assert.Equal(1, (await _asking.NextGivenBackAsync()).Submission.Recipients);
        // Asked again, it is nothing new.
        await _decisions.DecideAsync(Asked.End(1) with { QueueId = "4ABC8B20217" }, GivenUp);
        Assert.Empty(_asking.GivenBack);
    }

    [Fact]
    public async Task Another_message_does_not_wait()
    {
        var first = _decisions.DecideAsync(Asked.Recipient(), GivenUp).AsTask();
        await _asking.NextAsync();
        var other = _decisions.DecideAsync(Asked.Recipient(instance: "9.9.9.0"), GivenUp).AsTask();
        await _asking.NextAsync();
        _asking.Answer(Verdict.Allow);
        _asking.Answer(Verdict.Allow);
        await Task.WhenAll(first, other);
    }

    public void Dispose() => _system.Dispose();

    private static (int Recipients, string QueueId) Step(Submission asked) => (asked.Recipients, asked.QueueId);

    /// <summary>What an account was asked, answered when the test says so.</summary>
    private sealed class Asking
    {
        private readonly BlockingCollection<UserCommands.Decide> _asked = [];
        private readonly ConcurrentQueue<(UserCommands.Decide Question, IActorRef Who)> _open = new();
        private readonly BlockingCollection<UserCommands.GiveBack> _givenBack = [];

        public IEnumerable<UserCommands.GiveBack> GivenBack => _givenBack;

        public void Take(UserCommands.Decide decide, IActorRef who)
        {
            _open.Enqueue((decide, who));
            _asked.Add(decide);
        }

        public void Take(UserCommands.GiveBack back) => _givenBack.Add(back);

        public Task<Submission> NextAsync() => Task.Run(() => (Submission)_asked.Take(TestContext.Current.CancellationToken).Observation);

        public Task<UserCommands.GiveBack> NextGivenBackAsync() => Task.Run(() => _givenBack.Take(TestContext.Current.CancellationToken));

        public void Answer(Verdict verdict, bool countedBefore = false)
        {
            Assert.True(_open.TryDequeue(out var one));
            one.Who.Tell(new Decision(one.Question.User, one.Question.RequestId, verdict, verdict, Rung.Normal, null, 0, []) { CountedBefore = countedBefore });
        }
    }

    private sealed class SlowAccount(Asking asking) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is UserCommands.Decide decide)
                asking.Take(decide, Sender);
            else if (message is UserCommands.GiveBack back)
                asking.Take(back);
        }
    }
}
