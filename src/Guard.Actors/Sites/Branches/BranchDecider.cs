using System.Collections.Immutable;
using Guard.Actors.Policies;
using Guard.Actors.Users;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites.Branches;

/// <summary>How a branch goes on with an account's request.</summary>
public enum BranchCourse
{
    /// <summary>It is answered.</summary>
    Answer,

    /// <summary>The site decides it itself.</summary>
    PassOn,

    /// <summary>No lot has enough: the site is asked for another.</summary>
    Ask,
}

/// <summary>What a request comes to.</summary>
/// <param name="Events">To be journaled before anything else is done.</param>
/// <param name="Granted">The answer's slice, empty when nothing was asked for.</param>
public readonly record struct BranchOutcome(ImmutableArray<BranchEvent> Events, BranchCourse Course, HeldSlice? Granted);

/// <summary>
/// Decides for a branch: an escrow of what the site granted it. Pure. A slice is drawn from one lot and ends with it, so that what the site charged to a time is
/// used within the time that the site allows for. Only the site refuses.
/// </summary>
public static class BranchDecider
{
    /// <summary>For the last minutes of a lot nothing is granted from it: its slices shall last a while.</summary>
    private static readonly long Margin = (long)TimeSpan.FromMinutes(2).TotalMilliseconds;

    /// <summary>A branch that was told of a time far ahead comes back by itself, as a site does.</summary>
    /// <param name="latest">The present.</param>
    public static BranchTimeSetBack? CheckTime(BranchState state, DateTimeOffset latest) =>
        UserTime.IsAhead(state.LastSeen, latest) ? new BranchTimeSetBack(state.Branch.Site, state.Branch.Number, latest) : null;

    /// <param name="called">Lots that the site has called back: nothing is granted from them.</param>
    public static BranchOutcome Request(BranchState state, SiteCommands.RequestLease request, ICollection<long> called)
    {
        var needs = request.Counted;
        if (needs.IsEmpty && request.ReturnsLeaseId.Length == 0)
            return new BranchOutcome([], MustPassOn(request) ? BranchCourse.PassOn : BranchCourse.Answer, Nothing(request));
        if (state.Held.TryGetValue(request.User, out var held) && held.RequestId == request.RequestId)
            return new BranchOutcome([], BranchCourse.Answer, Slice(held));
        var events = Return(state, request.User, request.ReturnsLeaseId, request.Returns);
        foreach (var change in events)
            state = BranchEvolution.Apply(state, change);
        if (MustPassOn(request))
            return new BranchOutcome(events, BranchCourse.PassOn, null);
        if (needs.IsEmpty)
            return new BranchOutcome(events, BranchCourse.Answer, Nothing(request));
        var at = Math.Max(state.LastSeen, request.At.ToUnixTimeMilliseconds());
        var lot = state.Lots.FirstOrDefault(lot => IsFresh(lot, at) && !called.Contains(lot.Number) && needs.All(need => lot.Free(need.Quota) >= need.Amount));
        if (lot is null)
            return new BranchOutcome(events, state.Lots.Length < BranchState.MaxLots ? BranchCourse.Ask : BranchCourse.PassOn, null);
        var granted = new BranchSliceGranted(
            state.Branch.Site,
            state.Branch.Number,
            DateTimeOffset.FromUnixTimeMilliseconds(at),
            request.User,
            request.RequestId,
            lot.Number,
            [.. needs.Select(need => need with { Amount = need.Amount + Spare(lot, need) })]
        );
        return new BranchOutcome(events.Add(granted), BranchCourse.Answer, Slice(BranchSlice.Of(state, lot, granted)));
    }

    /// <summary>A holder gave back.</summary>
    public static ImmutableArray<BranchEvent> Return(BranchState state, UserId user, string leaseId, ImmutableArray<SliceAmount> left) =>
        leaseId.Length > 0 && state.Held.TryGetValue(user, out var held) && held.LeaseId == leaseId
            ? [new BranchSliceReturned(state.Branch.Site, state.Branch.Number, Time(state), user, leaseId, left)]
            : [];

