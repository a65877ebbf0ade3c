using System.Collections.Frozen;
using System.Collections.Immutable;
using CsCheck;
using Guard.Actors.Policies;
using Guard.Actors.Sites;
using Guard.Actors.Sites.Branches;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Sites;

public sealed class BranchProperties
{
    private const int Branches = 3;
    private const int Accounts = 9;
    private const int Limit = 600;

    private static readonly SiteId Site = new("example.com");
    private static readonly DateTimeOffset Start = Account.Start;

    private static readonly EffectivePolicy Policy = new(
        GuardPolicy.Default with
        {
            Branches = Branches,
            Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, Limit, Of: QuotaScope.Site)],
        }
    );

    private static readonly string Key = Policy.SiteQuotas[0].Key;

    [Fact]
    public void Lots_and_slices_never_exceed_the_quota_and_nothing_is_refused_while_anything_is_left() =>
        Gen.Select(Gen.Int[0, Accounts - 1], Gen.Int[1, 60], Gen.Int[0, 99], Gen.Int[0, 200]).Array[1, 150].Sample(steps => Run(steps, silent: false));

    [Fact]
    public void Lots_and_slices_never_exceed_the_quota_when_accounts_are_silent_and_answers_are_lost() =>
        Gen.Select(Gen.Int[0, Accounts - 1], Gen.Int[1, 60], Gen.Int[0, 99], Gen.Int[0, 200]).Array[1, 150].Sample(steps => Run(steps, silent: true));

    private static void Run((int Account, int Need, int Dice, int Seconds)[] steps, bool silent)
    {
        var world = new World(silent);
        foreach (var (account, need, dice, seconds) in steps)
        {
            world.Pass(seconds);
            world.Send(account, need, dice);
            world.Check();
        }
    }

    [Fact]
    public void What_is_told_twice_changes_nothing()
    {
        var branch = new BranchId(Site, 2);
        var lot = new LotId(branch, 1);
        var state = new BranchState(branch);
        var granted = Granted(lot, "example.com/1", 50);
        state = Fold(state, BranchDecider.Take(state, lot, granted));
        Assert.Empty(BranchDecider.Take(state, lot, granted));
        var request = Request(0, 5, "first", "", 0, Start);
        var outcome = BranchDecider.Request(state, request, FrozenSet<long>.Empty);
        state = Fold(state, outcome.Events);
        var again = BranchDecider.Request(state, request, FrozenSet<long>.Empty);
        Assert.Empty(again.Events);
        Assert.Equal(outcome.Granted, again.Granted);
        state = Fold(state, BranchDecider.Return(state, request.User, outcome.Granted!.LeaseId, [new SliceAmount(Key, 2)]));
        Assert.Empty(BranchDecider.Return(state, request.User, outcome.Granted.LeaseId, [new SliceAmount(Key, 2)]));
        Assert.Equal(50, state.Lots[0].Shares[0].Kept);
    }

    [Fact]
    public void A_lot_that_was_called_back_before_it_came_is_not_taken()
    {
        var lot = new LotId(new BranchId(Site, 1), 1);
        var state = new BranchState(lot.Branch);
        state = Fold(state, BranchDecider.Decline(state, lot));
        Assert.Empty(BranchDecider.Take(state, lot, Granted(lot, "example.com/1", 50)));
        Assert.Empty(state.Lots);
    }

    [Fact]
    public void A_slice_ends_with_its_lot_and_an_old_lot_goes_back()
    {
        var lot = new LotId(new BranchId(Site, 1), 1);
        var state = new BranchState(lot.Branch);
        state = Fold(state, BranchDecider.Take(state, lot, Granted(lot, "example.com/1", 50)));
        var early = BranchDecider.Request(state, Request(0, 5, "early", "", 0, Start.AddMinutes(7)), FrozenSet<long>.Empty);
        Assert.Equal(Start.AddMinutes(10).ToUnixTimeMilliseconds(), early.Granted!.Expires);
        var late = BranchDecider.Request(state, Request(1, 5, "late", "", 0, Start.AddMinutes(9)), FrozenSet<long>.Empty);
        Assert.Equal(BranchCourse.Ask, late.Course);
        state = Fold(state, early.Events) with { LastSeen = Start.AddMinutes(9).ToUnixTimeMilliseconds() };
        state = Fold(state, BranchDecider.CloseOld(state));
        Assert.Equal(early.Granted.Amounts[0].Amount, state.Lots[0].Kept[0].Amount);
        Assert.False(state.Lots[0].IsOver);
        state = Fold(state, BranchDecider.Return(state, new UserId("0@example.com"), early.Granted.LeaseId, [new SliceAmount(Key, 1)]));
        Assert.True(state.Lots[0].IsOver);
        Assert.Equal(early.Granted.Amounts[0].Amount - 1, state.Lots[0].Kept[0].Amount);
    }

    [Fact]
    public void Different_things_and_planned_exceptions_are_the_sites_own()
    {
        var state = new BranchState(new BranchId(Site, 1));
        var member = Request(0, 1, "m", "", 0, Start) with { Needs = [new SliceAmount("addresses/1d/site", 1) { Member = 7 }] };
        Assert.Equal(BranchCourse.PassOn, BranchDecider.Request(state, member, FrozenSet<long>.Empty).Course);
        var planned = Request(0, 1, "p", "", 0, Start) with { Needs = [new SliceAmount(PlannedKey.Of(1), 3)] };
        Assert.Equal(BranchCourse.PassOn, BranchDecider.Request(state, planned, FrozenSet<long>.Empty).Course);
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("a#3")]
    [InlineData("group of mine")]
    public void Names_of_lots_and_slices_say_whose_they_are(string site)
    {
        var lot = new LotId(new BranchId(new SiteId(site), 16), 1234567890123);
        Assert.True(LotId.TryParse(lot.Holder, out var read));
        Assert.Equal(lot, read);
        Assert.True(BranchId.TryParse(lot.Branch.Site, lot.Branch.LeaseOf(9), out var branch));
        Assert.Equal(lot.Branch, branch);
        Assert.False(BranchId.TryParse(lot.Branch.Site, $"{site}/9", out _));
        Assert.False(LotId.TryParse(new UserId("@@example.com"), out _));
        Assert.False(LotId.TryParse(new UserId("info@example.com"), out _));
    }

    private static LeaseGranted Granted(LotId lot, string leaseId, long amount) =>
        new(Site, lot.Holder, "", leaseId, Start.AddMinutes(10), "", GuardPolicy.Default, GuardPolicy.Default, Rung.Normal, [new SliceAmount(Key, amount)]);

    private static SiteCommands.RequestLease Request(int account, int need, string id, string returns, long left, DateTimeOffset at) =>
        new(Site, new UserId($"{account}@example.com"), id, at, [new SliceAmount(Key, need)], returns, [new SliceAmount(Key, left)]);

    private static BranchState Fold(BranchState state, ImmutableArray<BranchEvent> events) => events.Aggregate(state, BranchEvolution.Apply);

    /// <summary>A site, its branches and accounts, and what is told between them.</summary>
    private sealed class World(bool silent)
    {
        private readonly BranchState[] _branches = [.. Enumerable.Range(1, Branches).Select(number => new BranchState(new BranchId(Site, number)))];
        private readonly long[] _left = new long[Accounts];
        private readonly string[] _leases = [.. Enumerable.Repeat("", Accounts)];
        private SiteState _root = new(Site);
        private DateTimeOffset _now = Start;
        private long _used;
        private int _requests;

        public void Pass(int seconds) => _now += TimeSpan.FromSeconds(seconds);

        public void Send(int account, int need, int dice)
        {
            if (_left[account] < need)
                Ask(account, need, dice);
            if (_left[account] >= need)
            {
                _left[account] -= need;
                _used += need;
                return;
            }
            Assert.True(silent || _used + need > Limit, "refused although it would fit");
        }

        public void Check()
        {
            Assert.True(_used <= Limit, $"{_used} were used");
            var counted = _root.Used(Policy.SiteQuotas[0], _now.ToUnixTimeMilliseconds());
            Assert.True(counted <= Limit && _used + _left.Sum() <= counted, $"{_used} used, {_left.Sum()} held, {counted} counted");
            foreach (var lot in _branches.SelectMany(branch => branch.Lots.Select(lot => (branch, lot))))
            {
                var share = Assert.Single(lot.lot.Shares);
                Assert.True(share is { Free: >= 0, Held: >= 0, Spent: >= 0 });
                Assert.Equal(share.Held, lot.branch.Held.Values.Where(held => held.Lot == lot.lot.Number).Sum(held => held.Amounts[0].Amount));
                // The site never takes less for used than the branch keeps.
                if (_root.Held.TryGetValue(new LotId(lot.branch.Branch, lot.lot.Number).Holder, out var held))
                    Assert.True(held.Amounts[0].Amount >= share.Kept);
            }
        }

        private void Ask(int account, int need, int dice)
        {
            var index = account % Branches;
            var request = Request(account, need, $"r{_requests++}", _leases[account], _left[account], _now);
            for (var round = 0; round < 4; round++)
            {
                var outcome = BranchDecider.Request(_branches[index], request, FrozenSet<long>.Empty);
                Apply(index, outcome.Events);
                (_leases[account], _left[account]) = ("", 0);
                if (outcome.Course == BranchCourse.Answer)
                {
                    (_leases[account], _left[account]) = (outcome.Granted!.LeaseId, outcome.Granted.Amounts.Sum(amount => amount.Amount));
                    return;
                }
                Assert.Equal(BranchCourse.Ask, outcome.Course);
                if (!Refill(index, need, dice))
                    return;
            }
            Assert.Fail("no lot was enough");
        }

        private bool Refill(int index, int need, int dice)
        {
            var state = _branches[index];
            var lot = new LotId(state.Branch, state.LastLot + 1);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(state.LastSeen, _now.ToUnixTimeMilliseconds()));
            var asked = new SiteCommands.RequestLease(Site, lot.Holder, $"b{_requests++}", at, [new SliceAmount(Key, need)], "", []);
            var outcome = SiteDecider.Request(_root, asked, Policy, spare: true, mayRecall: true);
            if (outcome.Granted is null)
            {
                foreach (var holder in outcome.Recall)
                    CallBack(holder, dice);
                outcome = SiteDecider.Request(_root, asked, Policy, spare: true, mayRecall: false);
            }
            _root = outcome.Events.Aggregate(_root, SiteEvolution.Apply);
            if (outcome.Granted!.Amounts.IsEmpty)
                return false;
            // The same question again has the same answer.
            Assert.Equal(outcome.Granted, SiteDecider.Request(_root, asked with { RequestId = "again" }, Policy, spare: true, mayRecall: true).Granted);
            Apply(
                index,
                BranchDecider.Take(
                    _branches[index],
                    lot,
                    Granted(lot, outcome.Granted.LeaseId, outcome.Granted.Amounts[0].Amount) with
                    {
                        Expires = DateTimeOffset.FromUnixTimeMilliseconds(outcome.Granted.Expires),
                    }
                )
            );
            return true;
        }

        private void CallBack(UserId holder, int dice)
        {
            Assert.True(LotId.TryParse(holder, out var lot));
            var index = lot.Branch.Number - 1;
            foreach (var user in BranchDecider.Holders(_branches[index], lot.Number))
            {
                var account = int.Parse(user.Local, System.Globalization.CultureInfo.InvariantCulture);
                if (silent && (dice + account) % 4 == 0)
                    continue;
                Apply(index, BranchDecider.Return(_branches[index], user, _leases[account], [new SliceAmount(Key, _left[account])]));
                (_leases[account], _left[account]) = ("", 0);
            }
            Apply(index, BranchDecider.Close(_branches[index], lot.Number));
            if (silent && dice % 7 == 0)
                return;
            Tell(index, lot.Number, silent && dice % 5 == 0);
        }

        private void Tell(int index, long number, bool isLost)
        {
            if (_branches[index].Find(number) is not { IsClosing: true } lot)
                return;
            var name = new LotId(_branches[index].Branch, number).Holder;
            var told = new SiteCommands.ReturnLot(Site, name, lot.LeaseId, lot.Kept, lot.IsOver);
            _root = SiteDecider.Return(_root, told).Aggregate(_root, SiteEvolution.Apply);
            Assert.Empty(SiteDecider.Return(_root, told));
            if (!isLost)
                _branches[index] = Fold(_branches[index], BranchDecider.Noted(_branches[index], number));
        }

        private void Apply(int index, ImmutableArray<BranchEvent> events)
        {
            _branches[index] = Fold(_branches[index], events);
            var old = BranchDecider.CloseOld(_branches[index]);
            _branches[index] = Fold(_branches[index], old);
            foreach (var lot in _branches[index].Lots.Where(lot => lot.IsClosing).ToArray())
                Tell(index, lot.Number, isLost: false);
        }
    }
}
