using System.Collections.Immutable;
using Google.Protobuf;
using Guard.Actors.Addresses;
using Guard.Actors.Behaviour;
using Guard.Actors.Overrides;
using Guard.Actors.Serialization;
using Guard.Actors.Sites;
using Guard.Actors.Sites.Branches;
using Guard.Actors.Users;
using Guard.Messages;
using Guard.Messages.Addresses;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Inspection;
using Guard.Messages.Intake;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Waking;
using Guard.Messages.Wire;
using Xunit;

namespace Guard.Actors.Tests.Serialization;

public sealed class SerializerSpecs
{
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly UserId User = new("info@example.com");
    private static readonly SiteId Site = new("example.com");
    private static readonly ImmutableArray<Reason> Reasons = [new Reason(ReasonCodes.NewCountry, 0, 31, 10.5, "RO")];
    private static readonly ImmutableArray<SliceAmount> Amounts = [new SliceAmount("recipients/1d/site", 12)];

    private static readonly PolicyOverridden PolicySet = new(
        At,
        8,
        "example.com/info@example.com",
        3,
        """{"mode":"enforce"}""",
        "anna",
        "192.0.2.7",
        "after the incident"
    );
    private static readonly BlockedNetwork Thief = new(Account.In("UA").Address.Prefix(24), 24);
    private static readonly Effect Reported = new(
        User,
        7,
        EffectKind.Report,
        At,
        At.AddHours(1),
        GuardMode.Enforce,
        Rung.Restricted,
        Rung.Suspended,
        31.5,
        Account.In("RO").Address,
        "RO",
        Reasons
    );
    private static readonly ReportTarget Admin = new(ReportChannel.Mail, "admin@example.net", ReportAudience.Admin, "en");
    private static readonly ReportTarget Siem = new(ReportChannel.Webhook, "siem", ReportAudience.Machine, "de");
    private static readonly UserState BusyAccount = new Account().KnownFor(30).Login(At.AddDays(40), "RO").Send(At.AddDays(40), "RO", 501).State with
    {
        Marks = [new SourceMark(7, 9)],
    };

    private static readonly ObservationsTaken Told = new(
        "http:panel",
        3,
        new BatchKey(11, 12),
        [
            new ToldObservation(21, new Login(User, At, Account.In("GB"), new ObservationOrigin("http:panel", 43), Service.Web, LoginOutcome.RetriedPassword)),
            new ToldObservation(
                0,
                new Submission(
                    new UserId("anna@example.com"),
                    At.AddSeconds(2),
                    Account.In("RO"),
                    new ObservationOrigin("http:panel", 44),
                    3,
                    4096,
                    "4ABC8B20217"
                )
            ),
        ],
        2
    );

    private static readonly AddressBucketState Addresses = AddressEvolution.Apply(
        new AddressBucketState(7),
        new AddressEventBatch(
            7,
            [
                new AttemptCounted(
                    new AddressAttempt(Account.In("RO").Address, AttemptKind.UnknownName, 21, At, new ObservationOrigin("/var/log/mail.log", 77), "")
                ),
                new AttemptCounted(new AddressAttempt(Account.In("RO", 2).Address, AttemptKind.Failed, 23, At.AddSeconds(1), ObservationOrigin.None, "")),
                new AttemptCounted(new AddressAttempt(Account.In("GB").Address, AttemptKind.Succeeded, 22, At.AddSeconds(1), ObservationOrigin.None, "")),
                new BlockOwed(At.AddSeconds(2), Account.In("RO").Address, At.AddDays(1), true, Reasons),
            ]
        )
    );

