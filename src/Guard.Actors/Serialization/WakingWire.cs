using Guard.Messages.Identity;
using Guard.Messages.Waking;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>Wakers and what they are told.</summary>
internal static class WakingWire
{
    public static WakeEntryRecord Write(WakeEntry entry) =>
        new()
        {
            User = entry.Key.User.Value,
            Site = entry.Key.Site.Value,
            Number = entry.Number,
            Due = entry.Due == default ? 0 : entry.Due.ToUnixTimeMilliseconds(),
        };

    public static WakeEntry Read(WakeEntryRecord record) => new(new WakeKey(new UserId(record.User), new SiteId(record.Site)), record.Number, Time(record.Due));

    public static WakerRecord Write(WakerChanged change)
    {
        var record = new WakerRecord();
        record.Noted.Add(change.Noted.Select(Write));
        record.Dropped.Add(change.Dropped.Select(key => Write(new WakeEntry(key, 0, default))));
        return record;
    }

    public static WakerChanged ReadChanged(WakerRecord record) => new([.. record.Noted.Select(Read)], [.. record.Dropped.Select(dropped => Read(dropped).Key)]);

    public static WakerRecord Write(WakerSnapshot snapshot)
    {
        var record = new WakerRecord();
        record.Noted.Add(snapshot.Entries.Select(Write));
        return record;
    }

    public static WakerSnapshot ReadSnapshot(WakerRecord record) => new([.. record.Noted.Select(Read)]);

    public static WakerRecord Write(WakerCommands.Note note)
    {
        var record = new WakerRecord { Waker = note.Waker };
        record.Noted.Add(Write(note.Entry));
        return record;
    }

    public static WakerCommands.Note ReadNote(WakerRecord record) => new(record.Waker, Read(record.Noted[0]));

    public static WakerRecord Write(WakerCommands.Drop drop)
    {
        var record = new WakerRecord { Waker = drop.Waker };
        record.Dropped.Add(Write(new WakeEntry(drop.Key, drop.Number, default)));
        return record;
    }

    public static WakerCommands.Drop ReadDrop(WakerRecord record) => new(record.Waker, Read(record.Dropped[0]).Key, record.Dropped[0].Number);
}
