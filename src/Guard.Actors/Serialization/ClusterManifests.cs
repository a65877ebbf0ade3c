using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Waking;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;
using static Guard.Actors.Serialization.GuardManifests;

namespace Guard.Actors.Serialization;

/// <summary>Contracts that keep a cluster's word over the failure of nodes.</summary>
internal static class ClusterManifests
{
    public static IReadOnlyList<string> Stored { get; } = ["w.changed.1", "w.snap.1"];

    public static IReadOnlyList<Contract> All { get; } =
    [
        Of<WakerChanged, WakerRecord>("w.changed.1", WakingWire.Write, WakerRecord.Parser, WakingWire.ReadChanged),
        Of<WakerSnapshot, WakerRecord>("w.snap.1", WakingWire.Write, WakerRecord.Parser, WakingWire.ReadSnapshot),
        Of<WakerCommands.Note, WakerRecord>("w.note.1", WakingWire.Write, WakerRecord.Parser, WakingWire.ReadNote),
        Of<WakerCommands.Drop, WakerRecord>("w.drop.1", WakingWire.Write, WakerRecord.Parser, WakingWire.ReadDrop),
        Of<WakerCommands.Ping, WakerRecord>(
            "w.ping.1",
            ping => new WakerRecord { Waker = ping.Waker },
            WakerRecord.Parser,
            record => new WakerCommands.Ping(record.Waker)
        ),
        Of<AwakeNoted, WakeEntryRecord>(
            "w.noted.1",
            noted => WakingWire.Write(new WakeEntry(noted.Key, noted.Number, default)),
            WakeEntryRecord.Parser,
            record => new AwakeNoted(WakingWire.Read(record).Key, record.Number)
        ),
        Of<WakeUser, WakeRecord>(
            "w.user.1",
            wake => new WakeRecord { User = wake.User.Value },
            WakeRecord.Parser,
            record => new WakeUser(new UserId(record.User))
        ),
        Of<WakeSite, WakeRecord>(
            "w.site.1",
            wake => new WakeRecord { Site = wake.Site.Value },
            WakeRecord.Parser,
            record => new WakeSite(new SiteId(record.Site))
        ),
        Of<FollowWanted, FollowRecord>(
            "r.follow.1",
            follow => new FollowRecord
            {
                Node = follow.Node,
                Epoch = follow.Mark.Epoch,
                Number = follow.Mark.Number,
            },
            FollowRecord.Parser,
            record => new FollowWanted(record.Node, new WantedMark(record.Epoch, record.Number))
        ),
        Of<WantedChanged, WantedRecord>("r.changed.1", ReplicationWire.Write, WantedRecord.Parser, ReplicationWire.ReadChanged),
        Of<WantedWhole, WantedRecord>("r.whole.1", ReplicationWire.Write, WantedRecord.Parser, ReplicationWire.ReadWhole),
        Of<AskCompany, CompanyRecord>(
            "r.ask.1",
            ask => new CompanyRecord
            {
                Question = ask.Question,
                Address = Address(ask.Address),
                PrefixLength = ask.PrefixLength,
            },
            CompanyRecord.Parser,
            record => new AskCompany(record.Question, Address(record.Address)) { PrefixLength = record.PrefixLength }
        ),
        Of<CompanySeen, CompanyRecord>(
            "r.seen.1",
            seen => new CompanyRecord
            {
                Question = seen.Question,
                Seen = seen.Seen,
                AtHome = seen.AtHome,
                Around = seen.Around,
            },
            CompanyRecord.Parser,
            record => new CompanySeen(record.Question, record.Seen, record.AtHome) { Around = record.Around }
        ),
    ];
}
