using Guard.Actors.Entities;
using Guard.Actors.Users;
using Guard.Host.Archive;
using Guard.Host.Configuration;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Archive;

public sealed class ArchiveSpecs : IDisposable
{
    private static readonly SiteId Site = new("example.com");
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-archive").FullName;

    [Fact]
    public async Task What_was_written_is_read_back_by_day_site_and_account()
    {
        await using (var archive = Open())
        {
            for (var i = 0; i < 300; i++)
                Offer(archive, Site, $"user{i % 5}@example.com", Noon.AddHours(i));
            Offer(archive, new SiteId("example.org"), "karl@example.org", Noon);
        }
        var reader = new ArchiveReader(new ArchiveFiles(_directory), _ => { });
        Assert.Equal(13, reader.Days.Count);
        Assert.Equal(300, reader.Days.Sum(day => reader.Count(day, Site, TestContext.Current.CancellationToken)));
        var items = reader.Days.SelectMany(day => reader.Read(day, Site, null, TestContext.Current.CancellationToken)).ToArray();
        Assert.Equal(300, items.Count(item => item.Batch is not null));
        Assert.DoesNotContain(items, item => item.Site != Site);
        var own = reader
            .Days.SelectMany(day => reader.Read(day, Site, new UserId("user3@example.com"), TestContext.Current.CancellationToken))
            .Where(item => item.User == new UserId("user3@example.com"))
            .ToArray();
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => Noon.AddHours(3 + 5 * i)),
            own.Where(item => item.Batch is not null).Select(item => item.Batch!.Events[0].At)
        );
        Assert.Equal(
            ["karl@example.org"],
            reader
                .Read(new DateOnly(2026, 3, 10), new SiteId("example.org"), null, TestContext.Current.CancellationToken)
                .Select(item => item.User.Value)
                .Distinct()
        );
    }

    [Fact]
    public async Task Accounts_that_are_forgotten_one_after_the_other_are_found_in_old_blocks_in_new_ones_and_in_files_written_anew()
    {
        await using var archive = Open();
        for (var day = 0; day < 3; day++)
        {
            foreach (var name in new[] { "anna", "bert", "karl" })
                Offer(archive, Site, $"{name}@example.com", Noon.AddDays(day));
        }
        Assert.Equal(0, archive.Forget(new UserId("nobody@example.com")));
        Assert.True(archive.Forget(new UserId("anna@example.com")) >= 3);
        // Behind what was looked through, and a day that was not there yet.
        Offer(archive, Site, "late@example.com", Noon.AddDays(2));
        Offer(archive, Site, "late@example.com", Noon.AddDays(3));
        Assert.True(archive.Forget(new UserId("late@example.com")) >= 2);
        Assert.True(archive.Forget(new UserId("bert@example.com")) >= 3);
        Assert.Equal(0, archive.Forget(new UserId("anna@example.com")));
        Assert.Equal(
            ["karl@example.com"],
            archive.Reader.Days.SelectMany(day => archive.Reader.Read(day, null, null, default)).Select(item => item.User.Value).Distinct()
        );
        // It may come back.
        Offer(archive, Site, "anna@example.com", Noon.AddDays(1));
        Assert.True(archive.Forget(new UserId("anna@example.com")) >= 1);
    }

    [Fact]
    public async Task What_is_read_of_one_site_is_its_part_of_all_whatever_was_appended_written_anew_or_given_back_meanwhile()
    {
        var cancel = TestContext.Current.CancellationToken;
        SiteId[] sites = [.. Enumerable.Range(0, 4).Select(i => new SiteId($"site{i}.example"))];
        var random = new Random(7);
        await using var archive = Open();
        var reader = archive.Reader;
        for (var round = 0; round < 60; round++)
        {
            var site = sites[random.Next(sites.Length)];
            var user = $"user{random.Next(5)}@{site.Value}";
            switch (random.Next(6))
            {
                case 0:
                    archive.Forget(new UserId(user));
                    break;
                case 1:
                    reader.Rest();
                    break;
                default:
                    Offer(archive, site, user, Noon.AddHours(random.Next(48)));
                    reader.Flush(random.Next(2) == 0 ? site : null);
                    break;
            }
            foreach (var day in reader.Days)
            {
                var all = reader.Read(day, null, null, cancel).Select(Name).ToArray();
                Assert.Equal(all.Select(item => item.Site).Distinct().Order(), reader.Sites(day, cancel).Select(held => held.Value).Order());
                foreach (var one in sites)
                {
                    var own = reader.Read(day, one, null, cancel).ToArray();
                    Assert.Equal(all.Where(item => item.Site == one.Value), own.Select(Name));
                    Assert.Equal(own.Count(item => item.Batch is not null), reader.Count(day, one, cancel));
                    Assert.Equal(reader.Blocks(day, 0, null, null).Count(block => SiteOf(block.Block) == one.Value), reader.Blocks(day, 0, one, null).Count());
                }
                Assert.Equal(sites.Sum(one => reader.Count(day, one, cancel)), reader.Count(day, null, cancel));
            }
        }

        static (string Site, string User, DateTimeOffset? At) Name(ArchivedItem item) => (item.Site.Value, item.User.Value, item.Batch?.Events[0].At);

        static string SiteOf(byte[] block) => ArchiveBlock.ReadHead(new MemoryStream(block))!.Header.Site;
    }

    [Fact]
    public async Task A_new_account_is_marked_and_one_that_was_known_comes_with_its_state()
    {
        await using (var archive = Open())
        {
            Offer(archive, Site, "new@example.com", Noon, firstSeen: Noon);
            Offer(archive, Site, "old@example.com", Noon, firstSeen: Noon.AddYears(-1));
            Offer(archive, Site, "old@example.com", Noon.AddMinutes(1), firstSeen: Noon.AddYears(-1));
        }
        var items = new ArchiveReader(new ArchiveFiles(_directory), _ => { }).Read(
            new DateOnly(2026, 3, 10),
            Site,
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([ArchivedKind.FirstWrite, ArchivedKind.Write, ArchivedKind.State, ArchivedKind.Write], items.Select(item => item.Kind));
    }

    [Fact]
    public async Task A_block_that_a_crash_cut_off_is_lost_and_nothing_behind_it()
    {
        await using (var archive = Open())
            Offer(archive, Site, "info@example.com", Noon);
        var file = Directory.EnumerateFiles(_directory).Single();
        await File.AppendAllBytesAsync(
            file,
            (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))[..30],
            TestContext.Current.CancellationToken
        );
        await using (var archive = Open())
            Offer(archive, Site, "info@example.com", Noon.AddMinutes(1));
        var items = new ArchiveReader(new ArchiveFiles(_directory), _ => { }).Read(
            new DateOnly(2026, 3, 10),
            Site,
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([Noon, Noon.AddMinutes(1)], items.Where(item => item.Batch is not null).Select(item => item.Batch!.Events[0].At));
    }

    [Fact]
    public async Task A_damaged_block_is_left_out()
    {
        await using (var archive = Open())
            Offer(archive, Site, "info@example.com", Noon);
        await using (var archive = Open())
            Offer(archive, Site, "info@example.com", Noon.AddMinutes(1));
        var file = Directory.EnumerateFiles(_directory).Single();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2 - 3] ^= 0x55;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var items = new ArchiveReader(new ArchiveFiles(_directory), _ => { }).Read(
            new DateOnly(2026, 3, 10),
            Site,
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal([Noon.AddMinutes(1)], items.Where(item => item.Batch is not null).Select(item => item.Batch!.Events[0].At));
    }

    [Fact]
    public void Days_that_are_too_old_or_too_many_bytes_go_and_the_newest_stays()
    {
        var files = new ArchiveFiles(_directory);
        for (var day = 1; day <= 10; day++)
            files.Append(new DateOnly(2026, 3, day), new byte[1000], checkEnd: false);
        Assert.Equal(7000, files.Bound(new DateOnly(2026, 3, 4), 1_000_000));
        Assert.Equal(3000, files.Bound(new DateOnly(2026, 3, 4), 3500));
        Assert.Equal(1000, files.Bound(new DateOnly(2026, 3, 4), 10));
        Assert.Equal(new DateOnly(2026, 3, 10), files.All().Single().Day);
    }

    [Fact]
    public void An_entity_is_never_held_up_when_the_writer_cannot_keep_up()
    {
        var intake = new ArchiveIntake();
        for (var i = 0; i < 20_000; i++)
            intake.Offer(Site, BatchOf("info@example.com", Noon), new UserState(new UserId("info@example.com")));
        Assert.Equal(20_000 - 16_384, intake.Left);
    }

    [Fact]
    public void Leases_and_confirmations_alone_are_no_part_of_the_story()
    {
        var intake = new ArchiveIntake();
        intake.Offer(
            Site,
            new UserEventBatch(new UserId("info@example.com"), [new EffectConfirmed(Noon, 1), new SliceGivenBack(Noon, "l")]),
            new UserState(new UserId("info@example.com"))
        );
        Assert.False(intake.Reader.TryRead(out _));
    }

    private ObservationArchive Open()
    {
        var archive = new ObservationArchive(
            _directory,
            ArchiveSettings.Default with
            {
                Keep = 366,
            },
            new ArchiveIntake(),
            new Clock(),
            new LoggerConfiguration().CreateLogger()
        );
        archive.Start();
        return archive;
    }

    private static void Offer(ObservationArchive archive, SiteId site, string user, DateTimeOffset at, DateTimeOffset? firstSeen = null) =>
        archive.Intake.Offer(
            site,
            BatchOf(user, at),
            new UserState(new UserId(user)) { FirstSeen = (firstSeen ?? at).ToUnixTimeMilliseconds(), LastSeen = at.ToUnixTimeMilliseconds() }
        );

    private static UserEventBatch BatchOf(string user, DateTimeOffset at) =>
        new(
            new UserId(user),
            [
                new ObservationJudged(
                    new Login(
                        new UserId(user),
                        at,
                        new Place(NetworkAddress.Parse("90.81.6.153"), Country: "GB"),
                        ObservationOrigin.None,
                        Service.Imap,
                        LoginOutcome.Succeeded
                    ),
                    Judgement.Learn,
                    1
                ),
            ]
        );

    public void Dispose() => Directory.Delete(_directory, true);

    private sealed class Clock : IGuardClock
    {
        public DateTimeOffset Now => Noon;
    }
}