    /// <summary>One fixed value of every stored kind; the golden files hold its bytes as they were when first released.</summary>
    public static IReadOnlyDictionary<string, object> Samples { get; } =
        new Dictionary<string, object>
        {
            ["u.batch.1"] = new UserEventBatch(
                User,
                [
                    new QuotasAdopted(At, ["recipients/1d", "logins/1h"]),
                    new ObservationJudged(
                        new Login(User, At, Account.In("GB"), new ObservationOrigin("/var/log/mail.log", 77), Service.Imap, LoginOutcome.Succeeded),
                        Judgement.Learn,
                        1.5f
                    ),
                    new ObservationJudged(
                        new Submission(
                            User,
                            At.AddSeconds(1),
                            Account.In("RO") with
                            {
                                Asn = 64500,
                                Latitude = 44.4f,
                                Longitude = 26.1f,
                            },
                            new ObservationOrigin("/var/log/mail.log", 93),
                            3,
                            4096,
                            "4ABC8B20217"
                        ),
                        Judgement.Refused | Judgement.Strange,
                        31
                    ),
                    new ObservationJudged(
                        new Delivery(User, At.AddSeconds(2), ObservationOrigin.None, DeliveryOutcome.UnknownRecipient, 2),
                        Judgement.Learn,
                        0
                    ),
                    new ReactionChanged(At, Rung.Normal, Rung.Suspended, At.AddHours(1), 31.5, Account.In("RO").Address, "RO", Reasons),
                    new ReactionProlonged(At, At.AddHours(2)),
                    new AlarmRaised(At, Account.In("RO").Address, "RO", Reasons),
                    new AddressBlockOrdered(At, Account.In("RO").Address, At.AddDays(1), Reasons),
                    new EffectConfirmed(At, 4),
                    new SliceTaken(At, "example.com/1", At.AddMinutes(10), Amounts),
                    new SliceGivenBack(At, "example.com/1"),
                    new Absolved(At),
                ]
            ),
            ["u.snap.1"] = BusyAccount,
            ["u.snap.2"] = BusyAccount,
            ["s.grant.1"] = new SliceGranted(Site, At, User, "r1", "example.com/1", At.AddMinutes(10), Amounts),
            ["s.return.1"] = new SliceReturned(Site, At, User, "example.com/1", Amounts),
            ["s.noted.1"] = new UserReactionNoted(Site, At, User, 3, Rung.Suspended),
            ["s.changed.1"] = new SiteReactionChanged(Site, At, Rung.Normal, Rung.Reported, At.AddDays(1), Reasons),
            ["s.days.1"] = new DaysNoted(Site, At, [new DayPattern(7, 20_500, [18_242], [17_747], [21_071], [0x55667788])]),
            ["s.planned.1"] = new SiteExceptionPlanned(Site, At, new PlannedException(0, At, At.AddDays(14), "ES, PT", 5000, "summer letter")),
            ["s.time.1"] = new SiteTimeSetBack(Site, At),
            ["n.taken.1"] = new LotTaken(Site, 3, At, 7, "example.com/1", At.AddMinutes(10), Amounts),
            ["n.returned.1"] = new LotReturned(Site, 3, At, 7),
            ["n.closed.1"] = new LotClosed(Site, 3, At, 7),
            ["n.grant.1"] = new BranchSliceGranted(Site, 3, At, User, "r1", 7, Amounts),
            ["n.return.1"] = new BranchSliceReturned(Site, 3, At, User, "example.com#3/1", Amounts),
            ["n.time.1"] = new BranchTimeSetBack(Site, 3, At),
            ["n.snap.1"] = BranchEvolution.Apply(
                BranchEvolution.Apply(
                    new BranchState(new BranchId(Site, 3)),
                    new LotTaken(Site, 3, At, 7, "example.com/1", At.AddMinutes(10), [new SliceAmount("recipients/1d/site", 50)])
                ),
                new BranchSliceGranted(Site, 3, At, User, "r1", 7, Amounts)
            ),
            ["s.withdrawn.1"] = new SiteExceptionWithdrawn(Site, At, 3),
            ["r.taken.1"] = new ReportTaken(At, Reported, 5, [Admin, Siem]),
            ["r.planned.1"] = new DispatchPlanned(At, "m.1.5.7.2", Admin, [(User, 7)], true),
            ["r.done.1"] = new DispatchDone(At, "m.1.5.7.2"),
            ["r.died.1"] = new DispatchDied(At, "m.1.5.7.2", "550 no such user"),
            ["r.forgotten.1"] = new ReportsForgotten(At, User),
            ["f.shared.1"] = new BlockShared(At, Thief, "anna@example.com", true),
            ["r.revived.1"] = new DispatchRevived(At, "m.1.5.7.2"),
            ["r.snap.1"] = new ReportSnapshot(
                [new TakenReports(User, [5, 7], 5, At)],
                [new ReportItem(Reported, Siem, 5)],
                [new ReportDispatch("m.1.5.7.2", At, Admin, [new ReportItem(Reported, Admin, 5)], false, "m.1.5.5.2", "m.1.5.6.2", "550")],
                [new ReportThread(User, 5, "admin@example.net", "m.1.5.5.2", "m.1.5.7.2", At, Rung.Suspended)],
                [new ReportWindow("admin@example.net", At, 3)],
                4
            ),
            ["f.ordered.1"] = new BlockOrdered(At, Thief, At.AddDays(1), "guessing", "info@example.com", [new BlockedNetwork(Account.In("RO").Address, 32)], 2),
            ["f.limited.1"] = new AddressLimited(At, Thief, At.AddDays(1), "guessing", "info@example.com"),
            ["f.exempted.1"] = new NetworkExempted(At, Thief, At.AddDays(1), "the branch office", "root"),
            ["f.exemption-ended.1"] = new ExemptionEnded(At, Thief, "root"),
            ["f.lifted.1"] = new BlockLifted(At, Thief, "root"),
            ["f.snap.1"] = new FirewallSnapshot(
                [new StandingBlockEntry(Thief, At.AddDays(1), "guessing", "info@example.com")],
                [new PastOffender(Thief, At, 3)]
            ),
            ["k.ordered.1"] = new LockOrdered(At, User, 7, At.AddHours(1), "40 mails in this hour"),
            ["k.lifted.1"] = new LockLifted(At, User, 8, true),
            ["w.changed.1"] = new WakerChanged(
                [new WakeEntry(WakeKey.Of(User), 7, At.AddHours(1)), new WakeEntry(WakeKey.Of(Site), 3, At)],
                [WakeKey.Of(new UserId("anna@example.com"))]
            ),
            ["w.snap.1"] = new WakerSnapshot([new WakeEntry(WakeKey.Of(User), 7, At.AddHours(1)), new WakeEntry(WakeKey.Of(Site), 3, At)]),
            ["k.snap.1"] = new LockSnapshot([new LockEntry(User, 7, true, At, null, "confirmed")]),
            ["p.overridden.1"] = PolicySet,
            ["p.snap.1"] = PolicyLedgerState.Empty.Apply(PolicySet).Apply(PolicySet with { Revision = 9, Version = 4, Own = "{}", Why = "not any more" }),
            ["a.added.1"] = new AccessEntryAdded(At, new StoredAccessEntry(AccessListKind.Black, Thief, "info@example.com", At.AddHours(1), "noisy")),
            ["a.removed.1"] = new AccessEntryRemoved(At, new StoredAccessEntry(AccessListKind.White, null, "info@example.com", At.AddHours(1), "")),
            ["a.snap.1"] = new AccessListsSnapshot([
                new StoredAccessEntry(AccessListKind.Black, Thief, "", At.AddHours(1), "noisy"),
                new StoredAccessEntry(AccessListKind.White, null, "anna@example.com", At.AddDays(1), ""),
            ]),
            ["d.batch.1"] = new AddressEventBatch(
                7,
                [
                    new AttemptCounted(
                        new AddressAttempt(Account.In("RO").Address, AttemptKind.UnknownName, 21, At, new ObservationOrigin("/var/log/mail.log", 77), "")
                    ),
                    new AttemptCounted(new AddressAttempt(Account.In("GB").Address, AttemptKind.Succeeded, 22, At.AddSeconds(1), ObservationOrigin.None, "")),
                    new BlockOwed(At.AddSeconds(2), Account.In("RO").Address, At.AddDays(1), true, Reasons),
                    new BlockConfirmed(At.AddSeconds(3), 4),
                ]
            ),
            ["d.snap.1"] = Addresses,
            ["o.taken.1"] = Told,
            ["o.snap.1"] = new EventSourceSnapshot("http:panel", 3, 44, [5, 7], [1, 2], [Told]),
            ["s.snap.1"] = SiteEvolution.Apply(
                SiteEvolution.Apply(new SiteState(Site), new SliceGranted(Site, At, User, "r1", "example.com/1", At.AddMinutes(10), Amounts)),
                new UserReactionNoted(Site, At, User, 3, Rung.Suspended)
            ),
        };

