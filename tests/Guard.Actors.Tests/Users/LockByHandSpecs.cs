using System.Collections.Immutable;
using Guard.Actors.Users;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>An admin locks an account.</summary>
public sealed class LockByHandSpecs
{
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly ReactionPolicy Capped = ReactionPolicy.Default with { Highest = Rung.Reported };

    private static UserState Fold(UserState state, ImmutableArray<UserEvent> events) => events.Aggregate(state, UserEvolution.Apply);

    [Fact]
    public void An_admins_word_is_not_capped_by_the_policy()
    {
        var state = new UserState(new UserId("info@example.com"));
        state = Fold(state, UserAdministration.Lock(state, At, At.AddHours(2), Capped));
        Assert.Equal((Rung.Suspended, At.AddHours(2)), (state.Reaction.Rung, state.Reaction.UntilTime));
        Assert.Equal(At.AddHours(2), state.Owed.Single(effect => effect.Kind == EffectKind.LockAccount).Until);
    }

    [Fact]
    public void Without_a_time_it_is_the_policys()
    {
        var state = new UserState(new UserId("info@example.com"));
        Assert.Equal(At + Capped.SuspendFor, Fold(state, UserAdministration.Lock(state, At, null, Capped)).Reaction.UntilTime);
    }

    [Fact]
    public void A_longer_lock_is_owed_anew_and_a_shorter_one_changes_nothing()
    {
        var state = new UserState(new UserId("info@example.com"));
        state = Fold(state, UserAdministration.Lock(state, At, At.AddHours(2), Capped));
        Assert.Empty(UserAdministration.Lock(state, At.AddMinutes(1), At.AddHours(1), Capped));
        Assert.Empty(UserAdministration.Lock(state, At.AddMinutes(1), At, Capped));
        state = Fold(state, UserAdministration.Lock(state, At.AddMinutes(1), At.AddHours(3), Capped));
        Assert.Equal([At.AddHours(2), At.AddHours(3)], state.Owed.Where(effect => effect.Kind == EffectKind.LockAccount).Select(effect => effect.Until!.Value));
        Assert.Equal(At.AddHours(3), state.Reaction.UntilTime);
    }

    [Fact]
    public void Its_end_comes_by_itself()
    {
        var state = new UserState(new UserId("info@example.com"));
        state = Fold(state, UserAdministration.Lock(state, At, At.AddHours(2), ReactionPolicy.Default));
        state = Fold(state, [.. UserDecider.Expire(state, At.AddHours(2).ToUnixTimeMilliseconds(), ReactionPolicy.Default)]);
        Assert.Equal(Rung.Restricted, state.Reaction.Rung);
        Assert.Contains(state.Owed, effect => effect.Kind == EffectKind.UnlockAccount);
    }
}
