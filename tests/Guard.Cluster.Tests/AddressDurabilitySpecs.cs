using System.Collections.Immutable;
using Akka.Actor;
using Guard.Actors.Behaviour;
using Guard.Messages.Addresses;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Cluster.Tests;

/// <summary>Addresses behind a real region on a real SQLite journal that outlives it.</summary>
public sealed class AddressDurabilitySpecs : IDisposable
{
    private static readonly DateTimeOffset At = DateTimeOffset.UtcNow;
    private static readonly NetworkAddress Guesser = NetworkAddress.Parse("203.0.113.9");
    private static readonly GuardPolicy Policy = GuardPolicy.Default with { Mode = GuardMode.Enforce };

    private readonly GuardOnSqlite _guard = new();

    public void Dispose() => _guard.Dispose();

    private static AddressCommands.Observe Failures(int from, int count) =>
        new(
            AddressKeys.BucketOf(Guesser),
            [
                .. Enumerable
                    .Range(from, count)
                    .Select(i => new AddressAttempt(
                        Guesser,
                        AttemptKind.UnknownName,
                        AddressKeys.Hash($"name{i % 5}@example.com"),
                        At.AddSeconds(i),
                        new ObservationOrigin("/var/log/mail.log", (ulong)i),
                        "example.com"
                    )),
            ]
        );

    private static Task<AttemptsNoted> TellAsync(GuardOnSqlite.Life life, AddressCommands.Observe what) =>
        life.Regions.Addresses.Ask<AttemptsNoted>(what, GuardOnSqlite.Patience, TestContext.Current.CancellationToken);

    private static Task<AddressStatus> StatusAsync(GuardOnSqlite.Life life) =>
        life.Regions.Addresses.Ask<AddressStatus>(
            new AddressCommands.GetStatus(AddressKeys.BucketOf(Guesser), Guesser),
            GuardOnSqlite.Patience,
            TestContext.Current.CancellationToken
        );

    [Fact]
    public async Task What_was_counted_is_there_after_a_restart_and_told_again_counts_once()
    {
        var first = await _guard.StartAsync(Policy, At);
        Assert.Equal(19UL, (await TellAsync(first, Failures(1, 19))).Position);
        await first.System.Terminate();

        var second = await _guard.StartAsync(Policy, At);
        await TellAsync(second, Failures(1, 19));
        await TellAsync(second, Failures(10, 10));
        Assert.Empty(second.Effects.Carried);
        await TellAsync(second, Failures(20, 1));
        await Eventually.Is(() => !second.Effects.Carried.IsEmpty);
        var block = Assert.Single(second.Effects.Carried);
        Assert.Equal((EffectKind.BlockAddress, Guesser, GuardMode.Enforce), (block.Kind, block.Address, block.Mode));
        Assert.NotNull((await StatusAsync(second)).BlockedUntil);
        await second.System.Terminate();
    }

    [Fact]
    public async Task A_block_that_nobody_confirmed_is_sent_again_by_the_next_who_has_the_address()
    {
        var first = await _guard.StartAsync(Policy, At, loses: true);
        await TellAsync(first, Failures(1, 20));
        await first.System.Terminate();

        var second = await _guard.StartAsync(Policy, At);
        await StatusAsync(second);
        await Eventually.Is(() => !second.Effects.Carried.IsEmpty);
        await second.System.Terminate();

        var third = await _guard.StartAsync(Policy, At);
        Assert.NotNull((await StatusAsync(third)).BlockedUntil);
        await third.System.Terminate();
        Assert.Empty(third.Effects.Carried);
    }

    [Fact]
    public async Task The_journal_does_not_grow_with_strangers_words()
    {
        var life = await _guard.StartAsync(Policy, At);
        for (var batch = 0; batch < 40; batch++)
            await TellAsync(life, Failures(1 + (batch * 10), 10));
        await Eventually.Is(() => _guard.RowsAsync("addresses-%").GetAwaiter().GetResult() <= 20);
        await life.System.Terminate();
    }

    [Fact]
    public async Task A_name_that_only_fails_has_no_row_and_no_lease_and_becomes_an_account_when_it_succeeds()
    {
        var life = await _guard.StartAsync(Policy, At);
        var user = new UserId("nobody@nowhere.example");
        var place = new Place(Guesser, AddressKind.Public, "RO");
        var failures = Enumerable
            .Range(1, 50)
            .Select(i =>
                (Observation)new Login(user, At.AddSeconds(i), place, new ObservationOrigin("log", (ulong)i), Service.Imap, LoginOutcome.WrongPassword)
            )
            .ToImmutableArray();
        await life.Regions.Users.Ask<Observed>(new UserCommands.Observe(user, failures), GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, await _guard.RowsAsync("user-%"));
        Assert.Equal(0, await _guard.RowsAsync("site-%"));
        await life.Regions.Users.Ask<Observed>(
            new UserCommands.Observe(
                user,
                [
                    new Login(user, At.AddMinutes(2), place, new ObservationOrigin("log", 60), Service.Imap, LoginOutcome.Succeeded),
                    failures[0] with
                    {
                        At = At.AddMinutes(3),
                        Origin = new ObservationOrigin("log", 61),
                    },
                ]
            ),
            GuardOnSqlite.Patience,
            TestContext.Current.CancellationToken
        );
        var status = await life.Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), GuardOnSqlite.Patience, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (status.Totals.Logins, status.Totals.Failures));
        Assert.Equal(1, await _guard.RowsAsync("user-%"));
        await life.System.Terminate();
    }
}