    public static TheoryData<string> Manifests => [.. GuardManifests.Stored];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_golden_file_of_every_stored_kind_stays_readable(string manifest)
    {
        var contract = GuardManifests.All.Concat(GuardManifests.Former).Single(one => one.Manifest == manifest);
        var file = Path.Combine(SourceDirectory(), "Golden", manifest + ".hex");
        var bytes = contract.Write(Samples[manifest]).ToByteArray();
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1" && !File.Exists(file))
            File.WriteAllText(file, Convert.ToHexStringLower(bytes) + "\n");
        Assert.True(File.Exists(file), $"{manifest} has no golden file; ACCOUNTGUARD_WRITE_GOLDEN=1 writes it");
        var stored = contract.Read(Convert.FromHexString(File.ReadAllText(file).Trim()));
        // Written again it must be the same bytes: nothing of the old file is lost or read otherwise. A compressor may change, what it holds may not.
        var expected = File.ReadAllText(file).Trim();
        if (manifest is "u.snap.2" or "d.snap.1")
            (contract, expected) = (
                Plain(manifest),
                Convert.ToHexStringLower(CompressedWire.Read(CompressedRecord.Parser.ParseFrom(Convert.FromHexString(expected))))
            );
        Assert.Equal(expected, Convert.ToHexStringLower(contract.Write(stored).ToByteArray()));
    }

    /// <summary>The contract of what a compressed form holds.</summary>
    private static Contract Plain(string manifest) =>
        manifest == "d.snap.1"
            ? GuardManifests.Of<AddressBucketState, AddressSnapshotRecord>(
                manifest,
                AddressSnapshotWire.Write,
                AddressSnapshotRecord.Parser,
                AddressSnapshotWire.Read
            )
            : GuardManifests.Former.Single();

    [Fact]
    public void An_account_s_time_and_guessers_survive_the_wire()
    {
        var failed = new Account().KnownFor(3).Login(At.AddDays(4), "RO", outcome: LoginOutcome.WrongPassword).Told([new TimeSetBack(At.AddDays(3.9))]);
        var late = failed.Events.OfType<ObservationJudged>().Last() with { Late = true };
        var batch = new UserEventBatch(User, [late, new TimeSetBack(At)]);
        var contract = GuardManifests.All.Single(one => one.Manifest == "u.batch.1");
        Assert.Equal(batch.Events, ((UserEventBatch)contract.Read(contract.Write(batch).ToByteArray())).Events);
        var guessed = new Account().KnownFor(3).Login(At.AddDays(4), "RO", outcome: LoginOutcome.WrongPassword).Take([late]).State;
        var snapshot = GuardManifests.Former.Single(one => one.Manifest == "u.snap.1");
        var read = (UserState)snapshot.Read(snapshot.Write(guessed).ToByteArray());
        Assert.Equal((1, guessed.Guesses[0].Address, guessed.Guesses[0].Failures.Last), (read.Late, read.Guesses[0].Address, read.Guesses[0].Failures.Last));
        // As released; they stay readable.
        foreach (
            var (name, bytes) in new[] { ("u.batch.1.late", contract.Write(batch).ToByteArray()), ("u.snap.1.guesses", snapshot.Write(guessed).ToByteArray()) }
        )
        {
            var golden = Path.Combine(SourceDirectory(), "Golden", name + ".hex");
            if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1" && !File.Exists(golden))
                File.WriteAllText(golden, Convert.ToHexStringLower(bytes) + "\n");
            var kind = name[0..2] + name[2..].Split('.')[0];
            var known = kind == "u.batch" ? contract : snapshot;
            var stored = File.ReadAllText(golden).Trim();
            Assert.Equal(stored, Convert.ToHexStringLower(known.Write(known.Read(Convert.FromHexString(stored))).ToByteArray()));
        }
    }

    [Fact]
    public void The_way_back_survives_the_wire()
    {
        var golden = new (string Name, object Value)[]
        {
            ("u.batch.1.wayback", new UserEventBatch(User, [new BlocksLifted(At), new Forgotten(At.AddMinutes(1)) { By = new Author("root", "left") }])),
            (
                "u.snap.1.forgotten",
                new UserState(User)
                {
                    Forgotten = 1_700_000_000_000,
                    NextEffect = 9,
                    Answered = 8,
                }
            ),
            ("k.lifted.1.forgotten", new LockLifted(At, User, 8, false) { Forgotten = true }),
            ("f.ordered.1.hand", new BlockOrdered(At, Thief, At.AddDays(1), "noise", "root", [], 1) { ByHand = true }),
            (
                "f.snap.1.shared",
                new FirewallSnapshot(
                    [new StandingBlockEntry(Thief, At.AddDays(1), "noise", "anna@example.com") { Also = ["karl@example.com"], ByHand = true }],
                    []
                )
            ),
        };
        foreach (var (name, value) in golden)
        {
            var manifest = string.Join('.', name.Split('.')[..3]);
            var contract = GuardManifests.All.Concat(GuardManifests.Former).Single(one => one.Manifest == manifest);
            var bytes = Convert.ToHexStringLower(contract.Write(value).ToByteArray());
            var file = Path.Combine(SourceDirectory(), "Golden", name + ".hex");
            if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1" && !File.Exists(file))
                File.WriteAllText(file, bytes + "\n");
            Assert.Equal(File.ReadAllText(file).Trim(), bytes);
            Assert.Equal(bytes, Convert.ToHexStringLower(contract.Write(contract.Read(Convert.FromHexString(bytes))).ToByteArray()));
        }
        var forget = new UserCommands.Forget(User, At) { UnseenSince = At.AddDays(-400), By = new Author("root", "left") };
        var wire = GuardManifests.All.Single(one => one.Type == typeof(UserCommands.Forget));
        Assert.Equal(forget, wire.Read(wire.Write(forget).ToByteArray()));
    }

    [Fact]
    public void Every_message_and_state_has_one_manifest()
    {
        var types = new[] { typeof(IGuardMessage).Assembly, typeof(UserState).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => typeof(IGuardMessage).IsAssignableFrom(type) && type is { IsAbstract: false, IsNestedPrivate: false });
        var known = GuardManifests.All.Select(contract => contract.Type).ToHashSet();
        Assert.DoesNotContain(types, type => !known.Contains(type));
        Assert.Equal(GuardManifests.All.Count, GuardManifests.All.Select(contract => contract.Manifest).Distinct().Count());
    }

