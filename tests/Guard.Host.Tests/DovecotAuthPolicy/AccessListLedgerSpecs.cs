using Akka.Actor;
using Guard.Actors.Policies.Geography;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Tests.Http;
using Guard.Messages.Intake;
using Guard.Messages.Places;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.DovecotAuthPolicy;

/// <summary>The lists on a real journal, over restarts of the guard.</summary>
public sealed class AccessListLedgerSpecs : IDisposable
{
    private readonly Journal _journal = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _journal.Dispose();

    private static AccessEntry Entry(string network, string login, DateTimeOffset expires, string reason = "noisy") =>
        new(AccessKey.From(NetworkPrefix.TryParse(network, out var prefix) ? prefix : null, login)!.Value, expires, reason);

    private static DateTimeOffset Whole(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private async Task WithAsync(Func<JournaledAccessLists, Task> work, int snapshotEvery = 500)
    {
        var system = _journal.Open();
        var lists = new JournaledAccessLists(system, "test", TimeProvider.System, snapshotEvery);
        await lists.LoadAsync(Logger.None);
        await work(lists);
        await system.Terminate();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(2)]
    public async Task What_was_added_and_removed_holds_after_a_restart(int snapshotEvery)
    {
        var until = Whole(DateTimeOffset.UtcNow.AddHours(1));
        await WithAsync(
            async lists =>
            {
                Assert.True(await lists.AddAsync(AccessListKind.Black, Entry("198.51.100.0/24", "", until), Cancel));
                Assert.True(await lists.AddAsync(AccessListKind.Black, Entry("2001:db8::/32", "info@example.com", until), Cancel));
                Assert.True(await lists.AddAsync(AccessListKind.Black, Entry("203.0.113.1", "", until), Cancel));
                Assert.True(await lists.AddAsync(AccessListKind.White, Entry("", "anna@example.com", until.AddHours(1), "the boss"), Cancel));
                await lists.RemoveAsync(AccessListKind.Black, Entry("203.0.113.1", "", default).Key, Cancel);
                await lists.RemoveAsync(AccessListKind.White, Entry("203.0.113.1", "", default).Key, Cancel);
            },
            snapshotEvery
        );
        await WithAsync(
            async lists =>
            {
                var black = lists.Black.Entries(DateTimeOffset.UtcNow);
                Assert.Equal(["198.51.100.0/24", "2001:db8::/32:info@example.com"], black.Select(entry => entry.Key.ToString()));
                Assert.All(black, entry => Assert.Equal((until, "noisy"), (entry.Expires, entry.Reason)));
                Assert.Equal(
                    ("anna@example.com", until.AddHours(1), "the boss"),
                    lists.White.Entries(DateTimeOffset.UtcNow).Select(entry => (entry.Key.Login, entry.Expires, entry.Reason)).Single()
                );
                Assert.NotNull(lists.Black.Find(NetworkAddress.Parse("198.51.100.7"), "x", DateTimeOffset.UtcNow));
                // Another end, and a third life.
                await lists.AddAsync(AccessListKind.Black, Entry("198.51.100.0/24", "", until.AddDays(1)), Cancel);
            },
            snapshotEvery
        );
        await WithAsync(
            lists =>
            {
                Assert.Equal(until.AddDays(1), lists.Black.Entries(DateTimeOffset.UtcNow)[0].Expires);
                return Task.CompletedTask;
            },
            snapshotEvery
        );
    }

    [Fact]
    public async Task An_entry_whose_time_is_up_meanwhile_does_not_come_back()
    {
        await WithAsync(async lists =>
            Assert.True(await lists.AddAsync(AccessListKind.Black, Entry("198.51.100.1", "", DateTimeOffset.UtcNow.AddMilliseconds(1)), Cancel))
        );
        await WithAsync(async lists =>
        {
            await Task.Delay(2, Cancel);
            Assert.Null(lists.Black.Find(NetworkAddress.Parse("198.51.100.1"), "", DateTimeOffset.UtcNow));
            Assert.Empty(lists.Black.Entries(DateTimeOffset.UtcNow));
        });
    }

    [Fact]
    public async Task Without_a_journal_nothing_is_said_to_be_added()
    {
        var system = ActorSystem.Create(
            "broken",
            """
            akka { loglevel = OFF, stdout-loglevel = OFF }
            akka.persistence.journal { plugin = "akka.persistence.journal.broken", broken.class = "Guard.Host.Tests.DovecotAuthPolicy.BrokenJournal, Guard.Host.Tests" }
            akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
            """
        );
        var lists = new JournaledAccessLists(system, "test", TimeProvider.System);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await lists.AddAsync(AccessListKind.Black, Entry("198.51.100.1", "", DateTimeOffset.UtcNow.AddHours(1)), deadline.Token)
        );
        Assert.Empty(lists.Black.Entries(DateTimeOffset.UtcNow));
        await system.Terminate();
    }
}

/// <summary>Cannot write.</summary>
public sealed class BrokenJournal : Akka.Persistence.Journal.MemoryJournal
{
    protected override Task<System.Collections.Immutable.IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<Akka.Persistence.AtomicWrite> messages,
        CancellationToken cancellationToken
    ) => Task.FromException<System.Collections.Immutable.IImmutableList<Exception?>>(new IOException("the disk is full"));
}
