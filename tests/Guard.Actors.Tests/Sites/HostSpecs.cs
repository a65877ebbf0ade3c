using CsCheck;
using Guard.Actors.Policies;
using Guard.Actors.Reactions;
using Guard.Actors.Serialization;
using Guard.Actors.Sites;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Xunit;

namespace Guard.Actors.Tests.Sites;

/// <summary>The same turn at accounts of many sites, each of which sees one of its own.</summary>
public sealed class HostSpecs
{
    private static readonly DateTimeOffset At = Account.Start;

    /// <summary>All sites of a server, and what they came to.</summary>
    private sealed class Server
    {
        private readonly EffectivePolicy _policy;
        private long _number;

        public Server(GuardPolicy? policy = null)
        {
            _policy = new EffectivePolicy(policy ?? GuardPolicy.Default);
            Apply(HostDecider.Begin(State, At));
        }

        public SiteState State { get; private set; } = new(SiteId.Host);

        public List<SiteReactionChanged> Changes { get; } = [];

        /// <summary>An account of a site takes the turn.</summary>
        public Server Turn(DateTimeOffset at, string site)
        {
            var note = new SiteCommands.NoteReaction(new SiteId(site), new UserId($"info@{site}"), 1, at, Rung.Reported);
            Apply(HostDecider.Note(State, HostDecider.Word(note.Site, note, ++_number)!, _policy));
            return this;
        }

        /// <summary>Another site each time.</summary>
        public Server Turns(DateTimeOffset from, TimeSpan every, int count)
        {
            for (var i = 0; i < count; i++)
                Turn(from + (i * every), $"site{_number}.example");
            return this;
        }

        private void Apply(IEnumerable<SiteEvent> events)
        {
            foreach (var change in events)
            {
                State = SiteEvolution.Apply(State, change);
                if (change is SiteReactionChanged changed)
                    Changes.Add(changed);
            }
        }
    }

    [Fact]
    public void Accounts_of_several_sites_that_take_the_same_turn_within_an_hour_are_the_hosts_matter()
    {
        var server = new Server().Turns(At.AddDays(10), TimeSpan.FromMinutes(5), 6);
        var changed = Assert.Single(server.Changes);
        Assert.Equal((Rung.Normal, Rung.Reported, true), (changed.From, changed.To, changed.IsTold));
        Assert.Equal(ReasonCodes.SameTurnAtSites, changed.Reasons[0].Code);
        Assert.InRange(changed.Reasons[0].Value, 3, 6);
        Assert.Equal(changed.At.AddHours(1), changed.Until);
        var report = Assert.Single(server.State.Owed);
        Assert.Equal((EffectKind.Report, SiteId.Host), (report.Kind, report.Site));
    }

    [Fact]
    public void Many_accounts_of_one_site_are_that_sites_matter()
    {
        var server = new Server();
        for (var i = 0; i < 30; i++)
            server.Turn(At.AddDays(10).AddMinutes(i), "example.com");
        Assert.Empty(server.Changes);
    }

    [Fact]
    public void Where_such_turns_are_usual_more_of_them_are_needed()
    {
        var quiet = new Server().Turns(At.AddDays(30), TimeSpan.FromMinutes(2), 30);
        var busy = new Server().Turns(At, TimeSpan.FromMinutes(15), 4 * 24 * 30);
        Assert.Empty(busy.Changes);
        busy.Turns(At.AddDays(30), TimeSpan.FromMinutes(2), 30);
        Assert.Single(quiet.Changes);
        Assert.Single(busy.Changes);
        Assert.True(busy.Changes[0].Reasons[0].Value > 3 * quiet.Changes[0].Reasons[0].Value);
    }

    [Fact]
    public void A_host_says_nothing_before_it_knows_what_is_usual()
    {
        Assert.Empty(new Server().Turns(At.AddHours(1), TimeSpan.FromMinutes(1), 40).Changes);
        Assert.NotEmpty(new Server().Turns(At.AddHours(13), TimeSpan.FromMinutes(1), 40).Changes);
    }

    [Fact]
    public void Days_of_a_log_that_are_read_within_a_second_are_not_together()
    {
        var server = new Server();
        foreach (var day in new[] { 10, 14, 11, 19, 12, 18, 13 })
            server.Turn(At.AddDays(day), $"site{day}.example");
        Assert.Empty(server.Changes);
    }

