using CsCheck;
using Google.Protobuf;
using Guard.Actors.Addresses;
using Guard.Actors.Behaviour;
using Guard.Actors.Serialization;
using Guard.Messages.Addresses;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Addresses;

/// <summary>What holds for addresses whatever strangers do, over random stories in a small world.</summary>
public sealed class AddressProperties
{
    private static readonly DateTimeOffset Start = AddressWorld.Start;

    private static readonly Gen<NetworkAddress> Address = Gen.OneOf(
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 90], (net, host) => NetworkAddress.FromIPv4(0x2D000000u + (uint)(net << 8) + (uint)host)),
        Gen.Select(
            Gen.Int[0, 2],
            Gen.Int[0, 90],
            Gen.Int[1, 3],
            (net, sub, host) => NetworkAddress.FromIPv6(((UInt128)0x20010db8 << 96) | ((UInt128)(uint)net << 80) | ((UInt128)(uint)sub << 64) | (uint)host)
        ),
        // Spread over /56s.
        Gen.Select(
            Gen.Int[0, 1],
            Gen.Int[0, 90],
            (net, sub) => NetworkAddress.FromIPv6(((UInt128)0x20010db9 << 96) | ((UInt128)(uint)net << 80) | ((UInt128)(uint)(sub * 0x31) << 68))
        )
    );

    private static readonly Gen<(NetworkAddress Address, AttemptKind Kind, int Account, double Pause, bool FromLog)[]> Story = Gen.Select(
        Address,
        Gen.Enum<AttemptKind>(),
        Gen.Int[0, 60],
        Gen.OneOf(Gen.Double[0, 5], Gen.Double[-200, 4000], Gen.Const(90_000.0)),
        Gen.Bool
    ).Array[1, 400];

    private static readonly Gen<BruteForcePolicy> Limits = Gen.Select(
        Gen.Int[1, 30],
        Gen.Int[15, 90_000],
        Gen.Int[0, 12],
        Gen.Int[0, 40],
        Gen.Int[0, 40],
        (failures, within, accounts, daily, network) =>
            new BruteForcePolicy(failures, TimeSpan.FromSeconds(Math.Min(within, 86_400)))
            {
                Accounts = accounts,
                AccountsDaily = daily,
                NetworkFailures = network,
            }
    );

    private static IEnumerable<AddressAttempt> Attempts((NetworkAddress Address, AttemptKind Kind, int Account, double Pause, bool FromLog)[] story)
    {
        var now = Start;
        for (var i = 0; i < story.Length; i++)
        {
            now += TimeSpan.FromSeconds(story[i].Pause);
            var account = story[i].Kind == AttemptKind.NoName ? 0 : AddressKeys.Hash($"user{story[i].Account}@example.com");
            yield return new AddressAttempt(
                story[i].Address,
                story[i].Kind,
                account,
                now,
                story[i].FromLog ? new ObservationOrigin("log", (ulong)i + 1) : ObservationOrigin.None,
                ""
            );
        }
    }

    private static (AddressBucketState State, List<AddressEvent> Events) Run(BruteForcePolicy limits, IEnumerable<AddressAttempt> attempts)
    {
        // One bucket takes them all: its bounds are met sooner.
        var (state, events) = (new AddressBucketState(0), new List<AddressEvent>());
        foreach (var attempt in attempts)
            state = AddressDecider.Decide(state, attempt, new AddressTerms(limits, TimeSpan.FromDays(1), true, false, []), events);
        return (state, events);
    }

    private static byte[] Bytes(AddressBucketState state) => AddressSnapshotWire.Write(state).ToByteArray();

    [Fact]
    public void A_snapshot_and_the_rest_give_the_same_as_all_events() =>
        Gen.Select(Limits, Story, Gen.Double[0, 1])
            .Sample(
                (limits, story, cut) =>
                {
                    var (state, events) = Run(limits, Attempts(story));
                    var at = (int)(events.Count * cut);
                    var batch = (IEnumerable<AddressEvent> part) => AddressWire.Read(AddressWire.Write(new AddressEventBatch(0, [.. part])));
                    var first = AddressEvolution.Apply(new AddressBucketState(0), batch(events.Take(at)));
                    var restored = AddressSnapshotWire.Read(AddressSnapshotRecordOf(first));
                    Assert.Equal(Bytes(state), Bytes(AddressEvolution.Apply(restored, batch(events.Skip(at)))));
                },
                iter: 200
            );

    [Fact]
    public void Nobody_is_blocked_who_failed_only_at_accounts_that_are_at_home_there() =>
        Gen.Select(Limits, Story)
            .Sample(
                (limits, story) =>
                {
                    var home = Attempts(story)
                        .SelectMany(attempt =>
                            attempt.Account == 0 ? [] : new[] { attempt with { Kind = AttemptKind.Succeeded, Origin = ObservationOrigin.None }, attempt }
                        );
                    var (_, events) = Run(limits with { }, home.Where(attempt => attempt.Kind != AttemptKind.NoName));
                    Assert.Empty(events.OfType<BlockOwed>());
                },
                iter: 200
            );

    [Fact]
    public void Whoever_is_blocked_failed_himself_and_as_often_as_he_is_told() =>
        Gen.Select(Limits, Story)
            .Sample(
                (limits, story) =>
                {
                    var (_, events) = Run(limits, Attempts(story));
                    for (var i = 0; i < events.Count; i++)
                    {
                        if (events[i] is not BlockOwed block)
                            continue;
                        var failures = events
                            .Take(i)
                            .OfType<AttemptCounted>()
                            .Count(counted => counted.Attempt.IsFailure && IsMeant(block, counted.Attempt.Address));
                        Assert.True(failures >= 1);
                        if (block.Reasons[0].Code == Messages.Decisions.ReasonCodes.BruteForce)
                            Assert.True(failures >= block.Reasons[0].Value && block.Reasons[0].Value >= limits.Failures);
                        if (block.Reasons[0].Code == Messages.Decisions.ReasonCodes.NetworkGuessing)
                            Assert.True(failures > AddressDecider.ToleratedInHostile);
                    }
                },
                iter: 200
            );

    private static bool IsMeant(BlockOwed block, NetworkAddress address) =>
        (
            block.PrefixLength == 0 ? AddressKeys.Party(address)
            : address.IsIPv6 ? address.Prefix(block.PrefixLength)
            : default
        ) == block.Address;

    [Fact]
    public void A_prefix_is_blocked_only_where_nobody_logged_in_and_several_of_its_64s_guessed() =>
        Gen.Select(Limits, Story)
            .Sample(
                (limits, story) =>
                {
                    // Fewer succeed, so that there is a prefix where nobody does.
                    var (_, events) = Run(limits, Attempts([.. story.Where((one, i) => one.Kind != AttemptKind.Succeeded || i % 16 == 0)]));
                    for (var i = 0; i < events.Count; i++)
                    {
                        if (events[i] is not BlockOwed { PrefixLength: > 0 } block)
                            continue;
                        Assert.Contains(block.PrefixLength, AddressKeys.Wide6);
                        var meant = events
                            .Take(i)
                            .OfType<AttemptCounted>()
                            .Select(counted => counted.Attempt)
                            .Where(one => IsMeant(block, one.Address))
                            .ToList();
                        Assert.True(meant.Where(one => one.IsFailure).Select(one => AddressKeys.Party(one.Address)).Distinct().Count() >= 4);
                        Assert.DoesNotContain(meant, one => one.Kind == AttemptKind.Succeeded && (block.At - one.At).TotalDays < 60);
                        if (block.Reasons[0].Code == Messages.Decisions.ReasonCodes.StrangersGuessing)
                            Assert.True(meant.Where(one => one.IsFailure).Select(one => one.Account).Distinct().Count() >= block.Reasons[0].Value);
                    }
                },
                iter: 300
            );

    [Fact]
    public void Whoever_is_blocked_for_three_days_of_names_tried_as_many_where_nobody_logged_in() =>
        Gen.Select(Limits, Story)
            .Sample(
                (limits, story) =>
                {
                    var (_, events) = Run(limits with { Failures = 1000, Accounts = 0, NetworkFailures = 0 }, Attempts(story));
                    for (var i = 0; i < events.Count; i++)
                    {
                        if (events[i] is not BlockOwed block || !block.Reasons[0].Subject.EndsWith("(3 d)", StringComparison.Ordinal))
                            continue;
                        var meant = events
                            .Take(i)
                            .OfType<AttemptCounted>()
                            .Select(counted => counted.Attempt)
                            .Where(attempt => IsMeant(block, attempt.Address) && attempt.At > block.At.AddDays(-3))
                            .ToList();
                        Assert.True(block.Reasons[0].Value >= Math.Max(3, limits.AccountsDaily / 2));
                        Assert.True(meant.Where(attempt => attempt.IsFailure).Select(attempt => attempt.Account).Distinct().Count() >= block.Reasons[0].Value);
                        Assert.DoesNotContain(meant, attempt => attempt.Kind == AttemptKind.Succeeded && attempt.At <= block.At);
                    }
                },
                iter: 200
            );

    [Fact]
    public void A_bucket_stays_small_whatever_a_million_strangers_do()
    {
        var random = new Random(7);
        var state = new AddressBucketState(0);
        var terms = new AddressTerms(BruteForcePolicy.Default, TimeSpan.FromDays(1), true, false, []);
        var largest = 0;
        for (var i = 0; i < 60_000; i++)
        {
            var events = new List<AddressEvent>();
            var address =
                i % 3 == 0
                    ? NetworkAddress.FromIPv6(((UInt128)0x20010db8 << 96) | ((UInt128)(uint)random.Next(5000) << 64) | 1)
                    : NetworkAddress.FromIPv4((uint)random.Next());
            if (i % 5 < 2)
                address = NetworkAddress.FromIPv4(0x2D000000u + (uint)random.Next(4096));
            state = AddressDecider.Decide(
                state,
                new AddressAttempt(
                    address,
                    (AttemptKind)random.Next(5),
                    (ulong)random.NextInt64(),
                    Start.AddSeconds(i / 20.0),
                    new ObservationOrigin($"source{i % 200}", (ulong)i + 1),
                    ""
                ),
                terms,
                events
            );
            if (i % 1000 == 0)
                largest = Math.Max(largest, Bytes(state).Length);
        }
        Assert.InRange(state.Networks.Count, 1, AddressBucketState.MaxNetworks);
        Assert.Equal(state.Networks.Sum(network => network.Addresses.Length), state.Addresses);
        Assert.InRange(state.Addresses, 0, AddressBucketState.MaxAddresses + NetworkState.MaxAddresses);
        Assert.InRange(state.Marks.Length, 0, AddressBucketState.MaxMarks);
        Assert.InRange(largest, 1, 900_000);
    }

    [Fact]
    public void A_window_counts_what_lies_within_it_and_never_more() =>
        Gen.Select(Gen.Int[0, 20_000].Array[1, 300], Gen.Int[1, 86_400], Gen.Int[0, 20_000])
            .Sample(
                (seconds, window, now) =>
                {
                    var times = FailureTimes.None;
                    foreach (var second in seconds)
                        times = times.Add(1_000_000 + second);
                    var exact = seconds.Count(second => second > now - window && second <= now);
                    var counted = times.Within(1_000_000 + now, TimeSpan.FromSeconds(window));
                    Assert.True(times.Seconds.Length <= FailureTimes.MaxSeconds);
                    if (seconds.Distinct().Count() <= FailureTimes.MaxSeconds)
                        Assert.Equal(exact, counted);
                    else if (now >= seconds.Max())
                        Assert.True(counted <= exact);
                }
            );

    private static Messages.Wire.AddressSnapshotRecord AddressSnapshotRecordOf(AddressBucketState state) =>
        Messages.Wire.AddressSnapshotRecord.Parser.ParseFrom(Bytes(state));
}