    [Fact]
    public void A_state_folded_from_bytes_equals_one_folded_from_memory()
    {
        var account = new Account().KnownFor(60).Login(At.AddDays(70), "RO").Send(At.AddDays(70), "RO", 501);
        var contract = GuardManifests.All.Single(one => one.Manifest == "u.batch.1");
        var read = (UserEventBatch)contract.Read(contract.Write(new UserEventBatch(User, [.. account.Events])).ToByteArray());
        var folded = UserEvolution.Apply(new UserState(User), read) with { Owed = [], NextEffect = account.State.NextEffect };
        var snapshot = GuardManifests.Former.Single(one => one.Manifest == "u.snap.1");
        Assert.Equal(snapshot.Write(account.State).ToByteArray(), snapshot.Write(folded).ToByteArray());
    }

    [Fact]
    public void What_branches_ask_and_return_survives_the_wire()
    {
        var asked = new SiteCommands.RequestLease(Site, User, "r1", At, Amounts, "example.com#3/1", Amounts) { Branch = 3 };
        var returned = new SiteCommands.ReturnLease(Site, User, "example.com#3/1", Amounts, false) { Branch = 3 };
        var lot = new SiteCommands.ReturnLot(Site, new LotId(new BranchId(Site, 3), 7).Holder, "example.com/1", Amounts, true);
        var noted = new LotReturnNoted(Site, lot.Lot, Amounts, true);
        var policy = GuardPolicy.Default with { Branches = 16 };
        var terms = new LeaseGranted(Site, User, "r1", "l", At, "v", policy, policy, Rung.Normal, Amounts);
        Assert.Equal((3, asked.ReturnsLeaseId), (Back(asked).Branch, Back(asked).ReturnsLeaseId));
        Assert.Equal(3, Back(returned).Branch);
        Assert.Equal((lot.Lot, lot.LeaseId, true), (Back(lot).Lot, Back(lot).LeaseId, Back(lot).IsOver));
        Assert.Equal(lot.Kept, Back(lot).Kept);
        Assert.Equal((noted.Lot, true), (Back(noted).Lot, Back(noted).IsOver));
        Assert.Equal(noted.Kept, Back(noted).Kept);
        Assert.Equal(16, Back(terms).SitePolicy.Branches);

        static T Back<T>(T message)
            where T : notnull
        {
            var wire = GuardManifests.All.Single(one => one.Type == typeof(T));
            return (T)wire.Read(wire.Write(message).ToByteArray());
        }
    }

    [Fact]
    public void That_a_block_does_not_hold_survives_the_wire()
    {
        var note = new UserCommands.NoteUnheldBlock(
            User,
            At,
            Account.In("RO").Address,
            [new Reason(ReasonCodes.BlockNotHeld, 9, 0, 0, "a login to imap"), new Reason(ReasonCodes.FirewallOff, 0, 0)]
        );
        var contract = GuardManifests.All.Single(one => one.Manifest == "u.unheld.1");
        var read = (UserCommands.NoteUnheldBlock)contract.Read(contract.Write(note).ToByteArray());
        Assert.Equal(note.Reasons, read.Reasons);
        Assert.Equal(note with { Reasons = [] }, read with { Reasons = [] });
    }

    [Fact]
    public void A_returned_reservation_survives_the_wire()
    {
        var returned = new UserEventBatch(
            User,
            [new ReservationReturned(At, new Submission(User, At.AddMinutes(-5), Account.In("RO"), ObservationOrigin.None, 7, 0, ""), Judgement.Suspicious)]
        );
        var contract = GuardManifests.All.Single(one => one.Manifest == "u.batch.1");
        Assert.Equal(returned.Events, ((UserEventBatch)contract.Read(contract.Write(returned).ToByteArray())).Events);
        // As released; it stays readable.
        var golden = Path.Combine(SourceDirectory(), "Golden", "u.batch.1.returned.hex");
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1" && !File.Exists(golden))
            File.WriteAllText(golden, Convert.ToHexStringLower(contract.Write(returned).ToByteArray()) + "\n");
        Assert.Equal(File.ReadAllText(golden).Trim(), Convert.ToHexStringLower(contract.Write(returned).ToByteArray()));
        var command = new UserCommands.GiveBack(User, At, new Submission(User, At.AddMinutes(-5), Account.In("RO"), ObservationOrigin.None, 7, 0, "", true));
        var wire = GuardManifests.All.Single(one => one.Type == typeof(UserCommands.GiveBack));
        Assert.Equal(command, wire.Read(wire.Write(command).ToByteArray()));
    }

    [Fact]
    public void That_an_attack_was_confirmed_and_when_a_quota_has_room_survive_the_wire()
    {
        var confirmed = new UserEventBatch(User, [new ReactionProlonged(At, At.AddHours(1)) { Confirmed = true, By = new Author("root", "") }]);
        var contract = GuardManifests.All.Single(one => one.Type == typeof(UserEventBatch));
        var bytes = contract.Write(confirmed).ToByteArray();
        var golden = Path.Combine(SourceDirectory(), "Golden", "u.batch.1.confirmed.hex");
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1" && !File.Exists(golden))
            File.WriteAllText(golden, Convert.ToHexStringLower(bytes) + "\n");
        Assert.Equal(File.ReadAllText(golden).Trim(), Convert.ToHexStringLower(bytes));
        Assert.Equal(confirmed.Events[0], ((UserEventBatch)contract.Read(bytes)).Events[0]);
        var decision = new Decision(User, "1", Verdict.Defer, Verdict.Defer, Rung.Normal, null, 0, []) { Retry = At.AddHours(2) };
        var wire = GuardManifests.All.Single(one => one.Type == typeof(Decision));
        Assert.Equal(decision.Retry, ((Decision)wire.Read(wire.Write(decision).ToByteArray())).Retry);
    }

    [Fact]
    public void Planned_exceptions_and_answers_survive_the_wire()
    {
        var planned = new UserEventBatch(
            User,
            [
                new ExceptionPlanned(At, new PlannedException(0, At, At.AddDays(14), "ES, PT", 5000, "summer letter")),
                new ObservationJudged(new Submission(User, At.AddMinutes(5), Account.In("GB"), ObservationOrigin.None, 70, 0, ""), Judgement.Usual, 0)
                {
                    Planned = -2,
                },
                new ReservationReturned(
                    At.AddMinutes(6),
                    new Submission(User, At.AddMinutes(5), Account.In("GB"), ObservationOrigin.None, 7, 0, ""),
                    Judgement.Usual
                )
                {
                    Planned = 1,
                },
                new FeedbackGiven(At.AddMinutes(7), 3, true),
                new ExceptionWithdrawn(At.AddMinutes(8), 1),
            ]
        );
        var contract = GuardManifests.All.Single(one => one.Manifest == "u.batch.1");
        Assert.Equal(planned.Events, ((UserEventBatch)contract.Read(contract.Write(planned).ToByteArray())).Events);
        var golden = Path.Combine(SourceDirectory(), "Golden", "u.batch.1.planned.hex");
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1" && !File.Exists(golden))
            File.WriteAllText(golden, Convert.ToHexStringLower(contract.Write(planned).ToByteArray()) + "\n");
        Assert.Equal(File.ReadAllText(golden).Trim(), Convert.ToHexStringLower(contract.Write(planned).ToByteArray()));
    }

