using CsCheck;
using Google.Protobuf;
using Guard.Actors.Policies;
using Guard.Actors.Serialization;
using Guard.Actors.Sites;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Guard.Messages.Wire;
using Xunit;

namespace Guard.Actors.Tests.Sites;

/// <summary>A site whose time ran ahead comes back.</summary>
public sealed class SiteTimeSpecs
{
    private static readonly SiteId Site = new("example.com");
    private static readonly UserId Anna = new("anna@example.com");
    private static readonly UserId Ben = new("ben@example.com");
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ahead = Now.AddYears(9);

    private static readonly string Key = new KeyedQuota(new Quota(TimeSpan.FromDays(1), QuotaUnit.Recipients, 100, Of: QuotaScope.Site)).Key;

    private static SiteState Granted(SiteState state, UserId user, DateTimeOffset at, int amount) =>
        SiteEvolution.Apply(state, new SliceGranted(Site, at, user, "r", $"l-{user.Local}", at.AddMinutes(10), [new SliceAmount(Key, amount)]));

    private static SiteState Back(SiteState state) => SiteEvolution.Apply(state, SiteTime.Check(state, Now)!);

    [Fact]
    public void A_sound_time_and_clocks_that_differ_by_minutes_are_left_alone()
    {
        Assert.Null(SiteTime.Check(Granted(new SiteState(Site), Anna, Now.AddMinutes(9), 5), Now));
        Assert.Null(SiteTime.Check(Granted(new SiteState(Site), Anna, Ahead, 5), DateTimeOffset.MaxValue));
        Assert.NotNull(SiteTime.Check(Granted(new SiteState(Site), Anna, Ahead, 5), Now));
    }

    [Fact]
    public void What_was_used_ahead_of_the_time_is_forgotten_and_what_accounts_hold_still_counts()
    {
        var state = Granted(Granted(new SiteState(Site), Anna, Ahead, 60), Ben, Ahead, 30);
        state = SiteEvolution.Apply(state, new SliceReturned(Site, Ahead, Ben, "l-ben", []));
        Assert.Equal(90, state.Used(KeyedQuota.Parse(Key), Ahead.ToUnixTimeMilliseconds()));
        state = Back(state);
        Assert.Equal(60, state.Used(KeyedQuota.Parse(Key), Now.ToUnixTimeMilliseconds()));
        Assert.Null(SiteTime.Check(state, Now));
        // What comes back is given back to the slot in which it counts now.
        state = SiteEvolution.Apply(state, new SliceReturned(Site, Now.AddMinutes(1), Anna, "l-anna", [new SliceAmount(Key, 25)]));
        Assert.Equal(35, state.Used(KeyedQuota.Parse(Key), Now.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void A_rung_ends_when_one_of_today_would()
    {
        var state = SiteEvolution.Apply(new SiteState(Site), new SiteReactionChanged(Site, Ahead, Rung.Normal, Rung.Restricted, Ahead.AddHours(1), []));
        state = Back(state);
        Assert.Equal(Now.AddHours(1).ToUnixTimeMilliseconds(), state.Reaction.Until);
        Assert.Equal(Now.ToUnixTimeMilliseconds(), state.Reaction.Since);
    }

    [Fact]
    public void Nothing_that_is_held_is_lost_from_the_quota_whatever_happened_before() =>
        Gen.Select(Gen.Int[0, 40], Gen.Bool, Gen.Int[1, 20])
            .Array[0, 20]
            .Sample(steps =>
            {
                var state = new SiteState(Site);
                var number = 0;
                foreach (var (user, ahead, amount) in steps)
                    state = SiteEvolution.Apply(
                        state,
                        new SliceGranted(
                            Site,
                            ahead ? Ahead : Now,
                            new UserId($"u{user}@example.com"),
                            "r",
                            $"l{number++}",
                            (ahead ? Ahead : Now).AddMinutes(10),
                            [new SliceAmount(Key, amount)]
                        )
                    );
                if (SiteTime.Check(state, Now) is not { } back)
                    return;
                state = SiteEvolution.Apply(state, back);
                var held = state.Held.Values.Sum(slice => slice.Amounts.Sum(amount => amount.Amount));
                Assert.True(state.Used(KeyedQuota.Parse(Key), Now.ToUnixTimeMilliseconds()) >= held);
                Assert.All(state.Held.Values, slice => Assert.True(slice.Second <= Now.ToUnixTimeSeconds()));
            });

    [Fact]
    public void It_is_stored_and_read_again()
    {
        var back = new SiteTimeSetBack(Site, Now);
        var bytes = SiteEventWire.Write(back).ToByteArray();
        Assert.Equal(back, SiteEventWire.Read(SiteEventRecord.Parser.ParseFrom(bytes)));
        // As released; it stays readable.
        Assert.Equal("0a0b6578616d706c652e636f6d1080eab4dc9567a00301", Convert.ToHexStringLower(bytes));
    }
}
