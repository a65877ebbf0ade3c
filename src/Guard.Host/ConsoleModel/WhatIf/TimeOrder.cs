using Guard.Actors.Users;
using Guard.Host.Archive;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Users;

namespace Guard.Host.ConsoleModel.WhatIf;

/// <summary>One observation, or a state from which an account goes on.</summary>
/// <param name="Begins">The account was new with this observation's write.</param>
internal readonly record struct TimedItem(Observation? Observation, UserState? State, bool Begins);

/// <summary>
/// Brings items into the order in which they happened. Each account wrote its own in order on each node, many at once when a log was caught up with; a site's
/// shared quota depends on the order among accounts.
/// </summary>
internal static class TimeOrder
{
    /// <summary>So many wait for those that come later and happened earlier; about a hundred megabytes.</summary>
    private const int MaxWaiting = 500_000;

    public static IEnumerable<TimedItem> Of(IEnumerable<(int Node, ArchivedItem Item)> items)
    {
        var waiting = new PriorityQueue<TimedItem, (long At, long Number)>();
        var latest = new Dictionary<(int Node, UserId User), long>();
        var number = 0L;
        foreach (var (node, item) in items)
        {
            foreach (var (timed, at) in Timed(item))
            {
                // An account's own order stays, whatever its times say.
                var due = Math.Max(at, latest.GetValueOrDefault((node, item.User)));
                latest[(node, item.User)] = due;
                waiting.Enqueue(timed, (due, number++));
            }
            while (waiting.Count > MaxWaiting)
                yield return waiting.Dequeue();
        }
        while (waiting.TryDequeue(out var rest, out _))
            yield return rest;
    }

    private static IEnumerable<(TimedItem Item, long At)> Timed(ArchivedItem item)
    {
        if (item.State is { } state)
        {
            // As of its last write: on another node the account may have lived before.
            yield return (new TimedItem(null, state, false), state.LastSeen);
            yield break;
        }
        foreach (var change in item.Batch!.Events)
        {
            if (change is ObservationJudged judged && !judged.Judgement.HasFlag(Judgement.Repeated))
                yield return (new TimedItem(judged.Observation, null, item.Kind == ArchivedKind.FirstWrite), judged.At.ToUnixTimeMilliseconds());
        }
    }
}