    [Fact]
    public void Who_is_told_survives_the_wire()
    {
        var policy = GuardPolicy.Default with
        {
            Reports = new ReportPolicy(false, true, true, false, true, false, Rung.Suspended, "boss@example.com", "anna@home.example", "de"),
        };
        var contract = GuardManifests.All.Single(one => one.Type == typeof(LeaseGranted));
        var granted = new LeaseGranted(Site, User, "r", "l", At, "v", policy, GuardPolicy.Default, Rung.Normal, [])
        {
            SitePlanned = [new PlannedException(2, At, At.AddDays(1), "", 100, "x") { Used = 3 }],
        };
        var read = (LeaseGranted)contract.Read(contract.Write(granted).ToByteArray());
        Assert.Equal((policy.Reports, ReportPolicy.Default), (read.Policy.Reports, read.SitePolicy.Reports));
        Assert.Equal(granted.SitePlanned, read.SitePlanned);
    }

    [Fact]
    public void A_sites_reports_survive_the_wire()
    {
        var told = new SiteReactionChanged(Site, At, Rung.Normal, Rung.Restricted, At.AddDays(1), Reasons) { IsTold = true };
        var site = Reported with { User = Effect.SiteAsUser(Site), Site = Site };
        Golden("s.changed.1", "told", told, changed => Assert.True(changed.IsTold));
        Golden("s.return.1", "part", new SliceReturned(Site, At, User, "example.com/1", Amounts) { IsPart = true }, returned => Assert.True(returned.IsPart));
        Golden(
            "s.snap.1",
            "owed",
            SiteEvolution.Apply(new SiteState(Site), told),
            state => Assert.Equal((At.ToUnixTimeMilliseconds(), Site), (state.LastReport, Assert.Single(state.Owed).Site))
        );
        Golden("r.taken.1", "site", new ReportTaken(At, site, 5, [Admin]), taken => Assert.Equal(Site, taken.Effect.Site));
    }

    [Fact]
    public void Who_did_something_and_why_survives_the_wire()
    {
        var by = new Author("anna", "on holiday in Spain");
        var changed = new ReactionChanged(At, Rung.Suspended, Rung.Normal, null, 0, default, "", [new Reason(ReasonCodes.Absolved, 1, 0)]) { By = by };
        var batch = new UserEventBatch(User, [changed, new Absolved(At) { By = by }, new EffectConfirmed(At, 4)]);
        Golden("u.batch.1", "by", batch, read => Assert.Equal([by, by, null], read.Events.Select(change => change.By)));
        var released = new SiteReactionChanged(Site, At, Rung.Restricted, Rung.Normal, null, Reasons) { IsTold = true, By = by };
        Golden("s.changed.1", "by", released, read => Assert.Equal(by, read.By));
        var announced = new SiteExceptionPlanned(Site, At, new PlannedException(0, At, At.AddDays(14), "ES", 0, "fair")) { By = by };
        Golden("s.planned.1", "by", announced, read => Assert.Equal(by, read.By));
        var site = SiteEvolution.Apply(SiteEvolution.Apply(new SiteState(Site), released), announced);
        Golden("s.snap.1", "by", site, read => Assert.Equal([by, by, by], [read.History[0].By, read.Owed[0].By, read.Planned.Items[0].By]));
        Golden("f.lifted.1", "by", new BlockLifted(At, Thief, "anna") { Reason = by.Reason }, read => Assert.Equal(by.Reason, read.Reason));
        Golden("f.exemption-ended.1", "by", new ExemptionEnded(At, Thief, "anna") { Reason = by.Reason }, read => Assert.Equal(by.Reason, read.Reason));
        Golden("r.taken.1", "by", new ReportTaken(At, Reported with { By = by }, 5, [Admin]), read => Assert.Equal(by, read.Effect.By));
        var state = UserEvolution.Apply(BusyAccount, batch);
        var snapshot = GuardManifests.Former.Single(one => one.Manifest == "u.snap.1");
        Assert.Equal(by, ((UserState)snapshot.Read(snapshot.Write(state).ToByteArray())).History[^1].By);
    }

    [Fact]
    public void What_an_admin_asks_takes_who_and_why_to_another_node()
    {
        var by = new Author("anna", "why not");
        IGuardMessage[] asked =
        [
            new UserCommands.Release(User, At) { By = by },
            new UserCommands.Absolve(User, At) { By = by },
            new UserCommands.Confirm(User, At) { By = by },
            new UserCommands.Lock(User, At, At.AddHours(1)) { By = by, Grade = LockGrade.Sending },
            new UserCommands.WithdrawException(User, At, 3) { By = by },
            new UserCommands.PlanException(User, At, new PlannedException(0, At, At.AddDays(1), "ES", 0, "")) { By = by },
            new AnswerReport(User, At, 3, true) { By = by },
            new SiteCommands.Release(Site, At) { By = by },
            new SiteCommands.WithdrawException(Site, At, 3) { By = by },
            new SiteCommands.PlanException(Site, At, new PlannedException(0, At, At.AddDays(1), "ES", 0, "")) { By = by },
            new BlockCommands.Add(Thief, TimeSpan.FromHours(1), by),
            new BlockCommands.Remove(Thief, by),
            new BlockCommands.Exempt(Thief, null, by),
            new BlockCommands.EndExemption(Thief, by),
        ];
        foreach (var command in asked)
        {
            var contract = GuardManifests.All.Single(one => one.Type == command.GetType());
            Assert.Equal(command, contract.Read(contract.Write(command).ToByteArray()));
        }
    }

