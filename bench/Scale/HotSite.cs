namespace Guard.Bench.Scale;

/// <summary>What a simulated site came to.</summary>
/// <param name="RootPerSecond">Messages at the site's root in its busiest second.</param>
/// <param name="BranchPerSecond">At its busiest branch; without branches the root's.</param>
/// <param name="MaxHolders">Leases out at once at the entity that has most: each is part of its state.</param>
/// <param name="RecallMessages">Asked back and answered, when the quota ran short.</param>
/// <param name="StrandedAtFirstRefusal">What of the quota was still out or free elsewhere when the first mail was refused.</param>
public sealed record HotSiteOutcome(
    long Mails,
    long Sent,
    long Refused,
    long RootMessages,
    double RootPerSecond,
    double BranchPerSecond,
    int MaxHolders,
    long RecallMessages,
    long StrandedAtFirstRefusal,
    bool Conserved
);

/// <summary>
/// One site with millions of accounts under one shared quota. Without branches each account asks the site itself, by today's rule of slices. With branches an
/// account asks the branch its name falls on, and branches ask the root for shares; a branch that runs short has the root ask the others back.
/// </summary>
public sealed class HotSite(int accounts, double mailsPerSecond, int seconds, long quota, int branches, ulong seed)
{
    private const double LeaseSeconds = 120;

    private readonly SeededDice _dice = new(seed);
    private readonly Escrow _root = new(quota);
    private readonly Escrow[] _branches = [.. Enumerable.Range(0, branches).Select(_ => new Escrow(0))];
    private readonly Dictionary<int, (long Left, long Used, double Until)> _leases = [];
    private readonly PriorityQueue<int, double> _ends = new();
    private long _rootMessages;
    private long _rootNow;
    private readonly long[] _branchNow = new long[Math.Max(1, branches)];
    private long _recalls;
    private long _stranded = -1;
    private int _mostHolders;
    private int _second;
    private int _noRecallBefore;

    public HotSiteOutcome Run()
    {
        long mails = 0;
        long sent = 0;
        double rootPeak = 0;
        double branchPeak = 0;
        for (var second = 0; second < seconds; second++)
        {
            _second = second;
            _rootNow = 0;
            Array.Clear(_branchNow);
            while (_ends.TryPeek(out var account, out var until) && until <= second)
            {
                _ends.Dequeue();
                // An entry of a lease that was since prolonged is out of date.
                if (_leases.TryGetValue(account, out var lease) && lease.Until <= second)
                    GiveBack(account, lease);
            }
            for (var arrivals = _dice.Arrivals(mailsPerSecond); arrivals > 0; arrivals--)
            {
                mails++;
                sent += Send(_dice.Below(accounts), second) ? 1 : 0;
            }
            rootPeak = Math.Max(rootPeak, _rootNow);
            branchPeak = Math.Max(branchPeak, branches == 0 ? _rootNow : _branchNow.Max());
            _mostHolders = Math.Max(_mostHolders, branches == 0 ? _root.Holders : _branches.Max(branch => branch.Holders));
        }
        foreach (var (account, lease) in _leases.ToArray())
            GiveBack(account, lease);
        var conserved =
            _root.Conserved
            && _branches.All(branch => branch.Conserved)
            && (branches == 0 ? _root.Used == sent : _branches.Sum(branch => branch.Used) == sent && _root.Out == _branches.Sum(branch => branch.Limit))
            && sent <= quota;
        return new HotSiteOutcome(mails, sent, mails - sent, _rootMessages, rootPeak, branchPeak, _mostHolders, _recalls, Math.Max(0, _stranded), conserved);
    }

    private bool Send(int account, double now)
    {
        if (!_leases.TryGetValue(account, out var lease) || lease.Left == 0)
        {
            if (_leases.ContainsKey(account))
                GiveBack(account, lease);
            var slice = Lease(account);
            if (slice == 0)
            {
                if (_stranded < 0)
                    _stranded = quota - Used;
                return false;
            }
            lease = (slice, 0, now + LeaseSeconds);
            _ends.Enqueue(account, lease.Until);
        }
        _leases[account] = (lease.Left - 1, lease.Used + 1, lease.Until);
        return true;
    }

    private long Used => (branches == 0 ? _root.Used : _branches.Sum(branch => branch.Used)) + _leases.Values.Sum(lease => lease.Used);

    private int BranchOf(int account) => (int)(SeededDice.Mix((ulong)account) % (ulong)branches);

    private Escrow At(int account, out int index)
    {
        index = branches == 0 ? 0 : BranchOf(account);
        return branches == 0 ? _root : _branches[index];
    }

    private void Count(int branch, long messages)
    {
        if (branches == 0)
            AtRoot(messages);
        else
            _branchNow[branch] += messages;
    }

    private void AtRoot(long messages)
    {
        _rootMessages += messages;
        _rootNow += messages;
    }

    private long Lease(int account)
    {
        var escrow = At(account, out var branch);
        Count(branch, 1);
        if (escrow.Free < 1 && branches > 0)
            Refill(branch);
        if (escrow.Free < 1)
            Recall(branch);
        if (escrow.Free < 1)
            return 0;
        // Today's rule: what is asked for and up to a 32nd more, as long as there is plenty.
        var rest = escrow.Free - 1;
        var slice = 1 + (rest > escrow.Limit / 4 ? Math.Min(rest / 8, escrow.Limit / 32) : 0);
        return escrow.Grant(account, slice) ? slice : 0;
    }

    private void Refill(int branch)
    {
        AtRoot(1);
        var share = Math.Max(1, Math.Min(_root.Free, quota / branches / 8));
        if (_root.Grant(branch, share))
            _branches[branch].Raise(share);
    }

    /// <summary>Everybody who holds some of it is asked back; a branch first asks its accounts, then the root asks the other branches.</summary>
    private void Recall(int branch)
    {
        // What was just asked for in vain is not asked for again at once: a spent quota would otherwise cost a round for each mail.
        if (branches > 0 && _second < _noRecallBefore)
            return;
        foreach (var holder in At(branch).HolderNames.Where(holder => _leases.TryGetValue(holder, out var lease) && lease.Left > 0).ToArray())
        {
            _recalls += 2;
            Count(branch, 2);
            GiveBack(holder, _leases[holder]);
        }
        if (branches == 0 || _branches[branch].Free > 0)
            return;
        for (var other = 0; other < branches; other++)
        {
            if (other == branch)
                continue;
            _recalls += 2;
            AtRoot(2);
            var back = _branches[other].Lower(Math.Max(1, _branches[other].Free / 2));
            if (back > 0)
                _root.Settle(other, 0, back);
        }
        Refill(branch);
        if (_branches[branch].Free == 0)
            _noRecallBefore = _second + 1;
        Escrow At(int index) => branches == 0 ? _root : _branches[index];
    }

    private void GiveBack(int account, (long Left, long Used, double Until) lease)
    {
        At(account, out var branch).Settle(account, lease.Used, lease.Left);
        Count(branch, 1);
        _leases.Remove(account);
    }
}
