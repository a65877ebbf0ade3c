namespace Guard.Bench.Scale;

/// <summary>What the loss of a region came to.</summary>
/// <param name="Asked">Questions of mail servers for accounts that lost their node, from the failure until the end.</param>
/// <param name="FailedOpen">Those answered without the guard, for want of an answer in time.</param>
/// <param name="LongestQueue">Accounts that waited to be woken at once.</param>
/// <param name="CalmAfter">Seconds until nobody waited longer than a mail server's patience any more.</param>
public sealed record RegionOutcome(long Asked, long Answered, long FailedOpen, long LongestQueue, double CalmAfter, long WokenAgain, bool Conserved);

/// <summary>
/// A region's nodes are gone at once. Until the others count them as down, questions for their accounts are answered without the guard. Then their shards come
/// up on the remaining nodes, and each of their accounts must be read back when it is next asked for.
/// </summary>
public sealed class RegionFailure(ScaleAssumptions assumed, int lost, double patience, double seconds, ulong seed)
{
    private const double Step = 0.1;

    private readonly SeededDice _dice = new(seed);

    public RegionOutcome Run()
    {
        var share = (double)lost / assumed.Nodes;
        var accounts = (long)(assumed.Accounts * share);
        var inline = assumed.ObservationsPerSecond * share * assumed.InlineShare;
        // Accounts differ in how often they are heard of: most of those that were awake are heard of again soon. Ten classes, each twice as busy as the next,
        // as many accounts in each.
        var classes = Enumerable.Range(0, 10).Select(index => Math.Pow(2, -index)).ToArray();
        var mean = classes.Average();
        var sleeping = classes.Select(_ => accounts / classes.Length).ToArray();
        var rates = classes.Select(weight => assumed.ObservationsPerSecond / assumed.Accounts * weight / mean).ToArray();
        var capacity = assumed.RecoveriesPerNode * (assumed.Nodes - lost) * Step;
        var queue = new Queue<(double Since, long Count)>();
        long waiting = 0;
        long asked = 0;
        long answered = 0;
        long failed = 0;
        long longest = 0;
        long woken = 0;
        double calm = 0;
        for (var now = 0.0; now < seconds; now += Step)
        {
            var questions = _dice.Arrivals(inline * Step);
            asked += questions;
            if (now < assumed.DownAfter + assumed.AllotShards)
            {
                failed += questions;
                calm = now;
                continue;
            }
            long first = 0;
            for (var index = 0; index < classes.Length; index++)
            {
                var wake = Math.Min(sleeping[index], _dice.Arrivals(sleeping[index] * rates[index] * Step));
                sleeping[index] -= wake;
                first += wake;
            }
            if (first > 0)
                queue.Enqueue((now, first));
            waiting += first;
            var served = Math.Min(waiting, _dice.Arrivals(capacity));
            waiting -= served;
            woken += served;
            while (served > 0)
            {
                var (since, count) = queue.Peek();
                var part = Math.Min(served, count);
                served -= part;
                if (part == count)
                    queue.Dequeue();
                else
                {
                    // Only the front of the queue is shortened.
                    var rest = queue.ToArray();
                    queue.Clear();
                    queue.Enqueue((since, count - part));
                    foreach (var later in rest.Skip(1))
                        queue.Enqueue(later);
                }
            }
            longest = Math.Max(longest, waiting);
            // A question for an account that waits behind more than its server's patience is answered without the guard; of all that come now, the share that
            // goes to such accounts.
            var late = queue.Count > 0 && now - queue.Peek().Since > patience;
            var strange =
                first == 0
                    ? 0
                    : Math.Min(questions, (long)Math.Round(questions * (double)first / Math.Max(first, assumed.ObservationsPerSecond * share * Step)));
            var open = late ? strange : 0;
            failed += open;
            answered += questions - open;
            if (late)
                calm = now;
        }
        var conserved =
            asked == answered + failed
            && woken + waiting + sleeping.Sum() == accounts / classes.Length * classes.Length
            && queue.Sum(entry => entry.Count) == waiting;
        return new RegionOutcome(asked, answered, failed, longest, calm, woken, conserved);
    }
}
