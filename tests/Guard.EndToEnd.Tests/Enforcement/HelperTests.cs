using System.Globalization;
using Guard.EndToEnd.Tests.Firewall;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>The daemon as an ordinary user, the helper as root beside it: a real nftables, a real file of root's.</summary>
public sealed class HelperTests
{
    private const string Nobody = "65534";
    private const string Daemon = "64001";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task Until(Func<Task<bool>> reached, GuardProgram guard) =>
        GuardProgram.UntilAsync(() => reached().GetAwaiter().GetResult(), () => guard.Heard);

    [Fact]
    public async Task A_daemon_without_rights_blocks_and_locks_through_its_helper_and_others_do_not()
    {
        Requirement.Root();
        Requirement.Programs("nft", "ip", "setpriv");
        await using var machines = await TwoMachines.Start(Cancellation);
        using var guard = new GuardProgram();
        var (run, tables) = (guard["run"], Directory.CreateDirectory(guard["etc"]).FullName);
        await File.WriteAllTextAsync(Path.Combine(tables, "deny"), "# kept by hand\nold@example.com\n", Cancellation);
        var enforcement =
            $$"""enforcement { firewall { backend = nftables, exempt = ["{{TwoMachines.ExemptPublic4}}"] }, locks.dovecot-deny-file = "{{tables}}/deny", helper { socket = "{{run}}/socket", user = "{{Daemon}}" } }""";
        await File.WriteAllTextAsync(
            Path.Combine(tables, "helper.conf"),
            $"accountguard {{ data-directory = \"{guard["helper"]}\", {enforcement} }}",
            Cancellation
        );
        // The daemon may say what it likes: root's file exempts an address that this one does not.
        await File.WriteAllTextAsync(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{guard["data"]}}"
              intake { logs.files = ["{{guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              console.listen = off
              geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              {{enforcement.Replace(TwoMachines.ExemptPublic4, "192.0.2.1", StringComparison.Ordinal)}}
            }
            """,
            Cancellation
        );
        await File.WriteAllTextAsync(guard["mail.log"], "", Cancellation);
        Directory.CreateDirectory(guard["data"]);
        guard.Must("chown", Daemon, guard["data"]);
        guard.Must("chmod", "755", guard.Directory);
        guard.Must("chmod", "644", guard["guard.conf"], guard["mail.log"]);

        guard.StartProgram(["ip", "netns", "exec", machines.Server.Name, .. GuardProgram.Helper, "--config", Path.Combine(tables, "helper.conf")]);
        await Until(() => Task.FromResult(File.Exists(Path.Combine(run, "socket"))), guard);
        guard.StartIn("ip", "netns", "exec", machines.Server.Name, "setpriv", $"--reuid={Daemon}", $"--regid={Daemon}", "--clear-groups", "--");
        await Until(() => Task.FromResult(guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal)), guard);

        Guess(guard, TwoMachines.Public4);
        Guess(guard, TwoMachines.ExemptPublic4);
        await Until(async () => !await machines.Reaches(TwoMachines.Public4, Cancellation), guard);
        Assert.True(await machines.Reaches(TwoMachines.Neighbour4, Cancellation));
        Assert.Equal(0, guard.Guard("user", "lock", "info@example.com", "--for", "1h", "--config", "guard.conf").Code);
        await Until(
            async () => (await File.ReadAllTextAsync(Path.Combine(tables, "deny"), Cancellation)).Contains("\ninfo@example.com\n", StringComparison.Ordinal),
            guard
        );
        // The exempt one was asked for as well by now, and refused by root's settings.
        await Until(() => Task.FromResult(guard.Heard.Contains("which is never blocked", StringComparison.Ordinal)), guard);
        Assert.True(await machines.Reaches(TwoMachines.ExemptPublic4, Cancellation), "an exempt address was blocked");
        Assert.Equal(0, guard.Guard("user", "release", "info@example.com", "--config", "guard.conf").Code);
        await Until(async () => await File.ReadAllTextAsync(Path.Combine(tables, "deny"), Cancellation) == "# kept by hand\nold@example.com\n", guard);

        // Somebody else on the machine: the socket's rights keep them out, and with them open the kernel's word does.
        guard.Must("chmod", "777", run, Path.Combine(run, "socket"));
        var (answer, error, _) = guard.Run(
            "setpriv",
            $"--reuid={Nobody}",
            $"--regid={Nobody}",
            "--clear-groups",
            "--",
            "perl",
            "-MIO::Socket::UNIX",
            "-e",
            $"my $s = IO::Socket::UNIX->new(Peer => '{run}/socket') or die; print $s '{{\"word\":\"describe\"}}', \"\\n\"; $s->flush; print scalar <$s>;"
        );
        Assert.True(answer.Contains("only the guard", StringComparison.Ordinal), $"{answer}{error}");
        // And the daemon itself has no rights to do it without the helper.
        Assert.NotEqual(
            0,
            guard
                .Run(
                    "setpriv",
                    $"--reuid={Daemon}",
                    $"--regid={Daemon}",
                    "--clear-groups",
                    "--",
                    "ip",
                    "netns",
                    "exec",
                    machines.Server.Name,
                    "nft",
                    "list",
                    "ruleset"
                )
                .Code
        );
    }

    [Fact]
    public void A_helper_does_not_start_on_settings_that_others_may_write()
    {
        Requirement.Root();
        using var guard = new GuardProgram();
        File.WriteAllText(
            guard["helper.conf"],
            $"accountguard {{ data-directory = \"{guard["helper"]}\", enforcement.helper.socket = \"{guard["run"]}/socket\" }}"
        );
        guard.Must("chmod", "666", guard["helper.conf"]);
        var (_, error, code) = guard.AskHelper("--config", guard["helper.conf"]);
        Assert.Equal(2, code);
        Assert.Contains("others than its owner may write", error, StringComparison.Ordinal);
        guard.Must("chmod", "644", guard["helper.conf"]);
        guard.Must("chown", Nobody, guard["helper.conf"]);
        Assert.Contains("belongs to user 65534", guard.AskHelper("--config", guard["helper.conf"]).Error, StringComparison.Ordinal);
    }

    /// <summary>The helper is built twice, as a command of the guard and as a program of its own.</summary>
    [Theory]
    [InlineData("accountguard { enforcement { helper.sockt = x, firewall { backend = nfttables, exempt = [\"300.1.2.3\"] } } }")]
    [InlineData("accountguard { data-directory = 5, intake.logs.virtual-map = \"/nonexistent/virtual\" ")]
    [InlineData("accountguard.enforcement.helper.socket = \"\"")]
    [InlineData("accountguard { data-directory = DIRECTORY, enforcement.helper { socket = \"/proc/x/socket\", user = nobody-at-all } }")]
    [InlineData("accountguard { data-directory = DIRECTORY, enforcement.helper { socket = \"/proc/x/socket\", user = nobody } }")]
    [InlineData("accountguard { data-directory = \"/proc/x\", enforcement.helper { socket = \"/run/x/socket\", user = nobody } }")]
    [InlineData(
        "accountguard { data-directory = DIRECTORY, intake.logs.virtual-map = \"/nonexistent/virtual\", enforcement.helper { socket = \"/run/x/socket\", user = nobody } }"
    )]
    public void Command_and_program_say_the_same_of_the_same_mistakes(string settings)
    {
        Requirement.Root();
        using var guard = new GuardProgram();
        File.WriteAllText(guard["helper.conf"], settings.Replace("DIRECTORY", $"\"{guard["helper"]}\"", StringComparison.Ordinal));
        var command = guard.Guard("helper", "--config", guard["helper.conf"]);
        Assert.NotEqual(0, command.Code);
        Assert.NotEqual("", command.Error);
        Assert.Equal(command, guard.AskHelper("--config", guard["helper.conf"]));
    }

    private static void Guess(GuardProgram guard, string from) =>
        File.AppendAllLines(
            guard["mail.log"],
            Enumerable
                .Range(0, 25)
                .Select(attempt =>
                    $"{DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)} mail postfix/smtpd[{attempt + 100}]: warning: unknown[{from}]: SASL LOGIN authentication failed: authentication failure, sasl_username=info@example.com"
                )
        );
}
