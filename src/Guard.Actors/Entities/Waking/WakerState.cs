using System.Collections.Immutable;
using Guard.Messages.Waking;

namespace Guard.Actors.Entities.Waking;

/// <summary>The entities that a waker must not forget, folded from events. Pure.</summary>
public sealed record WakerState(ImmutableDictionary<WakeKey, WakeEntry> Entries)
{
    public static WakerState Empty { get; } = new(ImmutableDictionary<WakeKey, WakeEntry>.Empty);

    /// <summary>Whether a note says something new.</summary>
    public bool IsNews(WakeEntry entry) =>
        !Entries.TryGetValue(entry.Key, out var known) || known.Number < entry.Number || (known.Number == entry.Number && known.Due != entry.Due);

    /// <summary>Whether a drop is newer than what is known.</summary>
    public bool Drops(WakeKey key, long number) => Entries.TryGetValue(key, out var known) && known.Number <= number;

    public IEnumerable<WakeKey> Due(DateTimeOffset now) =>
        Entries.Values.Where(entry => entry.Due <= now).OrderBy(entry => entry.Due).Select(entry => entry.Key);

    public WakerState Apply(WakerChanged change) =>
        new(Entries.RemoveRange(change.Dropped).SetItems(change.Noted.Select(entry => KeyValuePair.Create(entry.Key, entry))));

    public WakerSnapshot ToSnapshot() => new([.. Entries.Values]);

    public static WakerState Of(WakerSnapshot snapshot) => new(snapshot.Entries.ToImmutableDictionary(entry => entry.Key));
}
