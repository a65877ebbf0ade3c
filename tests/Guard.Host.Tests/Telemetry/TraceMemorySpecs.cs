using System.Collections.Concurrent;
using System.Diagnostics;
using Guard.Host.Telemetry;
using Guard.Messages.Identity;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Telemetry;

/// <summary>One trace from a server's question over the journaled reaction to its effect.</summary>
public sealed class TraceMemorySpecs
{
    private static readonly UserId User = new("traced@traces.example");
    private static readonly NetworkAddress Address = NetworkAddress.Parse("198.51.100.77");

    [Fact]
    public void A_question_its_journaled_reaction_and_the_effects_on_account_and_address_are_one_trace()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GuardMeters.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        ActivityTraceId trace;
        using (var intake = TraceMemory.Intake("test"))
        {
            trace = intake!.TraceId;
            TraceMemory.Current.Decision(User, "submission")!.Dispose();
        }
        var at = new DateTimeOffset(2026, 3, 5, 10, 0, 0, TimeSpan.Zero);
        TraceMemory.Current.Journaled(
            new UserEventBatch(
                User,
                [new ReactionChanged(at, Rung.Normal, Rung.Blocked, null, 50, Address, "RO", []), new AddressBlockOrdered(at, Address, at.AddDays(1), [])]
            ),
            TimeSpan.FromMilliseconds(2),
            true
        );
        TraceMemory.Effect("lock test", [User])!.Dispose();
        TraceMemory.Effect("firewall test", [$"{Address}/32"])!.Dispose();
        // Other tests of this process may trace too.
        var ours = ended.Where(span => span.TraceId == trace).ToArray();
        Assert.Equal(["decision", "intake", "journal", "effect", "effect"], ours.Select(span => span.OperationName));
        Assert.Equal(ours[0].SpanId, ours[2].ParentSpanId);
        Assert.Equal(ours[2].SpanId, ours[3].ParentSpanId);
        Assert.Equal(ours[2].SpanId, ours[4].ParentSpanId);
        Assert.Equal("normal → blocked", ours[2].Events.Single().Name);
    }
}
