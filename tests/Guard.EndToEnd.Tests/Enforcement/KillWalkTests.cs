using System.Diagnostics;
using System.Globalization;
using Guard.EndToEnd.Tests.Firewall;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>The program itself, killed with -9 by the very commands that it runs: before each deed and behind it.</summary>
public sealed class KillWalkTests
{
    private const string User = "info@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Deeds are noted once for each change, as a firewall or a panel would: what stands already is no change.
    private const string Script = """
        #!/bin/sh
        # verb subject
        cd "$(dirname "$0")" || exit 1
        die() { if [ "$(cat kill 2>/dev/null)" = "$1" ]; then rm -f kill; kill -9 "$(cat pid)"; sleep 60; exit 1; fi; }
        die "before-$1"
        case "$1" in
          block|lock) if [ ! -e "standing-$2" ]; then touch "standing-$2"; echo "$1 $2" >> deeds; fi ;;
          unblock|unlock) if [ -e "standing-$2" ]; then rm -f "standing-$2"; echo "$1 $2" >> deeds; fi ;;
        esac
        die "behind-$1"
        """;

    [Fact]
    public async Task Killed_before_and_behind_every_deed_it_loses_none_doubles_none_and_leaves_none_behind()
    {
        Requirement.Root();
        using var guard = new GuardProgram();
        File.WriteAllText(guard["do"], Script + "\n");
        guard.Must("chmod", "755", guard["do"]);
        File.WriteAllText(guard["mail.log"], "");
        File.WriteAllText(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{guard["data"]}}"
              intake { logs.files = ["{{guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              console.listen = off
              geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              enforcement {
                firewall { backend = command, block-command = ["{{guard["do"]}}", "block", "{address}"], unblock-command = ["{{guard[
                "do"
            ]}}", "unblock", "{address}"] }
                locks { lock-command = ["{{guard["do"]}}", "lock", "{user}"], unlock-command = ["{{guard["do"]}}", "unlock", "{user}"] }
              }
              policy.default.reactions.block-for = 1h
            }
            """
        );
        var process = Start(guard);
        await Runs(guard);
        var expected = new List<string>();
        (string Verb, string Subject, Action Say)[] deeds =
        [
            (
                "block",
                TwoMachines.Public4,
                () =>
                    File.AppendAllLines(
                        guard["mail.log"],
                        Enumerable
                            .Range(0, 25)
                            .Select(attempt =>
                                $"{DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture)} mail postfix/smtpd[{attempt + 100}]: warning: unknown[{TwoMachines.Public4}]: SASL LOGIN authentication failed: authentication failure, sasl_username={User}"
                            )
                    )
            ),
            ("unblock", TwoMachines.Public4, () => guard.Guard("inspect", "--config", "guard.conf", "blocks", "remove", TwoMachines.Public4)),
            ("lock", User, () => guard.Guard("user", "lock", User, "--for", "1h", "--config", "guard.conf")),
            ("unlock", User, () => guard.Guard("user", "release", User, "--config", "guard.conf")),
        ];
        foreach (var side in new[] { "before", "behind" })
        {
            foreach (var (verb, subject, say) in deeds)
            {
                await File.WriteAllTextAsync(guard["kill"], $"{side}-{verb}", Cancellation);
                say();
                expected.Add($"{verb} {subject}");
                await GuardProgram.UntilAsync(() => process.HasExited, () => $"not killed {side} {verb}: {guard.Heard}");
                process = Start(guard);
                await Runs(guard);
                await GuardProgram.UntilAsync(
                    () => Deeds(guard).SequenceEqual(expected),
                    () => $"killed {side} {verb}: {string.Join(", ", Deeds(guard))} instead of {string.Join(", ", expected)}: {guard.Heard}"
                );
            }
            // What the account has of one round is not the next one's: another address each time would do as well.
        }
        Assert.Equal(expected, Deeds(guard));
        Assert.False(File.Exists(guard[$"standing-{User}"]) || File.Exists(guard[$"standing-{TwoMachines.Public4}"]), "something was left behind");
    }

    private static string[] Deeds(GuardProgram guard) => File.Exists(guard["deeds"]) ? File.ReadAllLines(guard["deeds"]) : [];

    private static Process Start(GuardProgram guard)
    {
        var process = guard.Start();
        File.WriteAllText(guard["pid"], process.Id.ToString(CultureInfo.InvariantCulture));
        return process;
    }

    private static Task Runs(GuardProgram guard) => GuardProgram.UntilAsync(() => guard.Answers, () => guard.Heard);
}
