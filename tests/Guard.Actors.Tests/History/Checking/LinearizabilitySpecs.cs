using System.Collections.Immutable;
using Xunit;

namespace Guard.Actors.Tests.History.Checking;

public sealed class LinearizabilitySpecs
{
    private static Operation<QuotaInput, QuotaOutput> Submit(int amount, QuotaVerdict verdict, long called, long answered) =>
        new(new QuotaInput(QuotaCall.Submit, amount), new QuotaOutput(verdict, 0), called, answered);

    private static Operation<QuotaInput, QuotaOutput> Read(int value, long called, long answered) =>
        new(new QuotaInput(QuotaCall.Read, 0), new QuotaOutput(QuotaVerdict.Done, value), called, answered);

    private static Operation<QuotaInput, QuotaOutput> Release(long called, long answered) =>
        new(new QuotaInput(QuotaCall.Release, 0), new QuotaOutput(QuotaVerdict.Done, 0), called, answered);

    private static string? Fault(int limit, params Operation<QuotaInput, QuotaOutput>[] history) =>
        Linearizability.Fault(new QuotaModel(limit, locks: true), history);

    [Fact]
    public void Calls_one_after_the_other_are_in_order() =>
        Assert.Null(
            Fault(5, Submit(3, QuotaVerdict.Allowed, 1, 2), Submit(2, QuotaVerdict.Allowed, 3, 4), Submit(1, QuotaVerdict.OverQuota, 5, 6), Read(5, 7, 8))
        );

    [Fact]
    public void Calls_at_once_may_be_ordered_either_way() =>
        Assert.Null(Fault(5, Submit(3, QuotaVerdict.OverQuota, 1, 9), Submit(3, QuotaVerdict.Allowed, 2, 8), Read(3, 10, 11)));

    [Fact]
    public void An_amount_beyond_the_quota_is_found() => Assert.NotNull(Fault(5, Submit(3, QuotaVerdict.Allowed, 1, 9), Submit(3, QuotaVerdict.Allowed, 2, 8)));

    [Fact]
    public void An_amount_that_counts_twice_is_found() => Assert.NotNull(Fault(50, Submit(3, QuotaVerdict.Allowed, 1, 2), Read(6, 3, 4)));

    [Fact]
    public void An_answered_amount_that_is_lost_is_found() =>
        Assert.NotNull(Fault(50, Submit(3, QuotaVerdict.Allowed, 1, 2), Submit(4, QuotaVerdict.Allowed, 3, 4), Read(3, 5, 6)));

    [Fact]
    public void A_call_without_an_answer_may_have_happened_or_not_but_not_half()
    {
        var lost = Submit(3, QuotaVerdict.Allowed, 1, Operation<QuotaInput, QuotaOutput>.Never);
        Assert.Null(Fault(50, lost, Read(3, 5, 6)));
        Assert.Null(Fault(50, lost, Read(0, 5, 6)));
        Assert.Null(Fault(50, lost, Read(0, 5, 6), Read(3, 7, 8)));
        Assert.NotNull(Fault(50, lost, Read(2, 5, 6)));
        Assert.NotNull(Fault(50, lost, Read(3, 5, 6), Read(0, 7, 8)));
    }

    [Fact]
    public void A_stale_read_is_found() => Assert.NotNull(Fault(50, Submit(3, QuotaVerdict.Allowed, 1, 2), Read(0, 3, 4)));

    [Fact]
    public void A_lock_lasts_until_it_is_released()
    {
        Assert.Null(
            Fault(5, Submit(6, QuotaVerdict.OverQuota, 1, 2), Submit(1, QuotaVerdict.Locked, 3, 4), Release(5, 6), Submit(1, QuotaVerdict.Allowed, 7, 8))
        );
        Assert.NotNull(Fault(5, Submit(6, QuotaVerdict.OverQuota, 1, 2), Submit(1, QuotaVerdict.Allowed, 3, 4), Release(5, 6)));
    }

    [Fact]
    public void Many_calls_at_once_are_decided_quickly()
    {
        // Sixteen clients at once: 16! orders, of which the memory leaves few.
        var history = Enumerable
            .Range(0, 16)
            .Select(client => Submit(client + 1, QuotaVerdict.Allowed, client, 100 + client))
            .Append(Read(136, 200, 201))
            .ToArray();
        Assert.Null(Fault(1000, history));
        Assert.NotNull(Fault(1000, [.. history[..16], Read(135, 200, 201)]));
    }

    [Fact]
    public void A_release_between_two_locks_is_found_though_it_could_come_before_both() =>
        Assert.Null(
            Fault(5, Submit(6, QuotaVerdict.OverQuota, 1, 10), Release(2, 10), Submit(7, QuotaVerdict.OverQuota, 3, 10), Submit(1, QuotaVerdict.Locked, 4, 10))
        );

    /// <summary>Small histories, right ones and wrong ones, against every order there is.</summary>
    [Fact]
    public void It_finds_what_trying_all_orders_finds()
    {
        var chance = new Random(1);
        var right = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var history = Enumerable
                .Range(0, chance.Next(2, 7))
                .Select(_ =>
                {
                    var called = chance.Next(0, 12);
                    long answered = chance.Next(4) == 0 ? Operation<QuotaInput, QuotaOutput>.Never : called + chance.Next(1, 8);
                    return chance.Next(6) switch
                    {
                        0 => Release(called, answered),
                        1 => Read(chance.Next(0, 5), called, answered),
                        _ => Submit(chance.Next(1, 4), (QuotaVerdict)chance.Next(0, 4), called, answered),
                    };
                })
                .ToArray();
            var model = new QuotaModel(4, locks: true);
            var possible = Possible(model, model.Initial, [.. history]);
            Assert.True(
                possible == (Linearizability.Fault(model, history) is null),
                $"{string.Join("; ", history.Select(one => $"{one.Input} {one.Output} {one.Called}..{one.Answered}"))} {possible}"
            );
            right += possible ? 1 : 0;
        }
        Assert.InRange(right, 1000, 19_000);
    }

    private static bool Possible(QuotaModel model, (int Used, bool Locked) state, ImmutableList<Operation<QuotaInput, QuotaOutput>> left)
    {
        if (left.All(operation => operation.IsUnknown))
            return true;
        var first = left.Min(operation => operation.Answered);
        return left.Where(operation => operation.Called <= first)
            .Any(operation =>
                model.Step(state, operation.Input, operation.Output, operation.IsUnknown) is (true, var next) && Possible(model, next, left.Remove(operation))
            );
    }
}
