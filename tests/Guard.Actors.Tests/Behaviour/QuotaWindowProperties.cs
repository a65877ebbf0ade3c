using CsCheck;
using Guard.Actors.Policies;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

public sealed class QuotaWindowProperties
{
    private static readonly KeyedQuota Quota = new(new Quota(TimeSpan.FromHours(1), QuotaUnit.Mails, 20));

    [Fact]
    public void No_window_ever_holds_more_than_the_limit_and_what_is_old_becomes_free() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[1, 5])
            .Array[0, 300]
            .Sample(steps =>
            {
                var window = QuotaWindow.Empty(Quota);
                var taken = new List<(long At, int Amount)>();
                long now = 1_700_000_000;
                foreach (var (wait, amount) in steps)
                {
                    now += wait;
                    var used = window.Used(now);
                    var exact = taken.Where(one => one.At > now - 3600).Sum(one => one.Amount);
                    var latest = taken.Where(one => one.At > now - 3600 - 2 * window.SlotSeconds).Sum(one => one.Amount);
                    Assert.InRange(used, exact, latest);
                    if (used + amount > 20)
                        continue;
                    window = window.Add(now, amount);
                    taken.Add((now, amount));
                    Assert.True(taken.Where(one => one.At > now - 3600).Sum(one => one.Amount) <= 20);
                }
            });

    [Theory]
    [InlineData("recipients/1d/suspicious")]
    [InlineData("mails/30m/site")]
    [InlineData("logins/1h")]
    public void A_key_reads_back_as_itself(string key) => Assert.Equal(key, KeyedQuota.Parse(key).Key);
}
