using Guard.Actors.Behaviour;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Users;

/// <summary>An account is forgotten: somebody left, or the mailbox is given to somebody else.</summary>
public sealed class ForgetSpecs
{
    private static readonly DateTimeOffset Later = Account.Start.AddDays(61);

    private static UserCommands.Forget Word(DateTimeOffset? unseenSince = null) =>
        new(new UserId("info@example.com"), Later) { UnseenSince = unseenSince, By = new Author("root", "left") };

    [Fact]
    public void Nothing_of_a_forgotten_account_stays_but_where_its_logs_were_read_to()
    {
        var known = new Account().KnownFor(60);
        var source = new ObservationOrigin("/var/log/mail.log", 4711);
        known.Take(new Login(known.State.User, Later, Account.In("GB"), source, Service.Imap, LoginOutcome.Succeeded));
        var marks = known.State.Marks;
        known.Told(UserAdministration.Forget(known.State, Word()));
        var left = known.State;
        Assert.Equal(
            new UserState(left.User)
            {
                Marks = marks,
                NextEffect = left.NextEffect,
                Answered = left.Answered,
                Forgotten = left.Forgotten,
                Owed = left.Owed,
                InlineMessages = left.InlineMessages,
                InlineLogins = left.InlineLogins,
            },
            left
        );
        Assert.False(left.IsKnown);
        Assert.False(left.IsFounded);
        Assert.True(left.HasTaken(StableHash.Of(source.Source), 4711));
        Assert.Equal("root", known.Events[^1].By?.Name);
    }

    [Fact]
    public void Whoever_has_the_mailbox_next_is_learnt_anew()
    {
        var account = new Account().KnownFor(60);
        account.Told(UserAdministration.Forget(account.State, Word()));
        account.Login(Later.AddDays(30), "FR");
        Assert.True(account.State.IsKnown);
        Assert.True(account.State.IsLearning(LearningPolicy.Default, Later.AddDays(30).ToUnixTimeMilliseconds()));
        Assert.Equal(1, account.State.Totals.Logins);
        Assert.Equal(Rung.Normal, account.Rung);
    }

    [Fact]
    public void A_lock_ends_with_the_account_and_so_do_its_blocks_and_reports()
    {
        var account = new Account();
        account.Told(UserAdministration.Lock(account.State, Later, Later.AddHours(1), ReactionPolicy.Default));
        account.Told(UserAdministration.Forget(account.State, Word()));
        Assert.Equal(
            [EffectKind.UnlockAccount, EffectKind.LiftBlocks, EffectKind.ForgetReports, EffectKind.NoteSite],
            account.State.Owed.Select(effect => effect.Kind)
        );
        Assert.All(account.State.Owed, effect => Assert.Equal(ReasonCodes.Forgotten, effect.Reasons.Single().Code));
        Assert.Equal(Rung.Normal, account.Rung);
    }

    [Fact]
    public void A_link_in_an_old_report_does_nothing_to_the_next_holder()
    {
        var account = new Account();
        account.Told(UserAdministration.Lock(account.State, Later, Later.AddHours(1), ReactionPolicy.Default));
        var effect = account.State.Owed[0].Id;
        account.Told(UserAdministration.Forget(account.State, Word()));
        Assert.Null(UserAdministration.Answer(account.State, new AnswerReport(account.State.User, Later, effect, false), ReactionPolicy.Default));
    }

    [Fact]
    public void Only_what_was_not_seen_since_leaves_by_itself()
    {
        var account = new Account().KnownFor(60);
        var last = DateTimeOffset.FromUnixTimeMilliseconds(account.State.LastSeen);
        Assert.Empty(UserAdministration.Forget(account.State, Word(last)));
        Assert.Single(UserAdministration.Forget(account.State, Word(last.AddDays(1))));
        account.Planned(last, Later.AddDays(14), recipients: 100);
        Assert.Empty(UserAdministration.Forget(account.State, Word(last.AddDays(1))));
    }

    [Fact]
    public void To_forget_twice_does_nothing_the_second_time()
    {
        var account = new Account().KnownFor(60);
        account.Told(UserAdministration.Forget(account.State, Word()));
        account.Take([.. account.State.Owed.Select(effect => new EffectConfirmed(Later, effect.Id))]);
        Assert.Empty(UserAdministration.Forget(account.State, Word()));
    }
}
