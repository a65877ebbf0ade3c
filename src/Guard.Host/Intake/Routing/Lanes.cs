using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;

namespace Guard.Host.Intake.Routing;

/// <summary>
/// What one source has for entities of one kind: at most one command in flight for each, so that redelivery after a loss cannot overtake what follows; what is
/// read meanwhile waits and goes as one command.
/// </summary>
/// <param name="command">Makes the command for an entity.</param>
/// <param name="position">Where an item was read: by it the answer is recognised.</param>
internal sealed class Lanes<TKey, TItem>(IActorRef region, Func<TKey, ImmutableArray<TItem>, object> command, Func<TItem, ulong> position)
    where TKey : notnull
{
    private const int MaxPerCommand = 512;
    private static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(10);

    /// <summary>So often one entity may stay silent while others answer.</summary>
    private const int MaxResends = 12;

    private readonly Dictionary<TKey, Lane> _lanes = [];
    private readonly GivenUpLanes<TKey> _givenUp = new();

    public void Add(TKey key, TItem item, long chunk)
    {
        if (!_lanes.TryGetValue(key, out var lane))
            _lanes.Add(key, lane = new Lane());
        lane.Waiting.Add((item, chunk));
    }

    public void SendNext(TKey key)
    {
        if (!_lanes.TryGetValue(key, out var lane) || lane.Command is not null)
            return;
        if (lane.Waiting.Count == 0)
        {
            _lanes.Remove(key);
            return;
        }
        var count = Math.Min(MaxPerCommand, lane.Waiting.Count);
        lane.InFlight.AddRange(lane.Waiting.GetRange(0, count));
        lane.Waiting.RemoveRange(0, count);
        lane.Sends = 0;
        lane.Command = command(key, [.. lane.InFlight.Select(one => one.Item)]);
        Send(lane);
    }

    /// <summary>The chunks of what is journaled now, one for each item; empty when the answer is to something else.</summary>
    public IReadOnlyList<long> Acknowledge(TKey key, ulong upTo)
    {
        if (!_lanes.TryGetValue(key, out var lane) || lane.Command is null || position(lane.InFlight[^1].Item) != upTo)
            return [];
        long[] chunks = [.. lane.InFlight.Select(one => one.Chunk)];
        lane.Command = null;
        lane.InFlight.Clear();
        SendNext(key);
        return chunks;
    }

    /// <summary>Whether nothing is told to an entity for a while, since it does not answer.</summary>
    public bool IsGivenUp(TKey key) => _givenUp.Contains(key);

    /// <summary>How many did not answer in time and were told again.</summary>
    /// <param name="others">Others of the source answer meanwhile: one that has been told often enough is given up.</param>
    /// <param name="gaveUp">Is told whom, and the chunks of what is not counted there.</param>
    public int ResendLate(bool others, Action<TKey, IReadOnlyList<long>> gaveUp)
    {
        var late = 0;
        foreach (var (key, lane) in _lanes.ToArray())
        {
            if (lane.Command is null || Stopwatch.GetElapsedTime(lane.SentAt) < ResendAfter)
                continue;
            if (lane.Sends >= MaxResends && others)
            {
                _lanes.Remove(key);
                _givenUp.Add(key);
                gaveUp(key, [.. lane.InFlight.Concat(lane.Waiting).Select(one => one.Chunk)]);
                continue;
            }
            late++;
            Send(lane);
        }
        return late;
    }

    private void Send(Lane lane)
    {
        lane.SentAt = Stopwatch.GetTimestamp();
        lane.Sends++;
        region.Tell(lane.Command);
    }

    private sealed class Lane
    {
        public object? Command { get; set; }

        public long SentAt { get; set; }

        public int Sends { get; set; }

        public List<(TItem Item, long Chunk)> InFlight { get; } = [];

        public List<(TItem Item, long Chunk)> Waiting { get; } = [];
    }
}
