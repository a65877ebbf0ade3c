using Guard.Actors.Policies;
using Guard.Messages.Users;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>Planned exceptions, in events, snapshots and leases.</summary>
internal static class PlannedWire
{
    public static PlannedRecord Write(PlannedException planned) =>
        new()
        {
            Id = planned.Id,
            From = Time(planned.From),
            Until = Time(planned.Until),
            Places = planned.Places,
            Recipients = planned.Recipients,
            Note = planned.Note,
            Used = planned.Used,
            By = BasicWire.Write(planned.By),
        };

    public static PlannedException Read(PlannedRecord record) =>
        new(record.Id, Time(record.From), Time(record.Until), record.Places, record.Recipients, record.Note)
        {
            Used = record.Used,
            By = BasicWire.Read(record.By),
        };

    public static PlannedListRecord Write(PlannedList list)
    {
        var record = new PlannedListRecord { Last = list.Last };
        record.Items.Add(list.Items.Select(Write));
        return record;
    }

    public static PlannedList Read(PlannedListRecord? record) =>
        record is null ? PlannedList.Empty : new PlannedList(record.Last, [.. record.Items.Select(Read)]);

    public static PlannedItemRecord Write(PlannedItem item) => new() { Planned = Write(item.Planned), OfSite = item.OfSite };

    public static PlannedItem Read(PlannedItemRecord record) => new(Read(record.Planned), record.OfSite);
}
