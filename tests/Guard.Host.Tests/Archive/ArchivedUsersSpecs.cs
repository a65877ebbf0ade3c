using Guard.Host.Archive;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Archive;

public sealed class ArchivedUsersSpecs : IDisposable
{
    private const int Accounts = 50_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-users").FullName;

    [Fact]
    public void Who_is_in_a_file_is_always_found_and_hardly_anybody_else()
    {
        var path = Path.Combine(_directory, "2026-03-10.archive");
        var block = new PendingBlock(new SiteId("example.com"), 0);
        for (var account = 0; account < Accounts; account++)
            block.Add(ArchivedKind.Write, new UserEventBatch(Name(account), [new EffectConfirmed(DateTimeOffset.UnixEpoch, 1)]));
        File.WriteAllBytes(path, block.ToBlock());
        var users = new ArchivedUsers();
        Assert.All(Enumerable.Range(0, Accounts), account => Assert.True(MayHold(account)));
        // With one bit an account it would be about 60 of 10,000.
        Assert.InRange(Enumerable.Range(Accounts, 10_000).Count(MayHold), 0, 3);

        bool MayHold(int account) => users.MayHold(path, PendingBlock.HashOf(Name(account)));
    }

    private static UserId Name(int account) => new($"user{account:00000}@example.com");

    public void Dispose() => Directory.Delete(_directory, true);
}