    [Fact]
    public void A_blocked_prefix_survives_the_wire_and_what_was_written_before_has_none()
    {
        var owed = new BlockOwed(At, NetworkAddress.Parse("2001:db8:7::"), At.AddDays(1), false, Reasons) { PrefixLength = 48 };
        var batch = new AddressEventBatch(7, [owed]);
        Golden("d.batch.1", "prefix", batch, read => Assert.Equal(48, Assert.IsType<BlockOwed>(Assert.Single(read.Events)).PrefixLength));
        var state = AddressEvolution.Apply(new AddressBucketState(7), batch);
        var read = AddressSnapshotWire.Read(AddressSnapshotWire.Write(state));
        var known = Assert.Single(Assert.Single(read.Networks).Addresses);
        Assert.Equal((48, owed.Until.ToUnixTimeSeconds(), 48), (known.PrefixLength, known.BlockedUntil, read.Owed[0].Block.PrefixLength));
        var effect = new Effect(Effect.OfAddresses, 1, EffectKind.BlockAddress, At, owed.Until, default, default, default, 0, owed.Address, "", Reasons)
        {
            PrefixLength = 48,
        };
        foreach (
            var message in new IGuardMessage[]
            {
                effect,
                new AskCompany(3, owed.Address) { PrefixLength = 56 },
            }
        )
        {
            var contract = GuardManifests.All.Concat(ClusterManifests.All).First(one => one.Type == message.GetType());
            Assert.Equal(contract.Write(message).ToByteArray(), contract.Write(contract.Read(contract.Write(message).ToByteArray())).ToByteArray());
            Assert.NotEqual(contract.Write(message).ToByteArray(), contract.Write(Narrow(message)).ToByteArray());
        }
        var old = GuardManifests.All.Single(one => one.Manifest == "d.batch.1");
        var before = (AddressEventBatch)old.Read(Convert.FromHexString(File.ReadAllText(Path.Combine(SourceDirectory(), "Golden", "d.batch.1.hex")).Trim()));
        Assert.Equal(0, before.Events.OfType<BlockOwed>().Single().PrefixLength);
    }

    [Fact]
    public void Who_moves_among_the_addresses_of_a_network_survives_the_wire_and_what_was_written_before_tells_of_nobody()
    {
        var address = Account.In("GB").Address;
        var moved = NetworkAddress.FromIPv4((uint)address.Bits ^ 1);
        var state = new AddressBucketState(7);
        foreach (var (from, at) in new[] { (address, At), (moved, At.AddSeconds(1)), (moved, At.AddDays(1)) })
            state = AddressEvolution.Apply(state, new AttemptCounted(new AddressAttempt(from, AttemptKind.Succeeded, 22, at, ObservationOrigin.None, "")));
        var read = AddressSnapshotWire.Read(AddressSnapshotWire.Write(state));
        Assert.Equal(state.NetworkOf(address).Guests.Entries.ToArray(), read.NetworkOf(address).Guests.Entries.ToArray());
        Assert.True(Assert.Single(read.NetworkOf(address).Guests.Entries.ToArray()).Moves);
        var snapshot = GuardManifests.All.Single(one => one.Manifest == "d.snap.1");
        var before = (AddressBucketState)
            snapshot.Read(Convert.FromHexString(File.ReadAllText(Path.Combine(SourceDirectory(), "Golden", "d.snap.1.hex")).Trim()));
        Assert.Contains(before.Networks, network => network.Guests.Entries.Length > 0);
        Assert.All(before.Networks, network => Assert.DoesNotContain(network.Guests.Entries.ToArray(), guest => guest.Moves));
    }

    private static IGuardMessage Narrow(IGuardMessage message) =>
        message switch
        {
            Effect effect => effect with { PrefixLength = 0 },
            AskCompany ask => ask with { PrefixLength = 0 },
            _ => message,
        };

    [Fact]
    public void What_further_limits_count_survives_the_wire()
    {
        var policy = Account.RulesOnly with
        {
            Quotas =
            [
                new Quota(TimeSpan.FromSeconds(15), QuotaUnit.Addresses, 10) { Then = Rung.Suspended, Text = "not so fast" },
                new Quota(TimeSpan.FromHours(1), QuotaUnit.Passwords, 20),
                new Quota(TimeSpan.FromDays(1), QuotaUnit.Bytes, 5_000_000_000),
                new Quota(TimeSpan.FromSeconds(15), QuotaUnit.Failures, 30, Of: QuotaScope.Address) { Repeats = true, Then = Rung.Blocked },
            ],
        };
        var wrong = new Login(User, At.AddMilliseconds(7), Account.In("RO"), ObservationOrigin.None, Service.Imap, LoginOutcome.WrongPassword)
        {
            Password = 77,
        };
        var account = new Account(policy).Login(At, "GB").Take(wrong).Take(wrong with { At = At.AddSeconds(2), Password = 78 });
        account.Take(new Submission(User, At.AddSeconds(3), Account.In("GB"), ObservationOrigin.None, 1, 4_000_000_000, ""));
        Golden(
            "u.batch.1",
            "password",
            new UserEventBatch(User, [.. account.Events]),
            read => Assert.Equal(account.Events.OfType<ObservationJudged>(), read.Events.OfType<ObservationJudged>())
        );
        var exact = Path.Combine(SourceDirectory(), "Golden", "u.snap.1.exact.hex");
        var stored = (UserState)Plain("u.snap.1").Read(Convert.FromHexString(File.ReadAllText(exact).Trim()));
        Assert.Equal((account.State.Exact, account.State.Quotas), (stored.Exact, stored.Quotas), SameUse);
        var sent = new Submission(User, At.AddSeconds(4), Account.In("GB"), ObservationOrigin.None, 1, 1, "") { Sender = 5 };
        var told = new Delivery(User, At.AddSeconds(5), ObservationOrigin.None, DeliveryOutcome.RefusedAsSpam, 1) { Recipient = 9 };
        account.Events.Clear();
        account.Take(sent).Take(told);
        Golden(
            "u.batch.1",
            "correspondents",
            new UserEventBatch(User, [.. account.Events]),
            read => Assert.Equal([sent, told], read.Events.OfType<ObservationJudged>().Select(judged => judged.Observation))
        );
        var known = (UserState)
            Plain("u.snap.1").Read(Convert.FromHexString(File.ReadAllText(Path.Combine(SourceDirectory(), "Golden", "u.snap.1.correspondents.hex")).Trim()));
        var rewritten = (UserState)Plain("u.snap.1").Read(Plain("u.snap.1").Write(account.State).ToByteArray());
        Assert.All([known, rewritten], read => Assert.Equal((1, true), (read.Baseline.Known.Added, read.Baseline.Known.Contains(9))));
        var attempt = new AddressAttempt(Account.In("RO").Address, AttemptKind.Failed, 7, At, ObservationOrigin.None, "");
        var adopted = new AddressQuotasAdopted(At, ["accounts/1h/network", "failures/15s/address/repeats", "failures/1h/address"]);
        var counted = new AddressEventBatch(3, [adopted, new AttemptCounted(attempt), new AddressForgotten(At, attempt.Address)]);
        Golden("d.batch.1", "quotas", counted, read => Assert.Equal(counted.Events.Skip(1), read.Events.Skip(1)));
        var bucket = AddressEvolution.Apply(AddressEvolution.Apply(new AddressBucketState(3), adopted), new AttemptCounted(attempt));
        var snapshot = Plain("d.snap.1");
        var again = (AddressBucketState)snapshot.Read(snapshot.Write(bucket).ToByteArray());
        Assert.Equal(bucket.Adopted, again.Adopted);
        Assert.Equal(bucket.Counted.Keys.OrderBy(key => key.Of), again.Counted.Keys.OrderBy(key => key.Of));
        Assert.All(bucket.Counted, one => Assert.Equal(one.Value.Use.Exact, again.Counted[one.Key].Use.Exact));
        var bot = new AccessEntryAdded(
            At,
            new StoredAccessEntry(AccessListKind.Black, Thief, "", At.AddHours(1), "a bot") { Ja3 = "e7d705a3286e19ea42f587b344ee6865" }
        );
        Golden("a.added.1", "ja3", bot, read => Assert.Equal(bot, read));
        var lease = GuardManifests.All.Single(one => one.Type == typeof(LeaseGranted));
        var granted = new LeaseGranted(Site, User, "r", "l", At, "v", policy, policy, Rung.Normal, []);
        Assert.Equal(policy.Quotas, ((LeaseGranted)lease.Read(lease.Write(granted).ToByteArray())).Policy.Quotas);
        static bool SameUse(
            (ImmutableArray<Guard.Actors.Policies.ExactWindow> Exact, ImmutableArray<Guard.Actors.Policies.QuotaWindow> Slots) a,
            (ImmutableArray<Guard.Actors.Policies.ExactWindow> Exact, ImmutableArray<Guard.Actors.Policies.QuotaWindow> Slots) b
        ) => a.Exact.SequenceEqual(b.Exact) && a.Slots.SequenceEqual(b.Slots);
    }

