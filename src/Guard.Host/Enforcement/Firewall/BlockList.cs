using System.Globalization;
using Guard.Actors.Enforcement.Blocking;
using Guard.Actors.Policies.Geography;

namespace Guard.Host.Enforcement.Firewall;

/// <summary>A block as backends write it: a network they can take, once, with the seconds it has left.</summary>
public readonly record struct TimedBlock(NetworkPrefix Network, long Seconds, string Reason)
{
    /// <summary>How many accounts are at home behind a limited address.</summary>
    public int AtHome { get; init; }

    public string SecondsText => Seconds.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What Apply was asked for, made canonical: each network once, what has ended is removed instead of added.</summary>
public sealed record BlockList(IReadOnlyList<TimedBlock> Add, IReadOnlyList<NetworkPrefix> Remove)
{
    public bool IsEmpty => Add.Count == 0 && Remove.Count == 0;

    public static BlockList From(IReadOnlyCollection<WantedBlock> add, IReadOnlyCollection<NetworkPrefix> remove, DateTimeOffset now, TimeSpan longest)
    {
        var latest = Latest(add);
        var timed = new List<TimedBlock>(latest.Count);
        var gone = new HashSet<NetworkPrefix>(remove.Select(BlockScope.Of));
        foreach (var wanted in latest.Values)
        {
            var left = wanted.Until - now;
            if (left <= TimeSpan.Zero)
            {
                gone.Add(wanted.Network);
                continue;
            }
            gone.Remove(wanted.Network);
            timed.Add(
                new TimedBlock(wanted.Network, Math.Max(1, (long)Math.Ceiling((left < longest ? left : longest).TotalSeconds)), wanted.Reason)
                {
                    AtHome = wanted.AtHome,
                }
            );
        }
        return new BlockList(timed, [.. gone]);
    }

    internal static Dictionary<NetworkPrefix, WantedBlock> Latest(IReadOnlyCollection<WantedBlock> blocks)
    {
        var latest = new Dictionary<NetworkPrefix, WantedBlock>(blocks.Count);
        foreach (var block in blocks)
        {
            var network = BlockScope.Of(block.Network);
            if (!latest.TryGetValue(network, out var known) || known.Until < block.Until)
                latest[network] = block with { Network = network };
        }
        return latest;
    }
}
