using System.Text;
using Guard.Host.Replay;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Replay;

/// <summary>One mail from each of many accounts, each of which is a site of its own.</summary>
public sealed class AllSitesTests
{
    private const int Accounts = 12;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static string[] Replay(int accounts, int siteAlarm = 3)
    {
        using var output = new MemoryStream();
        var policy = GuardPolicy.Default with { SiteAlarm = new SiteAlarmPolicy(siteAlarm, 0) };
        var engine = new ReplayEngine(PolicyBook.Of(policy), new NdjsonReplayWriter(output));
        for (var day = 0; day < 40; day++)
        {
            for (var account = 0; account < accounts; account++)
            {
                var at = Start.AddDays(day).AddMinutes(account);
                var home = new Place(NetworkAddress.Parse($"86.130.{account}.5"), AddressKind.Public, "GB");
                engine.Take(new Login(User(account), at, home, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded));
                engine.Take(new Submission(User(account), at.AddSeconds(5), home, ObservationOrigin.None, 1, 1000, ""));
            }
        }
        var night = Start.AddDays(40).AddHours(15);
        for (var account = 0; account < accounts; account++)
        {
            var bot = new Place(NetworkAddress.Parse($"177.{10 + account}.4.{20 + account}"), AddressKind.Public, account % 2 == 0 ? "BR" : "VN");
            engine.Take(new Submission(User(account), night.AddMinutes(3 * account), bot, ObservationOrigin.None, 1, 1000, ""));
        }
        engine.Finish(night.AddMinutes(50));
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n');

        static UserId User(int account) => new($"info@site{account}.example");
    }

    [Fact]
    public void A_few_are_enough_for_all_sites_together_to_be_reported_and_the_next_accounts_are_restricted_with_their_first_mail()
    {
        var lines = Replay(Accounts);
        var together = Assert.Single(
            lines,
            line => line.Contains("\"site\":\"*\"", StringComparison.Ordinal) && line.Contains("\"to\":\"reported\"", StringComparison.Ordinal)
        );
        Assert.Contains("same-turn-at-sites", together, StringComparison.Ordinal);
        var restricted = lines.Where(line => line.Contains("sites-send-strange", StringComparison.Ordinal)).ToList();
        Assert.InRange(restricted.Count, Accounts - 6, Accounts - 3);
        Assert.All(restricted, line => Assert.Contains("\"to\":\"restricted\"", line, StringComparison.Ordinal));
        // Each is an account of its own site, the last ones among them.
        Assert.Contains(restricted, line => line.Contains($"info@site{Accounts - 1}.example", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_travellers_at_once_are_no_attack() => Assert.DoesNotContain(Replay(2), line => line.Contains("\"site\":\"*\"", StringComparison.Ordinal));

    [Fact]
    public void It_can_be_switched_off() =>
        Assert.DoesNotContain(
            Replay(Accounts, 0),
            line => line.Contains("\"site\":\"*\"", StringComparison.Ordinal) || line.Contains("sites-send", StringComparison.Ordinal)
        );
}