    [Fact]
    public void It_ends_after_an_hour_and_is_told_once_a_day()
    {
        var server = new Server().Turns(At.AddDays(10), TimeSpan.FromMinutes(1), 80).Turns(At.AddDays(10).AddHours(3), TimeSpan.FromMinutes(1), 40);
        server.Turns(At.AddDays(12), TimeSpan.FromMinutes(1), 40).Turn(At.AddDays(13), "late.example");
        var raised = server.Changes.Where(change => change.To == Rung.Reported).ToList();
        Assert.True(raised.Count >= 3);
        Assert.Equal([true, false, true], raised.Select(change => (Day: change.At.Date, change.IsTold)).Distinct().Select(change => change.IsTold));
        Assert.Equal(Rung.Normal, server.State.Reaction.Rung);
        Assert.All(server.Changes.Where(change => change.To == Rung.Normal), change => Assert.False(change.IsTold));
    }

    [Fact]
    public void It_never_does_more_than_report()
    {
        var reactions = ReactionPolicy.Default with { Redirect = [Rung.Normal, Rung.Blocked, Rung.Blocked, Rung.Blocked, Rung.Blocked] };
        var server = new Server(GuardPolicy.Default with { Reactions = reactions, SiteAlarm = new SiteAlarmPolicy(3, 3, 3, 3) });
        server.Turns(At.AddDays(10), TimeSpan.FromMinutes(1), 60);
        Assert.All(server.Changes, change => Assert.Equal(Rung.Reported, change.To));
        Assert.NotEmpty(server.Changes);
    }

    [Fact]
    public void Without_a_site_alarm_there_is_none_of_the_host() =>
        Assert.Empty(new Server(GuardPolicy.Default with { SiteAlarm = new SiteAlarmPolicy(0, 0) }).Turns(At.AddDays(10), TimeSpan.FromMinutes(1), 60).Changes);

    [Fact]
    public void What_is_usual_outlives_a_restart()
    {
        var state = new Server().Turns(At, TimeSpan.FromHours(5), 50).State;
        Assert.Equal(state.Turns, SnapshotWire.Read(SnapshotWire.Write(state)).Turns);
        Assert.InRange(state.Turns.Hourly(0), 0.15, 0.25);
    }

    [Fact]
    public void A_first_strange_mail_within_the_hosts_hour_is_judged_by_it()
    {
        var day = At.AddDays(40);
        Rung Sends(SiteStanding host, GuardPolicy? policy = null) => new Account(policy, host: host).KnownFor(40).Send(day, "BR").Highest;
        var standing = new SiteStanding(Rung.Reported, day.AddMinutes(30).ToUnixTimeMilliseconds(), ReactionPolicy.Default)
        {
            Since = day.AddMinutes(-30).ToUnixTimeMilliseconds(),
        };
        Assert.True(Sends(SiteStanding.None) < Rung.Restricted);
        Assert.Equal(Rung.Restricted, Sends(standing));
        Assert.True(Sends(standing with { Since = day.AddMinutes(1).ToUnixTimeMilliseconds() }) < Rung.Restricted);
        Assert.True(Sends(standing with { Until = day.ToUnixTimeMilliseconds() }) < Rung.Restricted);
        Assert.True(Sends(standing, Account.Example with { SiteAlarm = new SiteAlarmPolicy(0, 0) }) < Rung.Restricted);
    }

    [Fact]
    public void Chance_is_what_the_terms_of_Poisson_add_up_to() =>
        Gen.Select(Gen.Int[0, 60], Gen.Double[0.001, 40])
            .Sample(
                (count, expected) =>
                {
                    double sum = 0,
                        term = Math.Exp(-expected);
                    for (var k = 0; k < 400; k++)
                    {
                        sum += k >= count ? term : 0;
                        term *= expected / (k + 1);
                    }
                    var chance = TurnRate.Chance(count, expected);
                    Assert.True(Math.Abs(chance - sum) <= 1e-3 * sum + 1e-12, $"{count} of {expected}: {chance}, not {sum}");
                }
            );

    [Fact]
    public void A_rate_comes_to_what_happens_an_hour() =>
        Gen.Double[0.2, 10]
            .Sample(
                hourly =>
                {
                    var rate = TurnRate.Begin(At.ToUnixTimeMilliseconds());
                    var count = (int)(hourly * 24 * 60);
                    for (var i = 1; i <= count; i++)
                        rate = rate.See(At.AddHours(i / hourly).ToUnixTimeMilliseconds());
                    Assert.InRange(rate.Hourly(0) / hourly, 0.9, 1.15);
                },
                iter: 50
            );
}
