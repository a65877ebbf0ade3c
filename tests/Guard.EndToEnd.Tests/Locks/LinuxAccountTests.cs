using Guard.Host.Configuration;
using Guard.Host.Enforcement.LinuxAccount;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>Locks of system accounts, with the system's own tools.</summary>
public sealed class LinuxAccountTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static WantedLock For(string login) => new(User(login), TimeProvider.System.GetUtcNow().AddHours(1));

    private static UserId User(string login) => new(login + "@server.example.com");

    private static LinuxAccountLock Locks(MachineWithOwnAccounts machine, Dictionary<string, string>? map = null, params string[] named)
    {
        var names = VirtualMap.Read((map ?? []).Select(pair => $"{pair.Key} {pair.Value}"));
        var rules = new LoginRules(new UserNameRules("server.example.com", virtualMap: names), names);
        var logins = new AccountLogins(LoginNames.Auto, "server.example.com", "server.example.com", ["server.example.com", "other.example.com"], () => rules);
        return new LinuxAccountLock(machine, Path.Combine(machine.Root, "ledger.json"), logins, new ProtectedAccounts(named, logins, machine));
    }

    private static async Task Make(MachineWithOwnAccounts machine, string login, params string[] more)
    {
        await machine.Must(new ProcessRequest("useradd", ["-M", .. more, login]), Cancellation);
        await machine.Must(new ProcessRequest("chpasswd") { Input = $"{login}:secret\n" }, Cancellation);
    }

    [Fact]
    public async Task Locked_neither_password_nor_key_lets_in_and_released_everything_is_as_before()
    {
        using var machine = await MachineWithOwnAccounts.Start(Cancellation);
        await Make(machine, "agplain");
        await Make(machine, "agexpiring", "-e", "2099-05-01");
        string[] logins = ["agplain", "agexpiring"];
        var before = await Task.WhenAll(logins.Select(login => machine.Shadow(login, Cancellation)));
        for (var round = 0; round < 2; round++)
        {
            // A new one each time: what was done is known after a restart.
            Assert.Empty(await Locks(machine).Apply([.. logins.Select(For)], [], Cancellation));
            foreach (var login in logins)
            {
                Assert.StartsWith(login + ":!$", await machine.Shadow(login, Cancellation), StringComparison.Ordinal);
                Assert.False(await machine.MayEnter(login, Cancellation));
            }
            Assert.Equal(logins.Select(User), (await Locks(machine).List(Cancellation)).Select(one => one.User));
        }
        await ((IAccountLock)Locks(machine)).Reconcile([], Cancellation);
        await Locks(machine).Apply([], [.. logins.Select(User)], Cancellation);
        Assert.Equal(before, await Task.WhenAll(logins.Select(login => machine.Shadow(login, Cancellation))));
        Assert.True(await machine.MayEnter("agplain", Cancellation));
        Assert.Empty(await Locks(machine).List(Cancellation));
    }

    [Fact]
    public async Task What_an_administrator_locked_stays_locked()
    {
        using var machine = await MachineWithOwnAccounts.Start(Cancellation);
        await Make(machine, "agbefore");
        await Make(machine, "agduring");
        await machine.Must(new ProcessRequest("usermod", "-L", "agbefore"), Cancellation);
        var before = await machine.Shadow("agbefore", Cancellation);
        await Locks(machine).Apply([For("agbefore"), For("agduring")], [], Cancellation);
        Assert.False(await machine.MayEnter("agbefore", Cancellation));
        await machine.Must(new ProcessRequest("usermod", "-e", "2001-01-01", "agduring"), Cancellation);
        await Locks(machine).Apply([], [User("agbefore"), User("agduring")], Cancellation);
        Assert.Equal(before, await machine.Shadow("agbefore", Cancellation));
        Assert.EndsWith(":11323:\n", await machine.Shadow("agduring", Cancellation), StringComparison.Ordinal);
        Assert.False(await machine.MayEnter("agduring", Cancellation));
    }

    [Fact]
    public async Task Accounts_of_the_system_and_strange_names_are_refused_for_good()
    {
        using var machine = await MachineWithOwnAccounts.Start(Cancellation);
        string[] logins = ["root", "daemon", "agnobodyknows", "-x", "a b", "../etc", ""];
        var shadow = await File.ReadAllTextAsync(Path.Combine(machine.Root, "etc", "shadow"), Cancellation);
        var refused = await Locks(machine).Apply([.. logins.Select(For)], [User("root")], Cancellation);
        Assert.Equal(logins.Select(User), refused.Select(one => one.User));
        Assert.Equal(shadow, await File.ReadAllTextAsync(Path.Combine(machine.Root, "etc", "shadow"), Cancellation));
        Assert.Empty(await Locks(machine).List(Cancellation));
    }

    [Fact]
    public async Task An_account_of_another_domain_never_becomes_the_system_user_of_the_same_name()
    {
        using var machine = await MachineWithOwnAccounts.Start(Cancellation);
        await Make(machine, "agalice");
        var before = await machine.Shadow("agalice", Cancellation);
        var refused = await Locks(machine).Apply([new WantedLock(new UserId("agalice@customer.example"), null)], [], Cancellation);
        Assert.Contains("customer.example have no bare names here", Assert.Single(refused).Why, StringComparison.Ordinal);
        Assert.Equal(before, await machine.Shadow("agalice", Cancellation));
        Assert.True(await machine.MayEnter("agalice", Cancellation));
        // Unless the virtual map says that the login is this account's.
        Assert.Empty(
            await Locks(machine, new() { ["agalice"] = "alice@customer.example" })
                .Apply([new WantedLock(new UserId("alice@customer.example"), null)], [], Cancellation)
        );
        Assert.False(await machine.MayEnter("agalice", Cancellation));
        Assert.Equal(["alice@customer.example"], (await Locks(machine).List(Cancellation)).Select(one => one.User.Value));
        await Locks(machine).Apply([], [new UserId("alice@customer.example")], Cancellation);
        Assert.Equal(before, await machine.Shadow("agalice", Cancellation));
    }

    [Fact]
    public async Task Released_for_one_of_two_accounts_a_system_user_stays_locked_for_the_other()
    {
        using var machine = await MachineWithOwnAccounts.Start(Cancellation);
        await Make(machine, "agshared", "-e", "2099-05-01");
        var before = await machine.Shadow("agshared", Cancellation);
        UserId[] both = [new("agshared@server.example.com"), new("agshared@other.example.com")];
        foreach (var order in new[] { both, [.. both.Reverse()] })
        {
            foreach (var user in both)
                await Locks(machine).Apply([new WantedLock(user, null)], [], Cancellation);
            await Locks(machine).Apply([], [order[0]], Cancellation);
            Assert.False(await machine.MayEnter("agshared", Cancellation));
            Assert.Equal([order[1]], (await Locks(machine).List(Cancellation)).Select(one => one.User));
            await Locks(machine).Apply([], [order[1]], Cancellation);
            Assert.Equal(before, await machine.Shadow("agshared", Cancellation));
        }
    }

    [Fact]
    public async Task Administrators_and_whom_the_settings_protect_are_refused()
    {
        using var machine = await MachineWithOwnAccounts.Start(Cancellation);
        await Make(machine, "agsudo");
        await Make(machine, "agnamed");
        await machine.Run(new ProcessRequest("groupadd", "-f", "sudo"), Cancellation);
        await machine.Must(new ProcessRequest("usermod", "-aG", "sudo", "agsudo"), Cancellation);
        var refused = await Locks(machine, null, "agnamed").Apply([For("agsudo"), For("agnamed")], [], Cancellation);
        Assert.Equal(["agsudo is an administrator (group sudo)", "agnamed is protected (enforcement.locks.protected)"], refused.Select(one => one.Why));
        Assert.True(await machine.MayEnter("agsudo", Cancellation));
        Assert.True(await machine.MayEnter("agnamed", Cancellation));
    }
}
