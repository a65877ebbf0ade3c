using CsCheck;
using Guard.Actors.Policies;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Actors.Tests.Behaviour;

/// <summary>Limits of different things, and of single ones within seconds, against a list of everything that happened.</summary>
public sealed class ExactWindowProperties
{
    private static readonly KeyedQuota Different = new(new Quota(TimeSpan.FromSeconds(15), QuotaUnit.Addresses, 10));
    private static readonly KeyedQuota Every = new(new Quota(TimeSpan.FromSeconds(15), QuotaUnit.Attempts, 10));

    [Fact]
    public void Different_things_are_counted_as_a_list_of_everything_would() =>
        Gen.Select(Gen.Int[0, 4000], Gen.UInt[1, 12])
            .Array[0, 120]
            .Sample(steps =>
            {
                var window = ExactWindow.Empty(Different);
                var all = new List<(long At, uint Member)>();
                var now = 1_700_000_000_000L;
                foreach (var (wait, member) in steps)
                {
                    now += wait;
                    window = window.Add(now, member);
                    all.Add((now, member));
                    Assert.Equal(all.Where(one => one.At > now - 15_000).Select(one => one.Member).Distinct().Count(), window.Count(now));
                    Assert.Equal(all.Any(one => one.At > now - 15_000 && one.Member == 3), window.Holds(3, now));
                    var later = now + 7_000;
                    Assert.Equal(all.Where(one => one.At > later - 15_000).Select(one => one.Member).Distinct().Count(), window.Count(later));
                }
            });

    [Fact]
    public void Single_things_are_counted_to_the_millisecond_in_whatever_order_they_come() =>
        Gen.Long[0, 40_000]
            .Array[0, ExactWindow.MaxLimit]
            .Sample(times =>
            {
                const long start = 1_700_000_000_000L;
                var window = times.Aggregate(ExactWindow.Empty(Every), (all, at) => all.Add(start + at, 0));
                var now = start + (times.Length == 0 ? 0 : times.Max());
                Assert.Equal(times.Count(at => start + at > now - 15_000), window.Count(now));
                Assert.True(window.Times.Zip(window.Times.Skip(1)).All(pair => pair.Item1 <= pair.Item2));
            });

    [Fact]
    public void Whatever_comes_it_stays_small_and_never_counts_too_little_for_any_limit() =>
        Gen.Int[1, 50]
            .Array[0, 500]
            .Sample(waits =>
            {
                var window = ExactWindow.Empty(Every);
                var all = new List<long>();
                var now = 1_700_000_000_000L;
                foreach (var wait in waits)
                {
                    now += wait;
                    window = window.Add(now, 0);
                    all.Add(now);
                    Assert.InRange(window.Times.Length, 0, ExactWindow.MaxEntries);
                    Assert.Equal(Math.Min(ExactWindow.MaxEntries, all.Count(at => at > now - 15_000)), window.Count(now));
                }
            });

    [Fact]
    public void No_window_of_logins_ever_holds_more_different_addresses_than_allowed() =>
        Gen.Select(Gen.Int[0, 3000], Gen.Int[1, 30])
            .Array[0, 200]
            .Sample(
                steps =>
                {
                    var policy = Account.RulesOnly with
                    {
                        Quotas = [new Quota(TimeSpan.FromSeconds(15), QuotaUnit.Addresses, 5)],
                        Reactions = Account.RulesOnly.Reactions with { OnQuota = Rung.Normal },
                    };
                    var account = new Account(policy);
                    var let = new List<(DateTimeOffset At, int Host)>();
                    var now = Account.Start;
                    foreach (var (wait, host) in steps)
                    {
                        now = now.AddMilliseconds(wait);
                        var login = new Login(
                            account.State.User,
                            now,
                            Account.In("GB", host: host),
                            ObservationOrigin.None,
                            Service.Imap,
                            LoginOutcome.Succeeded
                        );
                        var before = let.Where(one => one.At > now.AddSeconds(-15)).Select(one => one.Host).Distinct().ToList();
                        var fits = before.Contains(host) || before.Count < 5;
                        // Asked first, as a mail server does: what is refused never happens.
                        Assert.Equal(fits ? Verdict.Allow : Verdict.Defer, account.Would(login).WouldBe);
                        if (!fits)
                            continue;
                        account.Take(login);
                        let.Add((now, host));
                    }
                },
                iter: 200
            );

    [Theory]
    [InlineData("addresses/15s")]
    [InlineData("passwords/1h")]
    [InlineData("failures/15s/address/repeats")]
    [InlineData("attempts/15s/network")]
    [InlineData("bytes/1d/site")]
    [InlineData("countries/1d/suspicious")]
    public void A_key_reads_back_as_itself(string key) => Assert.Equal(key, KeyedQuota.Parse(key).Key);
}
