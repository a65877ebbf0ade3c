using Guard.Host.Configuration;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>
/// The admin's lists of networks with a bad name. A file that is missing or broken is left out and told; a changed one is taken over while running, and a broken
/// new one leaves the old in place. Copies of feeds are such files; who keeps them new is <see cref="FeedUpdates"/>. Thread-safe.
/// </summary>
public sealed class ReputationLists(IEnumerable<ReputationSettings> settings)
{
    private const long MaxBytes = 256L << 20;

    private sealed record Loaded(ReputationSettings Settings, ReputationList? List, (DateTime Written, long Length) Stamp, string? Problem)
    {
        public GeoFileStatus Status => new(Settings.Source, $"list {Settings.Name}, {List?.Count ?? 0} networks", List is null ? null : Stamp.Written, Problem);

        public GeoFileStatus FeedStatus =>
            FeedMemory.Read(Settings) is not { } memory ? Status
            : List is null ? Status with { Problem = memory.Trouble.Length > 0 ? memory.Trouble : Problem }
            : Status with { Built = memory.Asked, Trouble = memory.Trouble };
    }

    private volatile Loaded[] _loaded = [.. settings.Where(one => !one.IsZone).Select(one => new Loaded(one, null, default, null))];

    public static ReputationLists None { get; } = new([]);

    public IReadOnlyList<GeoFileStatus> Status => [.. _loaded.Select(one => one.Settings.IsFeed ? one.FeedStatus : one.Status)];

    public Place Mark(Place place)
    {
        foreach (var one in _loaded)
        {
            if (one.List?.Contains(place.Address) == true)
                place = Add(place, one.Settings.Name, one.Settings.Bits);
        }
        return place;
    }

    /// <summary>What one list weighs; 0 for another's name.</summary>
    public double BitsOf(string list) => _loaded.FirstOrDefault(one => one.Settings.Name == list)?.Settings.Bits ?? 0;

    internal static Place Add(Place place, string list, double bits) =>
        place with
        {
            Listed = place.Listed.Length == 0 ? list : $"{place.Listed}, {list}",
            ListedBits = place.ListedBits + (float)bits,
        };

    /// <summary>Loads what changed since last time; true when something did.</summary>
    public bool Reload()
    {
        var old = _loaded;
        Loaded[] now = [.. old.Select(Look)];
        if (now.SequenceEqual(old))
            return false;
        _loaded = now;
        return true;
    }

    private static Loaded Look(Loaded held)
    {
        try
        {
            var info = new FileInfo(held.Settings.File);
            if (!info.Exists)
                throw new FileNotFoundException(held.Settings.IsFeed ? "it was not fetched yet" : "there is no such file");
            var stamp = (info.LastWriteTimeUtc, info.Length);
            if (stamp == held.Stamp)
                return held;
            if (info.Length > MaxBytes)
                throw new InvalidDataException($"it is larger than {MaxBytes >> 20} MiB");
            // A broken file is not read again until it changes.
            held = held with
            {
                Stamp = stamp,
            };
            return held with { List = ReputationList.Parse(File.ReadLines(held.Settings.File)), Problem = null };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return held with { Problem = failure.Message };
        }
    }
}
