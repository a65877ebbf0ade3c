using Guard.Host.Configuration;
using Guard.Host.Enforcement.DovecotDenyFile;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.PostfixAccess;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>A real Dovecot and Postfix with bare logins of system users beside full ones of virtual users: each is locked by the name that it has
/// there.</summary>
public sealed class LoginFormTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>As on a BlueOnyx-like server: bare logins, some of them a customer's by the virtual map.</summary>
    private static AccountLogins Logins => new(LoginNames.Auto, "server.example", "server.example", ["server.example"], () => Rules);

    private static VirtualMap Map { get; } = VirtualMap.Read(["agalice alice@customer.example"]);

    private static LoginRules Rules { get; } = new(new UserNameRules("server.example", virtualMap: Map), Map);

    private static WantedLock For(string name) => new(new UserId(name), TimeProvider.System.GetUtcNow().AddHours(1), "stolen");

    [Theory]
    [InlineData("aginfo@server.example", "aginfo")]
    [InlineData("alice@customer.example", "agalice")]
    [InlineData("info@example.com", "info@example.com")]
    public async Task An_account_is_locked_out_by_the_name_that_the_daemons_know_and_no_other_is(string account, string login)
    {
        await using var server = await MailServer.Start(Cancellation, bare: ["aginfo", "agalice"]);
        IAccountLock[] tables =
        [
            new DovecotDenyFile(server.DenyFile, Logins, new DovecotSessions(server.Runner, Logins, server.DovecotConfiguration)),
            new PostfixAccessMap(server.Runner, server.AccessMap, logins: Logins, configuration: server.PostfixConfiguration),
        ];
        string[] others = [.. new[] { "aginfo", "agalice", "info@example.com", "anna@example.com" }.Where(name => name != login)];
        using var open = await server.Imap(login, Cancellation);

        // First the map alone, since a name that Dovecot denies never comes so far.
        await tables[1].Apply([For(account)], [], Cancellation);
        Assert.StartsWith("554", await server.Address(login, Cancellation), StringComparison.Ordinal);
        foreach (var name in others)
            Assert.StartsWith("250", await server.Address(name, Cancellation), StringComparison.Ordinal);

        await tables[0].Apply([For(account)], [], Cancellation);
        Assert.True(await Eventually.Within(Soon, async () => !await server.ImapWorks(login, Cancellation), Cancellation), "still lets in");
        Assert.Null(await new DovecotSessions(server.Runner, Logins, server.DovecotConfiguration).End(new UserId(account), Cancellation));
        Assert.True(
            await Eventually.Within(
                Soon,
                async () => await open!.Say("b NOOP", Cancellation) is var answer && !answer.StartsWith("b OK", StringComparison.Ordinal),
                Cancellation
            ),
            "the open session"
        );
        foreach (var name in others)
            Assert.True(await server.ImapWorks(name, Cancellation), name);

        foreach (var table in tables)
            await table.Apply([], [new UserId(account)], Cancellation);
        Assert.True(await Eventually.Within(Soon, () => server.ImapWorks(login, Cancellation), Cancellation), "unlocked");
        Assert.StartsWith("250", await server.Address(login, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customer_s_account_of_the_same_local_name_leaves_the_system_user_alone()
    {
        await using var server = await MailServer.Start(Cancellation, bare: ["aginfo"]);
        IAccountLock deny = new DovecotDenyFile(server.DenyFile, Logins, new DovecotSessions(server.Runner, Logins, server.DovecotConfiguration));
        await deny.Apply([For("aginfo@customer.example"), For("info@example.com")], [], Cancellation);
        Assert.True(await Eventually.Within(Soon, async () => !await server.ImapWorks("info@example.com", Cancellation), Cancellation), "the file was read");
        Assert.True(await server.ImapWorks("aginfo", Cancellation));
    }

    [Fact]
    public async Task Tables_that_are_new_are_for_their_daemons_alone_and_are_read_by_them()
    {
        await using var server = await MailServer.Start(Cancellation);
        foreach (var file in new[] { server.DenyFile, server.AccessMap, server.AccessMap + ".db" })
            File.Delete(file);
        await new PostfixAccessMap(server.Runner, server.AccessMap, configuration: server.PostfixConfiguration).Apply(
            [For("info@example.com")],
            [],
            Cancellation
        );
        Assert.StartsWith("554", await server.Address("info@example.com", Cancellation), StringComparison.Ordinal);
        await new DovecotDenyFile(server.DenyFile, sessions: new DovecotSessions(server.Runner, configuration: server.DovecotConfiguration)).Apply(
            [For("info@example.com")],
            [],
            Cancellation
        );
        Assert.True(await Eventually.Within(Soon, async () => !await server.ImapWorks("info@example.com", Cancellation), Cancellation), "the new deny file");
        Assert.True(await server.ImapWorks("anna@example.com", Cancellation));
        var rights = await server.Runner.Must(
            new ProcessRequest("stat", "-c", "%a %U %G", server.DenyFile, server.AccessMap, server.AccessMap + ".db"),
            Cancellation
        );
        Assert.Equal("640 root dovecot\n640 root postfix\n640 root postfix\n", rights);
    }
}
