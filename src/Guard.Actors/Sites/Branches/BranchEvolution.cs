using System.Collections.Immutable;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Actors.Sites.Branches;

/// <summary>Folds events into a branch's state. Total and pure; throws on an event it does not know.</summary>
public static class BranchEvolution
{
    public static BranchState Apply(BranchState state, BranchEvent change)
    {
        if (change is BranchTimeSetBack back)
            return SetBack(state, back.At.ToUnixTimeMilliseconds());
        var next = change switch
        {
            LotTaken taken => Take(state, taken),
            LotReturned returned => With(state, returned.Lot, Return),
            LotClosed closed => state with { Lots = state.Lots.RemoveAll(lot => lot.Number == closed.Lot) },
            BranchSliceGranted granted => Grant(state, granted),
            BranchSliceReturned returned => Return(state, returned),
            _ => throw new InvalidOperationException($"unknown event of a branch {change.GetType().Name}"),
        };
        return next with { LastSeen = Math.Max(state.LastSeen, change.At.ToUnixTimeMilliseconds()) };
    }

    private static BranchState Take(BranchState state, LotTaken taken) =>
        state with
        {
            LastLot = Math.Max(state.LastLot, taken.Lot),
            Lots = taken.Amounts.IsEmpty
                ? state.Lots
                : state.Lots.Add(
                    new Lot(
                        taken.Lot,
                        taken.LeaseId,
                        taken.Expires.ToUnixTimeMilliseconds(),
                        false,
                        [.. taken.Amounts.Select(amount => new LotShare(amount.Quota, amount.Amount, 0, 0))]
                    )
                ),
        };

    private static Lot Return(Lot lot) => lot with { IsClosing = true, Shares = [.. lot.Shares.Select(share => share with { Free = 0 })] };

    private static BranchState Grant(BranchState state, BranchSliceGranted granted)
    {
        var lot = state.Find(granted.Lot) ?? throw new InvalidOperationException($"{state.Branch} granted from lot {granted.Lot}, which it does not have");
        var at = granted.At.ToUnixTimeMilliseconds();
        var next = state;
        if (SiteEvolution.IsPruning(state.Held.Count, state.Leases))
        {
            // A holder that never came back keeps its slice as used, but need not be remembered for ever.
            foreach (var (user, held) in state.Held.Where(holder => at - holder.Value.Expires > SiteEvolution.HeldFor))
                next = Settle(next, user, held, []);
        }
        // Whoever asks anew without its slice has lost it.
        if (next.Held.TryGetValue(granted.User, out var lost))
            next = Settle(next, granted.User, lost, []);
        next = With(
            next,
            lot.Number,
            one => Move(one, granted.Amounts, (share, amount) => share with { Free = share.Free - amount, Held = share.Held + amount })
        );
        return next with { Held = next.Held.SetItem(granted.User, BranchSlice.Of(state, lot, granted)), Leases = state.Leases + 1 };
    }

    private static BranchState Return(BranchState state, BranchSliceReturned returned) =>
        state.Held.TryGetValue(returned.User, out var held) && held.LeaseId == returned.LeaseId ? Settle(state, returned.User, held, returned.Left) : state;

    /// <summary>Never more than was granted comes back, whatever the message says.</summary>
    private static BranchState Settle(BranchState state, UserId user, BranchSlice held, ImmutableArray<SliceAmount> left)
    {
        var next = With(
            state,
            held.Lot,
            lot =>
                Move(
                    lot,
                    held.Amounts,
                    (share, amount) =>
                    {
                        var back = Math.Clamp(left.FirstOrDefault(one => one.Quota == share.Quota).Amount, 0, amount);
                        return share with { Free = lot.IsClosing ? 0 : share.Free + back, Held = share.Held - amount, Spent = share.Spent + amount - back };
                    }
                )
        );
        return next with { Held = next.Held.Remove(user) };
    }

    private static Lot Move(Lot lot, ImmutableArray<SliceAmount> amounts, Func<LotShare, long, LotShare> move)
    {
        var shares = lot.Shares;
        foreach (var amount in amounts)
        {
            for (var i = 0; i < shares.Length; i++)
            {
                if (shares[i].Quota == amount.Quota)
                    shares = shares.SetItem(i, move(shares[i], amount.Amount));
            }
        }
        return lot with { Shares = shares };
    }

    private static BranchState With(BranchState state, long number, Func<Lot, Lot> change)
    {
        for (var i = 0; i < state.Lots.Length; i++)
        {
            if (state.Lots[i].Number == number)
                return state with { Lots = state.Lots.SetItem(i, change(state.Lots[i])) };
        }
        return state;
    }

    /// <summary>What was taken ahead of the time is over at once, so that it goes back to the site.</summary>
    private static BranchState SetBack(BranchState state, long at)
    {
        var latest = at + (long)SiteDecider.SliceLifetime.TotalMilliseconds;
        return state with
        {
            LastSeen = Math.Min(state.LastSeen, at),
            Lots = [.. state.Lots.Select(lot => lot.Expires > latest ? lot with { Expires = at } : lot)],
        };
    }
}
