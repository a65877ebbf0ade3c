using CsCheck;
using Guard.Actors.Reactions;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>Who acted, and why, goes with the act into its events, and from there into what is owed, remembered and shown.</summary>
public sealed class AuthorSpecs
{
    private static readonly DateTimeOffset At = Account.Start;
    private static readonly UserId User = new("info@example.com");
    private static readonly SiteId Site = new("example.com");
    private static readonly Author Anna = new("anna", "called, it was a holiday");

    public static TheoryData<string> Acts => ["release", "absolve", "confirm", "lock", "lock longer", "plan", "withdraw", "answer"];

    [Theory]
    [MemberData(nameof(Acts))]
    public void Every_event_of_an_act_tells_who_and_why(string act)
    {
        var turn = new UserTurn(Suspended());
        UserAdministration.Carry(turn, Command(act), ReactionPolicy.Default);
        Assert.NotEmpty(turn.Events);
        Assert.All(turn.Events, change => Assert.Equal(Anna, change.By));
    }

    [Fact]
    public void Who_released_an_account_is_in_its_history_and_in_what_is_reported()
    {
        var turn = new UserTurn(Suspended());
        UserAdministration.Carry(turn, Command("release"), ReactionPolicy.Default);
        Assert.Equal(Anna, turn.State.History[^1].By);
        Assert.Equal(
            [EffectKind.UnlockAccount, EffectKind.NoteSite, EffectKind.LiftBlocks],
            turn.State.Owed.Where(effect => effect.By == Anna).Select(effect => effect.Kind)
        );
        var status = UserDescription.Of(turn.State, Site, GuardPolicy.Default, Rung.Normal, At.AddMinutes(2));
        Assert.Equal([null, Anna], status.History.Select(past => past.By));
    }

    [Fact]
    public void Who_announced_a_stay_abroad_is_kept_with_it()
    {
        var turn = new UserTurn(new UserState(User));
        UserAdministration.Carry(turn, Command("plan"), ReactionPolicy.Default);
        Assert.Equal(Anna, Assert.Single(turn.State.Planned.Items).By);
    }

    [Fact]
    public void What_time_ends_is_nobodys_act()
    {
        var turn = new UserTurn(Suspended());
        turn.Expire(At.AddDays(30).ToUnixTimeMilliseconds(), UserTerms.Of(GuardPolicy.Default, GuardPolicy.Default, Rung.Normal));
        Assert.NotEmpty(turn.Events);
        Assert.All(turn.Events, change => Assert.Null(change.By));
    }

    [Fact]
    public void A_sites_release_tells_who_and_why()
    {
        var stands = new SiteState(Site) { Reaction = ReactionState.Normal with { Rung = Rung.Restricted, Until = At.AddDays(1).ToUnixTimeMilliseconds() } };
        var released = Assert.Single(SiteDecider.Release(stands, At, Anna));
        var state = SiteEvolution.Apply(stands, released);
        Assert.Equal([Anna, Anna, Anna], [released.By, state.History[^1].By, state.Owed[^1].By]);
    }

    [Fact]
    public void A_name_and_a_reason_are_bounded_and_stay_on_one_line()
    {
        Gen.Select(Gen.String[0, 500], Gen.String[0, 500])
            .Sample(
                (name, reason) =>
                {
                    var author = new Author(name, reason);
                    Assert.InRange(author.Name.Length, 0, Author.MaxName);
                    Assert.InRange(author.Reason.Length, 0, Author.MaxReason);
                    Assert.DoesNotContain(author.ToString(), char.IsControl);
                    // What was cut before is not cut again: a command's is an event's.
                    Assert.Equal(author, new Author(author.Name, author.Reason));
                }
            );
    }

    private static UserState Suspended() =>
        UserEvolution.Apply(
            UserEvolution.Apply(new UserState(User), new ExceptionPlanned(At, new PlannedException(0, At, At.AddDays(14), "ES", 0, ""))),
            new ReactionChanged(At, Rung.Normal, Rung.Suspended, At.AddHours(1), 31, Account.In("RO").Address, "RO", [])
        );

    private static IWithUserId Command(string act) =>
        act switch
        {
            "release" => new UserCommands.Release(User, At.AddMinutes(1)) { By = Anna },
            "absolve" => new UserCommands.Absolve(User, At.AddMinutes(1)) { By = Anna },
            "confirm" => new UserCommands.Confirm(User, At.AddMinutes(1)) { By = Anna },
            "lock" => new UserCommands.Lock(User, At.AddMinutes(1), null) { By = Anna, Grade = LockGrade.Sending },
            "lock longer" => new UserCommands.Lock(User, At.AddMinutes(1), At.AddDays(1)) { By = Anna },
            "plan" => new UserCommands.PlanException(User, At, new PlannedException(0, At, At.AddDays(14), "ES", 0, "")) { By = Anna },
            "withdraw" => new UserCommands.WithdrawException(User, At, 1) { By = Anna },
            _ => new AnswerReport(User, At.AddMinutes(1), 1, true) { By = Anna },
        };
}
