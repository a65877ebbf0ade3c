using Guard.Actors.Users;
using Guard.Host.ConsoleModel.ReadModel;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Records;

public sealed class RecordsBufferSpecs
{
    private static readonly SiteId Site = new("example.com");
    private static readonly UserId User = new("info@example.com");
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly UserState Gone = new(User) { Forgotten = Noon.ToUnixTimeMilliseconds() };

    [Fact]
    public void What_is_confirmed_after_an_account_was_erased_does_not_bring_it_back()
    {
        var buffer = new RecordsBuffer();
        buffer.Note(Site, new UserEventBatch(User, [new EffectConfirmed(Noon.AddSeconds(5), 1)]), 1, Gone);
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void An_account_that_is_locked_again_after_it_was_forgotten_is_listed()
    {
        var buffer = new RecordsBuffer();
        var locked = Gone with { Reaction = Gone.Reaction with { Rung = Rung.Suspended } };
        buffer.Note(Site, new UserEventBatch(User, [new EffectConfirmed(Noon.AddSeconds(5), 2)]), 2, locked);
        Assert.Equal(Rung.Suspended, buffer.Accounts[User].Rung);
    }
}
