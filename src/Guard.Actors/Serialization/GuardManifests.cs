using Google.Protobuf;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>One contract: its manifest, which is never changed once released, and how it is written and read.</summary>
internal sealed record Contract(string Manifest, Type Type, Func<object, IMessage> Write, Func<byte[], object> Read);

/// <summary>Every contract with its manifest. A changed meaning gets a new manifest; the old one stays readable.</summary>
internal static class GuardManifests
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        // Stored.
        Of<UserEventBatch, UserEventBatchRecord>("u.batch.1", UserEventWire.Write, UserEventBatchRecord.Parser, UserEventWire.Read),
        Of<UserState, CompressedRecord>(
            "u.snap.2",
            state => CompressedWire.Write(SnapshotWire.Write(state)),
            CompressedRecord.Parser,
            record => SnapshotWire.Read(UserSnapshotRecord.Parser.ParseFrom(CompressedWire.Read(record)))
        ),
        Of<SliceGranted, SiteEventRecord>("s.grant.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        Of<SliceReturned, SiteEventRecord>("s.return.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        Of<UserReactionNoted, SiteEventRecord>("s.noted.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        Of<SiteReactionChanged, SiteEventRecord>("s.changed.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        .. BranchManifests.All,
        .. FeedbackManifests.All,
        .. ReportManifests.All,
        Of<SiteTimeSetBack, SiteEventRecord>("s.time.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        Of<DaysNoted, SiteEventRecord>("s.days.1", SiteEventWire.Write, SiteEventRecord.Parser, SiteEventWire.Read),
        Of<SiteState, SiteSnapshotRecord>("s.snap.1", SnapshotWire.Write, SiteSnapshotRecord.Parser, SnapshotWire.Read),
        Of<BlockOrdered, BlockOrderedRecord>("f.ordered.1", LedgerWire.Write, BlockOrderedRecord.Parser, LedgerWire.Read),
        Of<BlockLifted, BlockLiftedRecord>("f.lifted.1", LedgerWire.Write, BlockLiftedRecord.Parser, LedgerWire.Read),
        Of<FirewallSnapshot, FirewallSnapshotRecord>("f.snap.1", LedgerWire.Write, FirewallSnapshotRecord.Parser, LedgerWire.Read),
        Of<LockOrdered, LockEventRecord>("k.ordered.1", LedgerWire.Write, LockEventRecord.Parser, LedgerWire.ReadOrdered),
        Of<LockLifted, LockEventRecord>("k.lifted.1", LedgerWire.Write, LockEventRecord.Parser, LedgerWire.ReadLifted),
        Of<LockSnapshot, LockSnapshotRecord>("k.snap.1", LedgerWire.Write, LockSnapshotRecord.Parser, LedgerWire.Read),
        .. EnforcementManifests.All,
        // Between nodes.
        Of<BlockCommands.List, BlockCommandRecord>("f.list.1", _ => new BlockCommandRecord(), BlockCommandRecord.Parser, _ => new BlockCommands.List()),
        Of<BlockCommands.Add, BlockCommandRecord>(
            "f.add.1",
            add => new BlockCommandRecord
            {
                Network = LedgerWire.Write(add.Network),
                Hold = (long)add.Hold.TotalMilliseconds,
                Reason = add.By.Reason,
                By = add.By.Name,
            },
            BlockCommandRecord.Parser,
            record => new BlockCommands.Add(LedgerWire.Read(record.Network), TimeSpan.FromMilliseconds(record.Hold), new Author(record.By, record.Reason))
        ),
        Of<BlockCommands.Remove, BlockCommandRecord>(
            "f.remove.1",
            remove => new BlockCommandRecord
            {
                Network = LedgerWire.Write(remove.Network),
                By = remove.By.Name,
                Reason = remove.By.Reason,
            },
            BlockCommandRecord.Parser,
            record => new BlockCommands.Remove(LedgerWire.Read(record.Network), new Author(record.By, record.Reason))
        ),
        Of<BlockCommands.Answer, BlockCommandRecord>(
            "f.answer.1",
            answer => new BlockCommandRecord { Done = answer.Done, Reason = answer.Text },
            BlockCommandRecord.Parser,
            record => new BlockCommands.Answer(record.Done, record.Reason)
        ),
        Of<LockCommands.List, BlockCommandRecord>("k.list.1", _ => new BlockCommandRecord(), BlockCommandRecord.Parser, _ => new LockCommands.List()),
        Of<UserCommands.Observe, ObserveRecord>(
            "u.observe.1",
            command => new ObserveRecord
            {
                User = command.User.Value,
                Observations = ObservationWire.Write(command.Observations),
                Founding = command.Founding,
            },
            ObserveRecord.Parser,
            record => new UserCommands.Observe(new UserId(record.User), ObservationWire.Read(new UserId(record.User), record.Observations))
            {
                Founding = record.Founding,
            }
        ),
        Of<UserCommands.Decide, DecideRecord>(
            "u.decide.1",
            command => new DecideRecord
            {
                User = command.User.Value,
                RequestId = command.RequestId,
                Observation = ObservationWire.Write([command.Observation]),
            },
            DecideRecord.Parser,
            record => new UserCommands.Decide(new UserId(record.User), record.RequestId, ObservationWire.Read(new UserId(record.User), record.Observation)[0])
        ),
        Of<UserCommands.Check, DecideRecord>(
            "u.check.1",
            command => new DecideRecord
            {
                User = command.User.Value,
                RequestId = command.RequestId,
                Observation = ObservationWire.Write([command.Observation]),
            },
            DecideRecord.Parser,
            record => new UserCommands.Check(new UserId(record.User), record.RequestId, ObservationWire.Read(new UserId(record.User), record.Observation)[0])
        ),
        Of<UserCommands.GiveBack, GiveBackRecord>(
            "u.giveback.1",
            command => new GiveBackRecord
            {
                User = command.User.Value,
                At = Time(command.At),
                Submission = ObservationWire.Write([command.Submission]),
            },
            GiveBackRecord.Parser,
            record => new UserCommands.GiveBack(
                new UserId(record.User),
                Time(record.At),
                (Guard.Messages.Observations.Submission)ObservationWire.Read(new UserId(record.User), record.Submission)[0]
            )
        ),
        Of<UserCommands.GetStatus, UserAtRecord>(
            "u.get.1",
            command => new UserAtRecord { User = command.User.Value },
            UserAtRecord.Parser,
            record => new UserCommands.GetStatus(new UserId(record.User))
        ),
        Of<UserCommands.Release, UserAtRecord>(
            "u.release.1",
            command => new UserAtRecord
            {
                User = command.User.Value,
                At = Time(command.At),
                By = BasicWire.Write(command.By),
            },
            UserAtRecord.Parser,
            record => new UserCommands.Release(new UserId(record.User), Time(record.At)) { By = BasicWire.Read(record.By) }
        ),
        Of<UserCommands.ForgetAttempts, UserAtRecord>(
            "u.forget-attempts.1",
            command => new UserAtRecord
            {
                User = command.User.Value,
                At = Time(command.At),
                By = BasicWire.Write(command.By),
            },
            UserAtRecord.Parser,
            record => new UserCommands.ForgetAttempts(new UserId(record.User), Time(record.At)) { By = BasicWire.Read(record.By) }
        ),
        Of<UserCommands.NoteUnheldBlock, UnheldBlockRecord>(
            "u.unheld.1",
            command =>
            {
                var record = new UnheldBlockRecord
                {
                    User = command.User.Value,
                    At = Time(command.At),
                    Address = Address(command.Address),
                };
                BasicWire.Write(command.Reasons, record.Reasons);
                return record;
            },
            UnheldBlockRecord.Parser,
            record => new UserCommands.NoteUnheldBlock(new UserId(record.User), Time(record.At), Address(record.Address), BasicWire.Read(record.Reasons))
        ),
        Of<UserCommands.Absolve, UserAtRecord>(
            "u.absolve.1",
            command => new UserAtRecord
            {
                User = command.User.Value,
                At = Time(command.At),
                By = BasicWire.Write(command.By),
            },
            UserAtRecord.Parser,
            record => new UserCommands.Absolve(new UserId(record.User), Time(record.At)) { By = BasicWire.Read(record.By) }
        ),
        Of<UserCommands.Confirm, UserAtRecord>(
            "u.confirm.1",
            command => new UserAtRecord
            {
                User = command.User.Value,
                At = Time(command.At),
                By = BasicWire.Write(command.By),
            },
            UserAtRecord.Parser,
            record => new UserCommands.Confirm(new UserId(record.User), Time(record.At)) { By = BasicWire.Read(record.By) }
        ),
        Of<UserCommands.Forget, UserAtRecord>(
            "u.forget.1",
            command => new UserAtRecord
            {
                User = command.User.Value,
                At = Time(command.At),
                Until = Time(command.UnseenSince),
                By = BasicWire.Write(command.By),
            },
            UserAtRecord.Parser,
            record => new UserCommands.Forget(new UserId(record.User), Time(record.At))
            {
                UnseenSince = OptionalTime(record.Until),
                By = BasicWire.Read(record.By),
            }
        ),
        Of<UserCommands.Lock, UserAtRecord>("u.lock.1", LedgerWire.Write, UserAtRecord.Parser, LedgerWire.Read),
        Of<Observed, ObservedRecord>(
            "u.observed.1",
            reply => new ObservedRecord
            {
                User = reply.User.Value,
                Source = reply.Source,
                Position = reply.Position,
            },
            ObservedRecord.Parser,
            record => new Observed(new UserId(record.User), record.Source, record.Position)
        ),
        Of<Done, DoneRecord>(
            "u.done.1",
            reply => new DoneRecord { User = reply.User.Value, Message = reply.Message },
            DoneRecord.Parser,
            record => new Done(new UserId(record.User), record.Message)
        ),
        Of<Decision, DecisionRecord>("u.decision.1", StatusWire.Write, DecisionRecord.Parser, StatusWire.Read),
        Of<UserStatus, UserStatusRecord>("u.status.1", StatusWire.Write, UserStatusRecord.Parser, StatusWire.Read),
        Of<Effect, EffectRecord>("e.effect.1", EffectWire.Write, EffectRecord.Parser, EffectWire.Read),
        Of<EffectDone, EffectDoneRecord>(
            "e.done.1",
            reply => new EffectDoneRecord { User = reply.User.Value, Id = reply.Id },
            EffectDoneRecord.Parser,
            record => new EffectDone(new UserId(record.User), record.Id)
        ),
        Of<SiteCommands.RequestLease, RequestLeaseRecord>("s.request.1", LeaseWire.Write, RequestLeaseRecord.Parser, LeaseWire.Read),
        Of<SiteCommands.ReturnLease, ReturnLeaseRecord>("s.giveback.1", LeaseWire.Write, ReturnLeaseRecord.Parser, LeaseWire.Read),
        Of<SiteCommands.NoteReaction, NoteReactionRecord>(
            "s.note.1",
            command => new NoteReactionRecord
            {
                Site = command.Site.Value,
                User = command.User.Value,
                Effect = command.Effect,
                At = Time(command.At),
                To = (int)command.To,
            },
            NoteReactionRecord.Parser,
            record => new SiteCommands.NoteReaction(new SiteId(record.Site), new UserId(record.User), record.Effect, Time(record.At), (Rung)record.To)
        ),
        Of<SiteCommands.NoteDay, NoteDayRecord>(
            "s.day.1",
            command => new NoteDayRecord
            {
                Site = command.Site.Value,
                At = Time(command.At),
                Pattern = PatternsWire.Write(command.Pattern),
            },
            NoteDayRecord.Parser,
            record => new SiteCommands.NoteDay(new SiteId(record.Site), Time(record.At), PatternsWire.Read(record.Pattern))
        ),
        Of<SiteCommands.GetStatus, SiteAtRecord>(
            "s.get.1",
            command => new SiteAtRecord { Site = command.Site.Value },
            SiteAtRecord.Parser,
            record => new SiteCommands.GetStatus(new SiteId(record.Site))
        ),
        Of<SiteCommands.Release, SiteAtRecord>(
            "s.release.1",
            command => new SiteAtRecord
            {
                Site = command.Site.Value,
                At = Time(command.At),
                By = BasicWire.Write(command.By),
            },
            SiteAtRecord.Parser,
            record => new SiteCommands.Release(new SiteId(record.Site), Time(record.At)) { By = BasicWire.Read(record.By) }
        ),
        Of<LeaseGranted, LeaseGrantedRecord>("l.granted.1", LeaseWire.Write, LeaseGrantedRecord.Parser, LeaseWire.Read),
        Of<LeaseChanged, LeaseGrantedRecord>("l.changed.1", LeaseWire.Write, LeaseGrantedRecord.Parser, LeaseWire.ReadChanged),
        Of<LeaseRecalled, LeaseRecalledRecord>(
            "l.recalled.1",
            recalled => new LeaseRecalledRecord
            {
                Site = recalled.Site.Value,
                User = recalled.User.Value,
                LeaseId = recalled.LeaseId,
            },
            LeaseRecalledRecord.Parser,
            record => new LeaseRecalled(new SiteId(record.Site), new UserId(record.User), record.LeaseId)
        ),
        Of<ReactionNoted, ReactionNotedRecord>(
            "l.noted.1",
            noted => new ReactionNotedRecord
            {
                Site = noted.Site.Value,
                User = noted.User.Value,
                Effect = noted.Effect,
            },
            ReactionNotedRecord.Parser,
            record => new ReactionNoted(new SiteId(record.Site), new UserId(record.User), record.Effect)
        ),
        Of<SiteStatus, SiteStatusRecord>("s.status.1", StatusWire.Write, SiteStatusRecord.Parser, StatusWire.Read),
        Of<ArchiveAsk, ArchiveAskRecord>("x.ask.1", ArchiveExchangeWire.Write, ArchiveAskRecord.Parser, ArchiveExchangeWire.Read),
        Of<ArchivePart, ArchivePartRecord>("x.part.1", ArchiveExchangeWire.Write, ArchivePartRecord.Parser, ArchiveExchangeWire.Read),
        Of<Inspect, InspectRecord>("i.ask.1", InspectionWire.Write, InspectRecord.Parser, InspectionWire.Read),
        Of<StopInspecting, InspectRecord>(
            "i.stop.1",
            stop => new InspectRecord { Id = stop.Id },
            InspectRecord.Parser,
            record => new StopInspecting(record.Id)
        ),
        Of<Inspected, InspectedRecord>("i.rows.1", InspectionWire.Write, InspectedRecord.Parser, InspectionWire.Read),
        .. PolicyLedgerManifests.All,
        .. IntakeManifests.All,
        .. ClusterManifests.All,
        .. AddressManifests.All,
    ];

    /// <summary>What earlier versions wrote: read, no longer written.</summary>
    public static IReadOnlyList<Contract> Former { get; } =
    [Of<UserState, UserSnapshotRecord>("u.snap.1", SnapshotWire.Write, UserSnapshotRecord.Parser, SnapshotWire.Read)];

    /// <summary>Manifests of what is stored: these have golden files.</summary>
    public static IReadOnlyList<string> Stored { get; } =
    [
        "u.batch.1",
        "u.snap.1",
        "u.snap.2",
        "s.grant.1",
        "s.return.1",
        "s.noted.1",
        "s.changed.1",
        "s.days.1",
        "s.time.1",
        "s.snap.1",
        "f.ordered.1",
        "f.lifted.1",
        "f.snap.1",
        "k.ordered.1",
        "k.lifted.1",
        "k.snap.1",
        .. BranchManifests.Stored,
        .. IntakeManifests.Stored,
        .. FeedbackManifests.Stored,
        .. ReportManifests.Stored,
        .. PolicyLedgerManifests.Stored,
        .. EnforcementManifests.Stored,
        .. ClusterManifests.Stored,
        .. AddressManifests.Stored,
    ];

    internal static Contract Of<T, TRecord>(string manifest, Func<T, TRecord> write, MessageParser<TRecord> parser, Func<TRecord, object> read)
        where T : notnull
        where TRecord : IMessage<TRecord> => new(manifest, typeof(T), value => write((T)value), bytes => read(parser.ParseFrom(bytes)));
}