    /// <summary>The site's answer has a lot. One that was taken before, or is not to be taken any more, is told twice.</summary>
    public static ImmutableArray<BranchEvent> Take(BranchState state, LotId lot, LeaseGranted granted) =>
        lot.Number <= state.LastLot || granted.Granted.IsEmpty
            ? []
            :
            [
                new LotTaken(
                    state.Branch.Site,
                    state.Branch.Number,
                    Time(state),
                    lot.Number,
                    granted.LeaseId,
                    granted.Expires,
                    [.. granted.Granted.Where(amount => amount.Member == 0)]
                ),
            ];

    /// <summary>The site calls back a lot that has not come yet: should it come, it is not taken.</summary>
    public static ImmutableArray<BranchEvent> Decline(BranchState state, LotId lot) =>
        lot.Number <= state.LastLot ? [] : [new LotTaken(state.Branch.Site, state.Branch.Number, Time(state), lot.Number, "", DateTimeOffset.UnixEpoch, [])];

    /// <summary>Nothing more is granted from a lot.</summary>
    public static ImmutableArray<BranchEvent> Close(BranchState state, long number) =>
        state.Find(number) is { IsClosing: false } ? [new LotReturned(state.Branch.Site, state.Branch.Number, Time(state), number)] : [];

    /// <summary>The lots whose time is over go back to the site.</summary>
    public static ImmutableArray<BranchEvent> CloseOld(BranchState state) =>
        [
            .. state
                .Lots.Where(lot => !lot.IsClosing && !IsFresh(lot, state.LastSeen))
                .Select(lot => new LotReturned(state.Branch.Site, state.Branch.Number, Time(state), lot.Number)),
        ];

    /// <summary>The site has journaled what came back of a lot.</summary>
    public static ImmutableArray<BranchEvent> Noted(BranchState state, long number) =>
        state.Find(number) is { IsOver: true } ? [new LotClosed(state.Branch.Site, state.Branch.Number, Time(state), number)] : [];

    /// <summary>Who holds slices of a lot.</summary>
    public static ImmutableArray<UserId> Holders(BranchState state, long number) =>
        [.. state.Held.Where(holder => holder.Value.Lot == number).Select(holder => holder.Key)];

    /// <summary>What the site has refused is refused to whoever needs no less.</summary>
    public static bool IsRefused(SiteCommands.RequestLease request, ImmutableArray<SliceAmount> refused) =>
        refused.All(asked => request.Counted.Any(need => need.Quota == asked.Quota && need.Amount >= asked.Amount));

    /// <summary>The answer to whoever gets nothing, and to whoever asked for nothing.</summary>
    public static HeldSlice Nothing(SiteCommands.RequestLease request) => new("", request.RequestId, 0, 0, []);

    /// <summary>Different things and what was announced are counted where all of them are known.</summary>
    private static bool MustPassOn(SiteCommands.RequestLease request) => request.Needs.Any(need => need.Member != 0 || PlannedKey.TryParse(need.Quota, out _));

    private static bool IsFresh(Lot lot, long at) => !lot.IsClosing && at < lot.Expires - Margin;

    /// <summary>More than needed, so that busy accounts need not ask for each mail, as long as there is plenty.</summary>
    private static long Spare(Lot lot, SliceAmount need)
    {
        var share = lot.Shares.FirstOrDefault(share => share.Quota == need.Quota);
        var rest = share.Free - need.Amount;
        return rest > share.Kept / 4 ? Math.Min(rest / 8, share.Kept / 32) : 0;
    }

    private static HeldSlice Slice(BranchSlice held) => new(held.LeaseId, held.RequestId, 0, held.Expires, held.Amounts);

    private static DateTimeOffset Time(BranchState state) => DateTimeOffset.FromUnixTimeMilliseconds(state.LastSeen);
}