    [Fact]
    public void What_is_judged_of_turns_lists_and_crowded_days_survives_the_wire()
    {
        var listed = Account.In("BR") with { Listed = "drop", ListedBits = 4 };
        var mail = new Submission(User, At, listed, ObservationOrigin.None, 1, 1, "");
        var batch = new UserEventBatch(User, [new ObservationJudged(mail, Judgement.Strange | Judgement.StrangeMail, 8)]);
        Golden("u.batch.1", "turn", batch, read => Assert.Equal(batch.Events, read.Events));
        var crowded = Baseline.Empty.CrowdedDays.See(Baseline.AnyDay, 20_000);
        var account = UserEvolution.Apply(new UserState(User) { Baseline = Baseline.Empty with { CrowdedDays = crowded } }, batch);
        Golden(
            "u.snap.1",
            "crowded",
            account,
            read =>
                Assert.Equal(
                    (1, EffectKind.NoteSite, Rung.Reported),
                    (read.Baseline.CrowdedDays.Weight(Baseline.AnyDay, 20_000), read.Owed[0].Kind, read.Owed[0].To)
                )
        );
    }

    [Fact]
    public void Strangers_written_to_at_one_go_survive_the_wire()
    {
        var fresh = new FreshRecipients(3, 90, 100, 20_000, AtOneGo: 80);
        var bulk = new BulkPeak(3, 0, 20_000, Doubted: 90, DoubtedDay: 20_000);
        Golden(
            "u.snap.1",
            "doubted-list",
            new UserState(User) { Baseline = Baseline.Empty with { Bulk = bulk } },
            read => Assert.Equal(bulk, read.Baseline.Bulk)
        );
        Golden(
            "u.snap.1",
            "one-go",
            new UserState(User) { Baseline = Baseline.Empty with { Fresh = fresh } },
            read => Assert.Equal(fresh, read.Baseline.Fresh)
        );
    }

