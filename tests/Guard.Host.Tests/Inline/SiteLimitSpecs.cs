using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Guard.Messages.Users;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Inline;

/// <summary>What all accounts of a site share, in each unit, asked inline of a whole node.</summary>
public sealed class SiteLimitSpecs : IAsyncLifetime
{
    private const int Limit = 10;
    private const int Accounts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-site").FullName;
    private GuardNode? _node;

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(_directory, "guard.conf");
        await File.WriteAllTextAsync(
            path,
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{_directory}}/data"
              inspection.socket = "{{_directory}}/s"
              cluster.listen = "127.0.0.1:{{FreePort()}}"
              intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              console.listen = off
              geo.fetch-default = off
              policy.default.reactions.highest = normal
              policy.sites {
                "recipients.example".quotas = [ { per = 1d, recipients = {{Limit * 3}}, of = site } ]
                "mails.example".quotas = [ { per = 1d, mails = {{Limit}}, of = site } ]
                "bytes.example".quotas = [ { per = 1d, bytes = {{Limit}}kB, of = site } ]
                "logins.example".quotas = [ { per = 1h, logins = {{Limit}}, of = site } ]
                "addresses.example".quotas = [ { per = 1h, addresses = {{Limit}}, of = site } ]
                "networks.example".quotas = [ { per = 1h, networks = {{Limit}}, of = site } ]
                "countries.example".quotas = [ { per = 1h, countries = {{Limit}}, of = site, text = "too many countries" } ]
              }
            }
            """
        );
        var loaded = GuardConfiguration.Load(path);
        Assert.Empty(loaded.Faults);
        _node = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, new LoggerConfiguration().CreateLogger());
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        Directory.Delete(_directory, true);
    }

    [Theory]
    [InlineData("recipients")]
    [InlineData("mails")]
    [InlineData("bytes")]
    [InlineData("logins")]
    public async Task So_much_as_the_site_may_is_let_through_over_all_its_accounts_and_not_one_more(string unit)
    {
        var allowed = 0;
        for (var i = 0; i < 3 * Limit; i++)
            allowed += await AllowedAsync(unit, i % Accounts, i) ? 1 : 0;
        Assert.Equal(Limit, allowed);
        // Another unit is not used up by it.
        Assert.True(unit == "logins" ? await AllowedAsync(unit, 0, 100, mail: true) : await AllowedAsync(unit, 0, 100, mail: false));
    }

    [Theory]
    [InlineData("addresses", false)]
    [InlineData("addresses", true)]
    [InlineData("networks", true)]
    [InlineData("countries", true)]
    public async Task So_many_different_ones_are_let_in_over_all_accounts_of_a_site_and_those_go_on(string unit, bool mail)
    {
        for (var i = 0; i < 2 * Limit; i++)
        {
            // Asking counts nothing, however often.
            Assert.Equal(i < Limit ? Verdict.Allow : Verdict.Defer, (await AskAsync(unit, i % Accounts, i, mail, true)).Verdict);
            Assert.Equal(i < Limit ? Verdict.Allow : Verdict.Defer, (await AskAsync(unit, i % Accounts, i, mail, false)).Verdict);
        }
        // Any account of the site goes on from where another was.
        for (var i = 0; i < Limit; i++)
            Assert.Equal(Verdict.Allow, (await AskAsync(unit, (i + 1) % Accounts, i, mail, false)).Verdict);
        var refused = await AskAsync(unit, 0, 200, mail, false);
        Assert.Equal(
            (ReasonCodes.SiteQuotaExceeded, $"{Limit} different {unit} per 1h for the whole site"),
            (refused.Reasons[0].Code, refused.Reasons[0].Subject)
        );
        Assert.Equal(unit == "countries" ? "too many countries" : "", refused.Reasons[0].Text);
    }

    private Task<Decision> AskAsync(string unit, int account, int which, bool mail, bool onlyAsks)
    {
        var user = new UserId($"user{account}@{unit}.example");
        var place = Place.None with { Address = NetworkAddress.Parse(unit == "addresses" ? $"198.51.100.{which}" : $"203.0.{which}.7") };
        if (unit == "countries")
            place = place with { Country = $"{(char)('A' + which % 26)}{(char)('A' + which / 26)}" };
        Observation use = mail
            ? new Submission(user, DateTimeOffset.UtcNow, place, ObservationOrigin.None, 1, 1000, "")
            : new Login(user, DateTimeOffset.UtcNow, place, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded);
        var id = Guid.NewGuid().ToString();
        return _node!.Regions.Users.Ask<Decision>(
            onlyAsks ? new UserCommands.Check(user, id, use) : new UserCommands.Decide(user, id, use),
            Patience,
            TestContext.Current.CancellationToken
        );
    }

    private async Task<bool> AllowedAsync(string unit, int account, int second, bool? mail = null)
    {
        var user = new UserId($"user{account}@{unit}.example");
        var (at, place) = (DateTimeOffset.UtcNow.AddSeconds(second), Place.None with { Address = NetworkAddress.Parse("198.51.100.7") });
        Observation use =
            mail ?? unit != "logins"
                ? new Submission(user, at, place, ObservationOrigin.None, 3, 1000, "")
                : new Login(user, at, place, ObservationOrigin.None, Service.Imap, LoginOutcome.Succeeded);
        var decision = await _node!.Regions.Users.Ask<Decision>(
            new UserCommands.Decide(user, $"{unit}{second}", use),
            Patience,
            TestContext.Current.CancellationToken
        );
        return decision.Verdict == Verdict.Allow;
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
