using Guard.Host.Configuration;
using Guard.Messages.Places;

namespace Guard.Host.Geo;

/// <summary>
/// The admin's lists of networks with a bad name. A file that is missing or broken is left out and told; a changed one is taken over while running, and a broken
/// new one leaves the old in place. Nothing is asked of strangers. Thread-safe.
/// </summary>
public sealed class ReputationLists(IReadOnlyList<ReputationSettings> settings)
{
    private const long MaxBytes = 256L << 20;

    private sealed record Loaded(ReputationSettings Settings, ReputationList? List, (DateTime Written, long Length) Stamp, string? Problem);

    private volatile Loaded[] _loaded = [.. settings.Select(one => new Loaded(one, null, default, null))];

    public static ReputationLists None { get; } = new([]);

    public IReadOnlyList<GeoFileStatus> Status =>
        [
            .. _loaded.Select(one => new GeoFileStatus(
                one.Settings.File,
                $"list {one.Settings.Name}, {one.List?.Count ?? 0} networks",
                one.List is null ? null : one.Stamp.Written,
                one.Problem
            )),
        ];

    public Place Mark(Place place)
    {
        foreach (var one in _loaded)
        {
            if (one.List?.Contains(place.Address) == true)
                place = place with
                {
                    Listed = place.Listed.Length == 0 ? one.Settings.Name : $"{place.Listed}, {one.Settings.Name}",
                    ListedBits = place.ListedBits + (float)one.Settings.Bits,
                };
        }
        return place;
    }

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
                throw new FileNotFoundException("there is no such file");
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
