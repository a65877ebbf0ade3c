using System.Net.Sockets;
using Guard.Actors.Enforcement.Blocking;
using Guard.Host.Configuration;
using Guard.Host.Doctor;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Node.Health;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers.Helping;

/// <summary>The helper that has root's rights, asked by its daemon and by whoever may have become it.</summary>
public sealed class HelperSpecs
{
    private static readonly UserId Info = new("info@example.com");
    private static readonly DateTimeOffset Soon = DateTimeOffset.UtcNow.AddHours(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static WantedBlock Block(string network) => new(HelpedMachine.Prefix(network), Soon, "guessing");

    private static EnforcementBackends Backends(HelpedMachine machine)
    {
        var loaded = GuardConfiguration.Load(
            null,
            new Dictionary<string, string>
            {
                ["accountguard.enforcement.firewall.backend"] = "nftables",
                ["accountguard.enforcement.locks.dovecot-deny-file"] = "/etc/dovecot/accountguard-deny",
                ["accountguard.enforcement.locks.dovecot-sessions"] = "on",
                ["accountguard.enforcement.locks.linux-accounts"] = "on",
            }
        );
        Assert.Empty(loaded.Faults);
        return HelperBackends.Of(loaded.Settings!, machine.Client);
    }

    [Fact]
    public async Task Through_the_helper_the_backends_do_what_they_do_without_it()
    {
        await using var machine = new HelpedMachine();
        var backends = Backends(machine);
        await backends.Firewall!.Apply([Block("203.0.113.9/32"), Block("2001:db8::/64")], [], Cancellation);
        Assert.Equal(["2001:db8::/64", "203.0.113.9/32"], machine.Blocked.Keys.Select(one => one.ToString()).Order(StringComparer.Ordinal));
        await backends.Firewall.Reconcile([Block("203.0.113.9/32"), Block("203.0.113.10/32")], Cancellation);
        Assert.Equal(
            ["203.0.113.10/32", "203.0.113.9/32"],
            (await backends.Firewall.List(Cancellation)).Select(one => one.Network.ToString()).Order(StringComparer.Ordinal)
        );
        await backends.Limiter!.Limit([Block("203.0.113.77/32")], [], Cancellation);
        Assert.Equal(["203.0.113.77/32"], (await backends.Limiter.Limits(Cancellation)).Select(one => one.Network.ToString()));

        var deny = backends.Locks.Single(one => one.Name == EnforcementBackends.DenyFile).Backend;
        var refused = await deny.Apply(
            [new WantedLock(Info, Soon, "stolen"), new WantedLock(new UserId("root@localhost"), null), new WantedLock(new UserId("a b"), null)],
            [],
            Cancellation
        );
        Assert.Equal(["a b", "root@localhost"], refused.Select(one => one.User.Value).Order(StringComparer.Ordinal));
        Assert.Equal("stolen", machine.Locked[Info].Reason);
        Assert.Equal([Info], (await deny.List(Cancellation)).Select(one => one.User));
        await deny.Reconcile([], Cancellation);
        Assert.Empty(machine.Locked);
        await backends.Sessions!.End(Info, Cancellation);
        Assert.Equal([Info], machine.Ended);
        Assert.Equal(["block", "limit", "dovecot-deny-file", "end-sessions"], (await machine.Client.Ask(new HelperRequest.Describe(), Cancellation)).Abilities);
    }

    [Fact]
    public async Task The_doctor_says_what_the_helper_is_asked_for_and_does_not_do()
    {
        await using var machine = new HelpedMachine();
        var loaded = GuardConfiguration.Load(
            null,
            new Dictionary<string, string>
            {
                ["accountguard.enforcement.firewall.backend"] = "nftables",
                ["accountguard.enforcement.helper.socket"] = machine.Socket,
                ["accountguard.enforcement.locks.sql.provider"] = "sqlite",
                ["accountguard.enforcement.locks.sql.connection"] = "Data Source=/nonexistent/mail.db",
                ["accountguard.enforcement.locks.sql.lock"] = "UPDATE m SET a = 0 WHERE u = @user",
                ["accountguard.enforcement.locks.sql.unlock"] = "UPDATE m SET a = 1 WHERE u = @user",
            }
        );
        Assert.Empty(loaded.Faults);
        var settings = loaded.Settings!;
        Assert.Equal(FindingLevel.Ok, (await EnforcementChecks.HelperAsync(settings, Cancellation)).Single().Level);
        Assert.Equal(FindingLevel.Fault, (await EnforcementChecks.DatabaseAsync(settings, Cancellation)).Single().Level);
        settings = settings with { Enforcement = settings.Enforcement with { Locks = settings.Enforcement.Locks with { LinuxAccounts = true, Sql = null } } };
        Assert.Contains(
            "do not switch on linux-accounts",
            (await EnforcementChecks.HelperAsync(settings, Cancellation)).Single().Text,
            StringComparison.Ordinal
        );
        settings = settings with { Enforcement = settings.Enforcement with { Helper = settings.Enforcement.Helper with { Socket = "/nonexistent/socket" } } };
        Assert.Equal(FindingLevel.Fault, (await EnforcementChecks.HelperAsync(settings, Cancellation)).Single().Level);
        Assert.Empty(await EnforcementChecks.DatabaseAsync(settings, Cancellation));
    }

    [Fact]
    public async Task A_helper_that_takes_connections_and_says_nothing_is_a_fault_before_anything_is_wanted_of_it()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("helper").FullName, "socket");
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(path));
        silent.Listen();
        var settings = GuardConfiguration.Load(null, new Dictionary<string, string> { ["accountguard.enforcement.helper.socket"] = path }).Settings!;
        var finding = Assert.Single(await HelperCheck.LookAsync(settings, TimeSpan.FromMilliseconds(100), Cancellation));
        Assert.Equal((FindingLevel.Fault, "does not answer"), (finding.Level, finding.Text));
        Assert.Equal($"helper {path}", finding.Check);
    }

    [Fact]
    public async Task What_its_own_settings_do_not_switch_on_it_does_not_do()
    {
        await using var machine = new HelpedMachine();
        var linux = Backends(machine).Locks.Single(one => one.Name == EnforcementBackends.LinuxAccounts).Backend;
        var failure = await Assert.ThrowsAsync<EnforcementException>(() => linux.Apply([new WantedLock(Info, null)], [], Cancellation));
        Assert.Contains("do not switch on linux-accounts", failure.Message, StringComparison.Ordinal);
        Assert.Contains(
            "do not switch on a mail queue",
            await machine.Say("""{"word":"release-mail","user":"info@example.com"}""", Cancellation),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("198.51.100.7/32", "198.51.100.0/24")]
    [InlineData("198.51.100.0/24", "198.51.100.0/24")]
    [InlineData("127.0.0.1/32", "127.0.0.0/8")]
    [InlineData("fe80::/64", "fe80::/10")]
    public async Task Exempt_networks_stay_free_whatever_the_daemon_says(string network, string exempt)
    {
        await using var machine = new HelpedMachine();
        var firewall = Backends(machine).Firewall!;
        await firewall.Apply([Block("203.0.113.9/32"), Block(network)], [], Cancellation);
        Assert.Contains($"touches {exempt}, which is never blocked", firewall.TakeRefused().Single(), StringComparison.Ordinal);
        Assert.Empty(firewall.TakeRefused());
        // The others do not wait for it.
        Assert.Equal(["203.0.113.9/32"], machine.Blocked.Keys.Select(one => one.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("block everything")]
    [InlineData("""{"word":"run","command":"/bin/sh"}""")]
    [InlineData("""{"word":"describe","path":"/etc/passwd"}""")]
    [InlineData("""{"word":"lock","table":"dovecot-deny-file","add":[]}""")]
    [InlineData("""{"word":"lock","table":"dovecot-deny-file","add":null,"remove":[]}""")]
    [InlineData("""{"word":"lock","table":"../../etc/passwd","add":[],"remove":["info@example.com"]}""")]
    [InlineData("""{"word":"lock","table":"dovecot-deny-file","path":"/etc/passwd","add":[],"remove":[]}""")]
    [InlineData("""{"word":"lock","table":"dovecot-deny-file","add":[{"user":"x\nroot::0:0::/:/bin/sh","reason":"","grade":"Everything"}],"remove":[]}""")]
    [InlineData("""{"word":"lock","table":"dovecot-deny-file","add":[{"user":"info@example.com","reason":"","grade":"Sending"}],"remove":[]}""")]
    [InlineData("""{"word":"lock","table":"dovecot-deny-file","add":[{"user":"info@example.com","reason":"","grade":7}],"remove":[]}""")]
    [InlineData("""{"word":"end-sessions","user":"*"}""")]
    [InlineData("""{"word":"end-sessions","user":"-a"}""")]
    [InlineData("""{"word":"block","add":[{"network":"0.0.0.0/0","until":"2030-01-01T00:00:00Z","reason":""}],"remove":[]}""")]
    [InlineData("""{"word":"block","add":[{"network":"203.0.113.9; flush ruleset","until":"2030-01-01T00:00:00Z","reason":""}],"remove":[]}""")]
    [InlineData("""{"word":"block","add":[{"network":"203.0.113.9/32","until":"2999-01-01T00:00:00Z","reason":""}],"remove":[]}""")]
    [InlineData("""{"word":"hold-mail","user":"info@example.com","submitted":["ALL; rm -rf /"]}""")]
    public async Task A_word_that_is_not_known_or_an_argument_that_is_not_allowed_is_refused_and_changes_nothing(string line)
    {
        await using var machine = new HelpedMachine();
        Assert.Contains("\"error\":\"refused:", await machine.Say(line, Cancellation), StringComparison.Ordinal);
        Assert.Empty(machine.Blocked);
        Assert.Empty(machine.Locked);
        Assert.Empty(machine.Ended);
        // And it goes on.
        Assert.Contains("abilities", await machine.Say("""{"word":"describe"}""", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_end_is_cut_off()
    {
        await using var machine = new HelpedMachine();
        Assert.Contains("at most", await machine.Say(new string('x', HelperServer.LongestLine + 10), Cancellation), StringComparison.Ordinal);
        Assert.Contains("abilities", await machine.Say("""{"word":"describe"}""", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_user_than_the_daemons_is_not_obeyed()
    {
        await using var machine = new HelpedMachine(obeyed: FileOwner.OwnUser() + 1);
        var failure = await Assert.ThrowsAsync<EnforcementException>(() => Backends(machine).Firewall!.Apply([Block("203.0.113.9/32")], [], Cancellation));
        Assert.Contains("only the guard's own user is obeyed", failure.Message, StringComparison.Ordinal);
        Assert.Empty(machine.Blocked);
    }

    [Fact]
    public async Task It_makes_no_more_blocks_than_its_own_settings_allow()
    {
        await using var machine = new HelpedMachine(most: 3);
        var firewall = Backends(machine).Firewall!;
        await firewall.Apply([Block("203.0.113.1/32"), Block("203.0.113.2/32"), Block("203.0.113.3/32")], [], Cancellation);
        await firewall.Apply([Block("203.0.113.3/32")], [], Cancellation);
        await Assert.ThrowsAsync<EnforcementException>(() => firewall.Apply([Block("203.0.113.4/32")], [], Cancellation));
        await firewall.Apply([Block("203.0.113.4/32")], [HelpedMachine.Prefix("203.0.113.1/32")], Cancellation);
        Assert.Equal(3, machine.Blocked.Count);
    }

    [Fact]
    public async Task What_fails_now_is_a_failure_that_passes_and_a_helper_that_is_away_is_one_too()
    {
        await using var machine = new HelpedMachine { Fails = true };
        var deny = Backends(machine).Locks[0].Backend;
        Assert.Contains(
            "the disk is full",
            (await Assert.ThrowsAsync<EnforcementException>(() => deny.Apply([new WantedLock(Info, null)], [], Cancellation))).Message,
            StringComparison.Ordinal
        );
        machine.Fails = false;
        Assert.Empty(await deny.Apply([new WantedLock(Info, null)], [], Cancellation));
        var away = new HelperClient(machine.Socket + ".none");
        Assert.Contains(
            "the helper is not running: nobody listens at",
            (await Assert.ThrowsAsync<EnforcementException>(() => away.Ask(new HelperRequest.Describe(), Cancellation))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Many_blocks_come_in_several_requests()
    {
        await using var machine = new HelpedMachine(most: 100_000);
        var firewall = Backends(machine).Firewall!;
        WantedBlock[] many = [.. Enumerable.Range(0, 9_000).Select(i => Block($"203.{i / 65536}.{i / 256 % 256}.{i % 256}/32"))];
        await firewall.Apply(many, [], Cancellation);
        Assert.Equal(many.Length, machine.Blocked.Count);
        Assert.Equal(many.Length, (await firewall.List(Cancellation)).Count);
        await firewall.Reconcile([], Cancellation);
        Assert.Empty(machine.Blocked);
    }

    [Fact]
    public void Settings_that_others_may_write_are_not_trusted()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-owner");
        try
        {
            var file = Path.Combine(directory.FullName, "helper.conf");
            Assert.Contains("is not there", OwnedByRoot.FaultOf(file), StringComparison.Ordinal);
            File.WriteAllText(file, "");
            Assert.Null(OwnedByRoot.FaultOf(file));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
            Assert.Contains("others than its owner may write", OwnedByRoot.FaultOf(file), StringComparison.Ordinal);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            directory.UnixFileMode |= UnixFileMode.OtherWrite;
            Assert.Contains("others than its owner may write", OwnedByRoot.FaultOf(file), StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(true);
        }
    }
}
