using Guard.Host.Configuration;
using Guard.Host.Enforcement.Command;
using Guard.Host.Enforcement.DovecotDenyFile;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.PostfixAccess;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>Names and reasons that strangers chose, in the tools themselves: none ends or adds a line, a key, an argument.</summary>
public sealed class HostileNameTests
{
    private static readonly string[] Hostile =
    [
        "x\nanna@example.com",
        "x\r\nanna@example.com",
        "x\u2028anna@example.com",
        "x\u0085anna@example.com",
        " anna@example.com",
        "anna@example.com ",
        "anna@example.com\t",
        "#x@example.com",
        "x:y@example.com",
        "anna@example.com REJECT",
        "anna@example.com\0",
        "*",
        "*@example.com",
        "@example.com",
        "-d",
        "--help",
        "$(touch /tmp/ag)",
        "`id`",
        ";id",
        "'",
        "\"",
        "\"anna\"@example.com",
        "%u",
        "%{user}",
        "/etc/passwd",
        "../../etc/passwd",
        "0.0.0.0/0",
        "a,b",
        "a@b@c",
        "",
        ".",
        "x\\\nanna@example.com",
        "!",
        "&",
        "~root",
        "{user}",
    ];

    private static readonly WantedLock[] Possible =
    [
        .. new[] { "info@example.com", "o'brien@example.com", "r&d+x=y@example.com", "müller@bücher.example" }.Select(name => For(name)),
    ];

    private static readonly string[] Reasons =
    [
        "2,000 mails\nanna@example.com REJECT",
        "x\r\nanna@example.com",
        "-rf /",
        "$(id) `id` '\"",
        "a\u2028b",
        new string('y', 5_000),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static WantedLock For(string name, string reason = "x\nanna@example.com REJECT y") =>
        new(new UserId(name), TimeProvider.System.GetUtcNow().AddHours(1), reason);

    private static WantedLock[] All =>
        [.. Hostile.Select(name => For(name)), .. Possible, .. Reasons.Select((reason, i) => For($"reason{i}@example.com", reason))];

    private static string[] Expected => [.. Possible.Select(one => one.User.Value), .. Reasons.Select((_, i) => $"reason{i}@example.com")];

    [Fact]
    public async Task Postfix_finds_the_accounts_in_its_map_and_nothing_besides()
    {
        await using var server = await MailServer.Start(Cancellation);
        IAccountLock map = new PostfixAccessMap(server.Runner, server.AccessMap, configuration: server.PostfixConfiguration);
        var refused = await map.Apply(All, [], Cancellation);
        Assert.Equal(Hostile.Order(StringComparer.Ordinal), refused.Select(one => one.User.Value).Order(StringComparer.Ordinal));
        var keys = (await server.Runner.Must(new ProcessRequest("postmap", "-s", $"hash:{server.AccessMap}"), Cancellation)).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries
        );
        Assert.Equal(Expected.Order(StringComparer.Ordinal), keys.Select(line => line.Split((char[])[' ', '\t'])[0]).Order(StringComparer.Ordinal));
        Assert.All(keys, line => Assert.Matches("\tREJECT this account is locked until [0-9: -]+ UTC; please ask your administrator$", line));
        Assert.StartsWith("250", await server.Send("anna@example.com", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("554", await server.Address("info@example.com", Cancellation), StringComparison.Ordinal);
        await map.Reconcile([], Cancellation);
        Assert.Equal("", await server.Runner.Must(new ProcessRequest("postmap", "-s", $"hash:{server.AccessMap}"), Cancellation));
    }

    [Fact]
    public async Task Dovecot_refuses_the_accounts_in_its_deny_file_and_nobody_besides()
    {
        await using var server = await MailServer.Start(Cancellation);
        IAccountLock deny = new DovecotDenyFile(server.DenyFile, sessions: new DovecotSessions(server.Runner, configuration: server.DovecotConfiguration));
        var refused = await deny.Apply(All, [], Cancellation);
        Assert.Equal(Hostile.Order(StringComparer.Ordinal), refused.Select(one => one.User.Value).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["old@example.com", .. Expected.Order(StringComparer.Ordinal)],
            (await File.ReadAllLinesAsync(server.DenyFile, Cancellation)).Where(line => !line.StartsWith('#'))
        );
        Assert.True(
            await Eventually.Within(TimeSpan.FromSeconds(10), async () => !await server.ImapWorks("info@example.com", Cancellation), Cancellation),
            "the locked one"
        );
        Assert.True(await server.ImapWorks("anna@example.com", Cancellation), "somebody else");
        Assert.Contains(
            "auth succeeded",
            await server.Runner.Must(
                new ProcessRequest("doveadm", "-c", server.DovecotConfiguration, "auth", "test", "anna@example.com", "secret"),
                Cancellation
            ),
            StringComparison.Ordinal
        );
        await deny.Reconcile([], Cancellation);
        Assert.Equal("# kept by hand\nold@example.com\n", await File.ReadAllTextAsync(server.DenyFile, Cancellation));
    }

    [Fact]
    public async Task A_panel_s_command_gets_its_arguments_one_by_one_and_none_is_an_option()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-panel");
        try
        {
            var (program, said) = (Path.Combine(directory.FullName, "panel"), Path.Combine(directory.FullName, "said"));
            await File.WriteAllTextAsync(
                program,
                $"#!/bin/sh\nprintf '%s' \"$#\" >> '{said}'\nfor a in \"$@\"; do printf '|%s' \"$a\" >> '{said}'; done\nprintf '\\n' >> '{said}'\n",
                Cancellation
            );
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var (locking, unlocking) = (
                CommandTemplate.Parse([program, "lock", "{user}", "{local}", "{domain}", "{reason}"], CommandTemplate.LockPlaceholders),
                CommandTemplate.Parse([program, "unlock", "--user={user}"], CommandTemplate.LockPlaceholders)
            );
            IAccountLock panel = new CommandAccountLock(
                new ProcessRunner(),
                TimeProvider.System,
                locking,
                unlocking,
                Path.Combine(directory.FullName, "ledger.json")
            );
            var refused = await panel.Apply(All, [], Cancellation);
            Assert.Equal(Hostile.Order(StringComparer.Ordinal), refused.Select(one => one.User.Value).Order(StringComparer.Ordinal));
            await panel.Reconcile([], Cancellation);
            var lines = await File.ReadAllLinesAsync(said, Cancellation);
            Assert.Equal(2 * Expected.Length, lines.Length);
            Assert.Equal(
                Expected.Select(name => $"5|lock|{name}|{name.Split('@')[0]}|{name.Split('@')[1]}"),
                lines[..Expected.Length].Select(line => string.Join('|', line.Split('|')[..5]))
            );
            Assert.All(lines[..Expected.Length], line => Assert.False(line.Split('|', 6)[5].StartsWith('-'), line));
            Assert.Equal(
                Expected.Select(name => $"2|unlock|--user={name}").Order(StringComparer.Ordinal),
                lines[Expected.Length..].Order(StringComparer.Ordinal)
            );
            Assert.False(File.Exists("/tmp/ag"));
        }
        finally
        {
            directory.Delete(true);
        }
    }
}
