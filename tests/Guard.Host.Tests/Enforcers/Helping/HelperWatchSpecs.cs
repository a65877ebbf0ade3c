using Guard.Host.Enforcement.Helping;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers.Helping;

/// <summary>A daemon in a thief's hands, and what its helper refuses by itself.</summary>
public sealed class HelperWatchSpecs : IProcessRunner
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly Dictionary<string, string> Passwd = new()
    {
        ["root"] = "root:x:0:0::/root:/bin/sh",
        ["alice"] = "alice:x:1000:1000::/home/alice:/bin/sh",
        ["carol"] = "carol:x:1001:27::/home/carol:/bin/sh",
        ["dave"] = "dave:x:1002:1002::/home/dave:/bin/sh",
        ["news"] = "news:x:9:9::/var/spool/news:/usr/sbin/nologin",
        ["operator"] = "operator:x:37:37::/home:/bin/sh",
    };

    public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default) =>
        Task.FromResult(
            request.Arguments switch
            {
                ["group", ..] => new ProcessOutcome(2, "sudo:x:27:alice,eve\n", ""),
                ["passwd", var name] when Passwd.TryGetValue(name, out var line) => new ProcessOutcome(0, line + "\n", ""),
                ["shadow", var name] when Passwd.ContainsKey(name) => new ProcessOutcome(
                    0,
                    $"{name}:{(name == "news" ? "*" : "$y$j9T$hash")}:19000:0:99999:7:::\n",
                    ""
                ),
                _ => new ProcessOutcome(2, "", ""),
            }
        );

    private HelpedMachine Machine(int perMinute = 60) => new(perMinute: perMinute, system: this);

    private static string Lock(params string[] users) =>
        $$"""{"word":"lock","table":"dovecot-deny-file","add":[{{string.Join(',', users.Select(user => $$"""{"user":"{{user}}","reason":"x","grade":"Everything"}"""))}}],"remove":[]}""";

    [Theory]
    [InlineData("root@localhost", "is root")]
    [InlineData("alice@localhost", "an administrator (group sudo)")]
    [InlineData("carol@localhost", "an administrator (group sudo)")]
    [InlineData("operator@localhost", "an account of the system")]
    [InlineData("postmaster@example.com", "is protected")]
    public async Task An_administrator_is_not_locked_nor_thrown_out_and_the_admin_hears_of_it(string user, string why)
    {
        await using var machine = Machine();
        Assert.Contains(why, await machine.Say(Lock(user, "dave@localhost"), Cancellation), StringComparison.Ordinal);
        Assert.Equal([new UserId("dave@localhost")], machine.Locked.Keys);
        Assert.Contains(why, await machine.Say($$"""{"word":"end-sessions","user":"{{user}}"}""", Cancellation), StringComparison.Ordinal);
        Assert.Empty(machine.Ended);
        Assert.All(machine.Told, told => Assert.Contains(why, told, StringComparison.Ordinal));
        Assert.Equal(2, machine.Told.Count);
    }

    [Theory]
    [InlineData("dave@localhost")]
    [InlineData("alice@customer.example")]
    [InlineData("news@localhost")]
    [InlineData("nobodyknows@localhost")]
    public async Task Everybody_else_can_be_locked(string user)
    {
        await using var machine = Machine();
        Assert.DoesNotContain(
            "refused",
            (await machine.Say(Lock(user), Cancellation)).Replace("\"refused\":[]", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Equal([new UserId(user)], machine.Locked.Keys);
        Assert.Empty(machine.Told);
    }

    [Fact]
    public async Task So_many_accounts_a_minute_are_touched_and_the_rest_waits_loudly()
    {
        await using var machine = Machine(perMinute: 5);
        string[] many = [.. Enumerable.Range(0, 8).Select(i => $"user{i}@example.com")];
        Assert.Contains("3 accounts wait", await machine.Say(Lock(many), Cancellation), StringComparison.Ordinal);
        Assert.Equal(5, machine.Locked.Count);
        // What stands costs nothing, and nobody else is thrown out meanwhile.
        Assert.DoesNotContain("wait", await machine.Say(Lock(many[..5]), Cancellation), StringComparison.Ordinal);
        Assert.Contains("1 accounts wait", await machine.Say("""{"word":"end-sessions","user":"anna@example.com"}""", Cancellation), StringComparison.Ordinal);
        Assert.Contains("\"count\":1", await machine.Say("""{"word":"end-sessions","user":"user0@example.com"}""", Cancellation), StringComparison.Ordinal);
        Assert.Equal([new UserId("user0@example.com")], machine.Ended);
        Assert.Contains(machine.Told, told => told.Contains("more than 5 accounts within a minute", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("0.0.0.0")]
    [InlineData("10")]
    [InlineData("::/0")]
    [InlineData("info@example.com,anna@example.com")]
    [InlineData("-a")]
    [InlineData("%u")]
    [InlineData("")]
    public async Task What_a_tool_takes_for_many_ends_nobodys_session(string name)
    {
        await using var machine = Machine();
        Assert.Contains("\"error\":\"refused:", await machine.Say($$"""{"word":"end-sessions","user":"{{name}}"}""", Cancellation), StringComparison.Ordinal);
        Assert.Empty(machine.Ended);
        // The daemon says no by itself, too.
        Assert.NotNull(await new HelperSessions(machine.Client).End(new UserId(name), Cancellation));
    }
}
