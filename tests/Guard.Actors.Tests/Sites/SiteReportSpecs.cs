using Guard.Actors.Policies;
using Guard.Actors.Sites;
using Guard.Actors.Users;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Actors.Tests.Sites;

/// <summary>A site owes reports of its own reaction until the outbox has them.</summary>
public sealed class SiteReportSpecs
{
    private static readonly SiteId Site = new("example.com");
    private static readonly DateTimeOffset At = Account.Start;

    private static readonly GuardPolicy Policy = GuardPolicy.Default with
    {
        Quotas = [new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 100, Of: QuotaScope.Site)],
        SiteAlarm = new SiteAlarmPolicy(2, 3, 0, 0),
    };

    private SiteState _state = new(Site);

    private void Apply(IEnumerable<SiteEvent> events) => _state = events.Aggregate(_state, SiteEvolution.Apply);

    private void Note(int user) =>
        Apply(
            SiteDecider.Note(
                _state,
                new SiteCommands.NoteReaction(Site, new UserId($"user{user}@example.com"), 3, At.AddMinutes(user), Rung.Suspended),
                new EffectivePolicy(Policy)
            )
        );

    [Fact]
    public void Many_accounts_at_once_are_reported_at_each_step_until_confirmed()
    {
        Note(1);
        Assert.Empty(_state.Owed);
        Note(2);
        Note(3);
        Assert.Equal([(Rung.Normal, Rung.Reported), (Rung.Reported, Rung.Restricted)], _state.Owed.Select(effect => (effect.From, effect.To)));
        Assert.All(
            _state.Owed,
            effect => Assert.Equal((EffectKind.Report, Site, ReasonCodes.AccountsAtOnce), (effect.Kind, effect.Site, effect.Reasons[0].Code))
        );
        Apply([new UserReactionNoted(Site, At, Effect.SiteAsUser(Site), _state.Owed[0].Id, Rung.Normal)]);
        Assert.Equal(Rung.Restricted, Assert.Single(_state.Owed).To);
        Assert.Equal(3, _state.Noted.Length);
    }

    [Fact]
    public void The_same_turn_at_several_accounts_is_the_sites_though_none_is_worth_a_report_itself()
    {
        for (var user = 1; user <= 5; user++)
        {
            var account = new Account(name: $"user{user}@example.com").KnownFor(40);
            var turn = Assert.Single(Owed(account, At.AddDays(40).AddMinutes(user)));
            Apply(SiteDecider.Note(_state, UserTurn.Note(Site, turn), new EffectivePolicy(Policy)));
            // Only a first mail is one.
            Assert.Empty(Owed(account, At.AddDays(40).AddMinutes(user + 1)));
        }
        var effect = Assert.Single(_state.Owed);
        Assert.Equal((Rung.Reported, ReasonCodes.SameTurn, 2), (effect.To, effect.Reasons[0].Code, effect.Reasons[0].Value));
        var next = new Account(siteRung: Rung.Reported).KnownFor(40).Send(At.AddDays(40), "BR");
        Assert.True(next.Rung >= Rung.Restricted);
        Assert.True(new Account(siteRung: Rung.Reported).KnownFor(40).Send(At.AddDays(40), "GB").Rung == Rung.Normal);
    }

    [Fact]
    public void A_journey_on_which_the_mailbox_was_opened_is_nobodys_turn() =>
        Assert.DoesNotContain(
            Owed(new Account().KnownFor(40).Login(At.AddDays(40), "BR"), At.AddDays(40).AddMinutes(1)),
            effect => effect.Kind == EffectKind.NoteSite
        );

    /// <summary>What a mail from Brazil makes an account tell its site.</summary>
    private static IEnumerable<Effect> Owed(Account account, DateTimeOffset at)
    {
        var before = account.State;
        account.Send(at, "BR");
        return UserEvolution.Apply(before, account.Events.OfType<ObservationJudged>().Last()).Owed.Where(effect => effect.Kind == EffectKind.NoteSite);
    }

    [Fact]
    public void A_shared_quota_that_is_used_up_is_reported_once()
    {
        var key = new EffectivePolicy(Policy).SiteQuotas[0].Key;
        for (var request = 1; request <= 2; request++)
            Apply(
                SiteDecider
                    .Request(
                        _state,
                        new SiteCommands.RequestLease(Site, new UserId("info@example.com"), $"{request}", At, [new SliceAmount(key, 101)], "", []),
                        new EffectivePolicy(Policy),
                        spare: false,
                        mayRecall: false
                    )
                    .Events
            );
        var effect = Assert.Single(_state.Owed);
        Assert.Equal((ReasonCodes.SiteQuotaExceeded, Rung.Reported), (effect.Reasons[0].Code, effect.To));
    }

    [Fact]
    public void The_end_is_reported_unless_it_was_a_mere_report()
    {
        Note(1);
        Note(2);
        var reported = _state with { Owed = [] };
        Assert.Empty(SiteDecider.Release(reported, At.AddHours(1)).Aggregate(reported, SiteEvolution.Apply).Owed);
        Note(3);
        var restricted = _state with { Owed = [] };
        Assert.Equal(
            ReasonCodes.Released,
            Assert.Single(SiteDecider.Release(restricted, At.AddHours(1)).Aggregate(restricted, SiteEvolution.Apply).Owed).Reasons[0].Code
        );
        var over = SiteDecider
            .Expire(restricted, At.AddDays(30).ToUnixTimeMilliseconds(), Policy.Reactions)
            .Aggregate(restricted, (state, change) => SiteEvolution.Apply(state, change));
        Assert.Equal((Rung.Restricted, Rung.Normal, ReasonCodes.TimeIsUp), (over.Owed[0].From, over.Owed[0].To, Assert.Single(over.Owed).Reasons[0].Code));
    }

    [Fact]
    public void What_a_site_did_before_it_reported_is_not_reported_now()
    {
        Apply([new SiteReactionChanged(Site, At, Rung.Normal, Rung.Suspended, At.AddDays(1), [new Reason(ReasonCodes.AccountsAtOnce, 9, 0)])]);
        Assert.Empty(_state.Owed);
        Assert.Equal(0, _state.LastReport);
    }

    [Fact]
    public void What_is_owed_is_bounded()
    {
        for (var step = 0; step < 20; step++)
            Apply([new SiteReactionChanged(Site, At.AddHours(step), Rung.Normal, Rung.Restricted, At.AddDays(1), []) { IsTold = true }]);
        Assert.Equal((SiteState.MaxOwed, At.AddHours(4)), (_state.Owed.Length, _state.Owed[0].At));
    }

    [Fact]
    public void No_number_of_a_report_is_used_twice_also_after_a_snapshot_that_does_not_count_them()
    {
        Apply([
            new SiteReactionChanged(Site, At, Rung.Normal, Rung.Restricted, At.AddDays(1), []) { IsTold = true },
            new SiteReactionChanged(Site, At, Rung.Restricted, Rung.Normal, null, []) { IsTold = true },
        ]);
        var before = _state.Owed.Select(effect => effect.Id).ToArray();
        Assert.Equal(2, before.Distinct().Count());
        _state = _state with { Owed = [], LastReport = 0 };
        Apply([new SiteReactionChanged(Site, At.AddMinutes(1), Rung.Normal, Rung.Restricted, At.AddDays(1), []) { IsTold = true }]);
        Assert.True(_state.Owed[0].Id > before.Max());
    }
}
