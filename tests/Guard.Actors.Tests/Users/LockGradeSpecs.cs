using System.Collections.Immutable;
using Guard.Actors.Reactions;
using Guard.Actors.Serialization;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>Locks that take away sending only, strange networks only, or everything.</summary>
public sealed class LockGradeSpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(60);

    private static GuardPolicy With(LockGrade grade) =>
        Account.Example with
        {
            Reactions = ReactionPolicy.Default with { Lock = grade, SuspendFor = TimeSpan.FromDays(3) },
        };

    /// <summary>A known account, locked by an admin for days.</summary>
    private static Account Locked(LockGrade grade)
    {
        var account = new Account(With(grade)).KnownFor(59);
        return account.Take(UserAdministration.Lock(account.State, Later, Later.AddDays(3), With(grade).Reactions));
    }

    [Theory]
    [InlineData(LockGrade.Everything, true, true, true)]
    [InlineData(LockGrade.Sending, false, true, true)]
    [InlineData(LockGrade.Strange, false, false, false)]
    public void From_home_a_lock_refuses_what_its_grade_takes_away(LockGrade grade, bool reading, bool sending, bool smtp)
    {
        Assert.Equal(reading, Locked(grade).Login(Later.AddMinutes(1), "GB", Service.Imap).Refused);
        Assert.Equal(sending, Locked(grade).Send(Later.AddMinutes(1), "GB").Refused);
        Assert.Equal(smtp, Locked(grade).Login(Later.AddMinutes(1), "GB", Service.Smtp).Refused);
    }

    [Theory]
    [InlineData(LockGrade.Everything, true)]
    [InlineData(LockGrade.Sending, false)]
    [InlineData(LockGrade.Strange, true)]
    public void From_abroad_every_grade_refuses_sending_and_reading_unless_only_sending_is_locked(LockGrade grade, bool reading)
    {
        Assert.Equal(reading, Locked(grade).Login(Later.AddMinutes(1), "RO", Service.Imap).Refused);
        Assert.True(Locked(grade).Send(Later.AddMinutes(1), "RO").Refused);
    }

    [Fact]
    public void The_thief_who_brings_a_lock_for_strange_networks_about_is_refused_and_the_owner_at_home_goes_on()
    {
        var account = new Account(With(LockGrade.Strange)).KnownFor(59);
        for (var i = 0; account.Rung < Rung.Suspended && i < 200; i++)
            account.Send(Later.AddSeconds(i), new[] { "RO", "UA", "CN", "BR" }[i % 4], 20, i % 50);
        Assert.InRange(account.Rung, Rung.Suspended, Rung.Blocked);
        Assert.Equal(LockGrade.Strange, account.State.Reaction.Grade);
        Assert.True(account.Refused);
        Assert.True(account.Send(Later.AddMinutes(9), "VN").Refused);
        Assert.False(account.Login(Later.AddMinutes(10), "GB", Service.Imap).Refused);
    }

    [Fact]
    public void What_goes_on_at_home_under_a_lock_for_strange_networks_is_not_learnt()
    {
        var account = Locked(LockGrade.Strange).Login(Later.AddMinutes(1), "GB", Service.Imap);
        Assert.DoesNotContain(account.Events.OfType<ObservationJudged>().TakeLast(1), judged => judged.Judgement.HasFlag(Judgement.Learn));
    }

    [Fact]
    public void A_locked_site_locks_its_accounts_by_the_grade_of_their_policy()
    {
        var account = new Account(With(LockGrade.Sending), Rung.Suspended).KnownFor(59);
        Assert.False(account.Login(Later, "GB", Service.Imap).Refused);
        Assert.True(account.Send(Later, "GB").Refused);
    }

    [Fact]
    public void The_lock_that_is_owed_says_its_grade_and_a_policys_lock_never_loosens_an_admins()
    {
        var state = new UserState(new UserId("info@example.com"));
        var sending = With(LockGrade.Sending).Reactions;
        state = Fold(state, UserAdministration.Lock(state, Later, Later.AddHours(2), sending, LockGrade.Everything));
        Assert.Equal(LockGrade.Everything, state.Owed.Single(effect => effect.Kind == EffectKind.LockAccount).Grade);
        Assert.Equal(LockGrade.Everything, LockReach.Next(state.Reaction, sending));
        Assert.Equal(LockGrade.Everything, LockGrades.Join(LockGrade.Sending, LockGrade.Strange));
    }

    [Fact]
    public void An_admins_other_grade_is_owed_anew_without_another_end()
    {
        var state = new UserState(new UserId("info@example.com"));
        state = Fold(state, UserAdministration.Lock(state, Later, Later.AddHours(2), ReactionPolicy.Default));
        Assert.Empty(UserAdministration.Lock(state, Later, Later.AddHours(1), ReactionPolicy.Default, LockGrade.Everything));
        state = Fold(state, UserAdministration.Lock(state, Later, Later.AddHours(1), ReactionPolicy.Default, LockGrade.Sending));
        Assert.Equal((LockGrade.Sending, Later.AddHours(2)), (state.Reaction.Grade, state.Reaction.UntilTime));
        Assert.Equal(
            [LockGrade.Everything, LockGrade.Sending],
            state.Owed.Where(effect => effect.Kind == EffectKind.LockAccount).Select(effect => effect.Grade)
        );
    }

    [Fact]
    public void Grades_survive_the_journal_and_the_wire()
    {
        var user = new UserId("info@example.com");
        ImmutableArray<UserEvent> events =
        [
            new ReactionChanged(Later, Rung.Normal, Rung.Suspended, Later.AddHours(1), 31, default, "", [new Reason(ReasonCodes.LockedByAdmin, 1, 0)])
            {
                Grade = LockGrade.Strange,
            },
            new ReactionProlonged(Later, Later.AddHours(2)) { Grade = LockGrade.Everything },
            new ReactionProlonged(Later, Later.AddHours(3)),
        ];
        var batch = Through(new UserEventBatch(user, events));
        Assert.Equal([LockGrade.Strange], batch.Events.OfType<ReactionChanged>().Select(change => change.Grade));
        Assert.Equal([LockGrade.Everything, null], batch.Events.OfType<ReactionProlonged>().Select(change => change.Grade));
        var state = Through(UserEvolution.Apply(new UserState(user), events[0]));
        Assert.Equal(LockGrade.Strange, state.Reaction.Grade);
        Assert.Equal(LockGrade.Strange, state.Owed.Single(effect => effect.Kind == EffectKind.LockAccount).Grade);
        Assert.Equal(LockGrade.Sending, Through(new LockOrdered(Later, user, 1, null, "") { Grade = LockGrade.Sending }).Grade);
        Assert.Equal(
            LockGrade.Sending,
            Through(new LockSnapshot([new LockEntry(user, 1, true, Later, null, "") { Grade = LockGrade.Sending }])).Entries[0].Grade
        );
        Assert.Equal(
            [LockGrade.Sending, null],
            new LockGrade?[] { LockGrade.Sending, null }.Select(grade => Through(new UserCommands.Lock(user, Later, null) { Grade = grade }).Grade)
        );
    }

    private static UserState Fold(UserState state, ImmutableArray<UserEvent> events) => events.Aggregate(state, UserEvolution.Apply);

    private static T Through<T>(T value)
        where T : notnull
    {
        var contract = GuardManifests.All.Single(one => one.Type == typeof(T));
        return (T)contract.Read(Google.Protobuf.MessageExtensions.ToByteArray(contract.Write(value)));
    }
}
