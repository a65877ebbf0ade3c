using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>What an admin's way back undoes.</summary>
public sealed class WayBackSpecs
{
    private static readonly DateTimeOffset At = Account.Start.AddDays(61);
    private static readonly NetworkAddress Thief = Account.In("RO").Address;

    private static Account Attacked()
    {
        var account = new Account().KnownFor(60).Login(At, "RO");
        account.Told(UserAdministration.Lock(account.State, At, At.AddHours(2), ReactionPolicy.Default));
        return account.Told([new AddressBlockOrdered(At, Thief, At.AddDays(1), [])]);
    }

    [Fact]
    public void A_release_lifts_the_lock_and_the_blocks_that_the_incident_caused()
    {
        var account = Attacked();
        account.Told(UserAdministration.Release(account.State, At.AddMinutes(5)));
        Assert.Contains(account.State.Owed, effect => effect.Kind == EffectKind.UnlockAccount);
        Assert.Contains(account.State.Owed, effect => effect.Kind == EffectKind.LiftBlocks);
        // What the firewall has not heard of yet shall not come afterwards.
        Assert.DoesNotContain(account.State.Owed, effect => effect.Kind == EffectKind.BlockAddress);
    }

    [Fact]
    public void An_absolution_does_and_learns_besides()
    {
        var account = Attacked();
        var events = UserAdministration.Absolve(account.State, At.AddMinutes(5));
        Assert.Equal([typeof(ReactionChanged), typeof(BlocksLifted), typeof(Absolved)], events.Select(change => change.GetType()));
    }

    [Fact]
    public void An_address_that_goes_on_after_a_release_is_blocked_anew()
    {
        var account = Attacked();
        account.Told(UserAdministration.Release(account.State, At.AddMinutes(5)));
        Assert.False(UserWayBack.HasBlocks(account.State, At.AddMinutes(5)));
    }

    [Fact]
    public void A_block_for_failed_logins_ends_with_a_release_of_an_account_that_stands_at_normal()
    {
        var account = new Account().KnownFor(60);
        account.Told([new AddressBlockOrdered(At, Thief, At.AddDays(1), [])]);
        Assert.Equal([typeof(BlocksLifted)], UserAdministration.Release(account.State, At.AddMinutes(1)).Select(change => change.GetType()));
    }

    [Fact]
    public void The_end_of_a_rung_by_time_lifts_no_block_before_its_own_time()
    {
        var account = Attacked();
        var ended = UserDecider.Expire(account.State, At.AddHours(3).ToUnixTimeMilliseconds(), ReactionPolicy.Default);
        Assert.DoesNotContain(ended, change => (UserEvent)change is BlocksLifted);
    }
}