    [Fact]
    public void What_a_whole_site_counts_of_different_things_survives_the_wire()
    {
        ImmutableArray<SliceAmount> amounts = [.. Amounts, new SliceAmount("countries/1h/site", 1) { Member = 7, IsKnown = true }];
        var granted = new SliceGranted(Site, At, User, "r", "l", At.AddSeconds(150), amounts);
        Golden("s.grant.1", "members", granted, read => Assert.Equal(amounts, read.Amounts));
        var site = SiteEvolution.Apply(new SiteState(Site), granted);
        Golden("s.snap.1", "members", site, read => Assert.Equal(site.Exact, read.Exact));
        var taken = new UserEventBatch(
            User,
            [
                new SliceTaken(At, "l", At.AddSeconds(150), amounts),
                new AlarmRaised(At, Thief.Address, "UA", [new Reason(ReasonCodes.LockNotHeld, 5, 0)]),
                new AlarmRaised(At.AddSeconds(1), Thief.Address, "UA", [new Reason(ReasonCodes.BlockNotHeld, 5, 0)]),
            ]
        );
        Golden("u.batch.1", "members", taken, read => Assert.Equal(amounts, ((SliceTaken)read.Events[0]).Amounts));
        var account = UserEvolution.Apply(new UserState(User), taken);
        Golden(
            "u.snap.1",
            "alarms",
            account,
            read =>
                Assert.Equal(
                    (account.Slice.Left, account.Alarms),
                    (read.Slice.Left, read.Alarms),
                    (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2 == b.Item2
                )
        );
        var late = account with { AskedAt = 77, LoggedMessages = [5] };
        Golden("u.snap.1", "late-questions", late, read => Assert.Equal((77, 5UL), (read.AskedAt, Assert.Single(read.LoggedMessages))));
        var decision = new Decision(User, "r", Verdict.Allow, Verdict.Allow, Rung.Normal, null, 0, []) { CountedBefore = true };
        var decided = GuardManifests.All.Single(one => one.Type == typeof(Decision));
        Assert.True(((Decision)decided.Read(decided.Write(decision).ToByteArray())).CountedBefore);
        var asked = new SiteCommands.RequestLease(Site, User, "r", At, amounts, "", []) { IsQuestion = true };
        var request = GuardManifests.All.Single(one => one.Type == typeof(SiteCommands.RequestLease));
        var told = (SiteCommands.RequestLease)request.Read(request.Write(asked).ToByteArray());
        Assert.Equal((true, 1), (told.IsQuestion, told.Counted.Length));
        var lease = GuardManifests.All.Single(one => one.Type == typeof(LeaseGranted));
        var shown = new LeaseGranted(Site, User, "r", "", At, "v", Account.Example, Account.Example, Rung.Normal, []) { Shown = amounts };
        Assert.Equal(amounts, ((LeaseGranted)lease.Read(lease.Write(shown).ToByteArray())).Shown);
    }

    /// <summary>As released; it stays readable.</summary>
    private static void Golden<T>(string manifest, string what, T value, Action<T> check)
        where T : notnull
    {
        var contract = GuardManifests.All.Concat(GuardManifests.Former).Single(one => one.Manifest == manifest);
        var hex = Convert.ToHexStringLower(contract.Write(value).ToByteArray());
        var golden = Path.Combine(SourceDirectory(), "Golden", $"{manifest}.{what}.hex");
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1" && !File.Exists(golden))
            File.WriteAllText(golden, hex + "\n");
        Assert.Equal(File.ReadAllText(golden).Trim(), hex);
        var read = (T)contract.Read(Convert.FromHexString(hex));
        check(read);
        Assert.Equal(hex, Convert.ToHexStringLower(contract.Write(read).ToByteArray()));
    }

    [Fact]
    public void What_is_wanted_on_every_node_survives_the_wire()
    {
        var limit = new StandingBlockEntry(Thief, At.AddDays(1), "guessing", "info@example.com");
        var locked = new LockEntry(User, 7, true, At, At.AddHours(1), "mails") { Grade = LockGrade.Sending };
        var released = new LockEntry(User, 8, false, At, null, "") { ByAdmin = true };
        var changed = GuardManifests.All.Single(one => one.Type == typeof(WantedChanged));
        var change = new WantedChange([], [Thief], [locked, released], [new UnlockedAccount(User, true)])
        {
            Limits = [limit],
            Unlimited = [new BlockedNetwork(Account.In("RO").Address, 32)],
        };
        var read = ((WantedChanged)changed.Read(changed.Write(new WantedChanged(new WantedMark("e", 3), change)).ToByteArray())).Change;
        Assert.Equal([limit], read.Limits);
        Assert.Equal(change.Unlimited, read.Unlimited);
        Assert.Equal(change.Unblocked, read.Unblocked);
        Assert.Equal([locked, released], read.Locks);
        Assert.Equal(change.Unlocked, read.Unlocked);
        var whole = GuardManifests.All.Single(one => one.Type == typeof(WantedWhole));
        var part = (WantedWhole)whole.Read(whole.Write(new WantedWhole(new WantedMark("e", 3), 1, 2, [], [locked]) { Limits = [limit] }).ToByteArray());
        Assert.Equal([limit], part.Limits);
        Assert.Empty(part.Blocks);
        Assert.Equal([locked], part.Locks);
    }

    [Fact]
    public void A_policy_survives_the_wire()
    {
        var granted = new LeaseGranted(
            Site,
            User,
            "r",
            "l",
            At,
            "v",
            Account.Example with
            {
                Services = [new ServicePolicy(Service.Ftp, ["GB"], ["!X"])],
            },
            GuardPolicy.Default,
            Rung.Reported,
            Amounts
        );
        var contract = GuardManifests.All.Single(one => one.Type == typeof(LeaseGranted));
        var bytes = contract.Write(granted).ToByteArray();
        Assert.Equal(bytes, contract.Write(contract.Read(bytes)).ToByteArray());
        Assert.Equal(3, ((LeaseGranted)contract.Read(bytes)).Policy.Quotas.Length);
    }

    [Fact]
    public void What_a_program_tells_survives_the_wire()
    {
        var take = new TakeObservations(Told.Source, Told.Key, Told.Observations);
        var contract = GuardManifests.All.Single(one => one.Type == typeof(TakeObservations));
        var read = (TakeObservations)contract.Read(contract.Write(take).ToByteArray());
        Assert.Equal(take.Observations, read.Observations);
        Assert.Equal((take.Source, take.Key), (read.Source, read.Key));
        var held = new ObservationsHeld("http:panel", 3, 2, true);
        var answer = GuardManifests.All.Single(one => one.Type == typeof(ObservationsHeld));
        Assert.Equal(held, answer.Read(answer.Write(held).ToByteArray()));
        Assert.InRange(
            contract
                .Write(
                    new TakeObservations(
                        Told.Source,
                        Told.Key,
                        [
                            .. Enumerable.Repeat(
                                Told.Observations[1] with
                                {
                                    Observation = Told.Observations[1].Observation with { User = new UserId(new string('u', 254)) },
                                },
                                200
                            ),
                        ]
                    )
                )
                .CalculateSize(),
            1,
            128_000
        );
    }

    [Fact]
    public void Rows_of_every_kind_of_cell_survive_the_wire()
    {
        var rows = new Inspected(
            "7",
            [
                ["text", 1.5, 12L, (DateTimeOffset?)At, Cell.Empty],
                [],
            ],
            "not all",
            true
        );
        var contract = GuardManifests.All.Single(one => one.Type == typeof(Inspected));
        var read = (Inspected)contract.Read(contract.Write(rows).ToByteArray());
        Assert.Equal(rows.Rows.Select(row => row.ToArray()), read.Rows.Select(row => row.ToArray()));
        Assert.Equal((rows.Id, rows.Error, rows.Last), (read.Id, read.Error, read.Last));
    }

    [Fact]
    public void The_snapshot_of_a_busy_account_is_bounded()
    {
        var account = new Account().KnownFor(200);
        for (var i = 0; i < 5000; i++)
            account.Send(At.AddDays(201).AddSeconds(i), new[] { "RO", "UA", "CN", "BR", "US", "FR", "IN", "JP", "KE" }[i % 9], 1, i % 97);
        var size = GuardManifests.All.Single(one => one.Manifest == "u.snap.2").Write(account.State).CalculateSize();
        Assert.InRange(size, 500, MaxBytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"{size} bytes");
    }

    /// <summary>Two kibibytes, whatever the history.</summary>
    private const int MaxBytes = 2048;

    private static string SourceDirectory([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
