using System.Globalization;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>The data directory of the built program: one guard at a time, and nobody else's eyes.</summary>
public sealed class DataDirectoryTests
{
    private const string Nobody = "65534";

    [Fact]
    public async Task A_second_guard_and_whoever_else_would_write_is_refused_and_takes_nothing_away()
    {
        using var guard = Prepared();
        var first = guard.Start();
        await Runs(guard);

        var (text, error, code) = guard.Guard("run", "--config", guard["guard.conf"]);
        Assert.Equal(1, code);
        var holder = string.Create(CultureInfo.InvariantCulture, $"accountguard run, pid {first.Id}, since {DateTimeOffset.UtcNow.Year}");
        Assert.Contains(holder, text + error, StringComparison.Ordinal);
        Assert.Single((text + error).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        File.WriteAllBytes(guard["old.log"], guard.DemoLog());
        var learn = guard.Guard("learn", "--config", guard["guard.conf"], guard["old.log"]);
        Assert.True(learn.Code == 1 && learn.Error.Contains(holder, StringComparison.Ordinal), learn.Error);
        var migrate = guard.Guard("migrate", "--from", $"sqlite:{guard["data"]}/accountguard.db", "--to", $"sqlite:{guard["copy"]}/accountguard.db");
        Assert.True(migrate.Code == 1 && migrate.Error.Contains(holder, StringComparison.Ordinal), migrate.Error);

        // What only looks goes on, at the first one's socket.
        Assert.Equal("", guard.Guard("inspect", "intake", "--config", "guard.conf").Error);
        Assert.Equal(0, guard.Guard("backup", "--config", "guard.conf", guard["backup"]).Code);
        Assert.False(first.HasExited, guard.Heard);

        // The kernel gives it back however the first one ends.
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        guard.Said.Clear();
        guard.Start();
        await Runs(guard);
    }

    [Fact]
    public async Task A_guard_with_other_data_does_not_take_the_socket_of_one_that_answers()
    {
        using var guard = Prepared();
        guard.Start();
        await Runs(guard);
        var (text, error, code) = guard.Guard(
            "run",
            "--config",
            guard["guard.conf"],
            "--set",
            $"accountguard.data-directory={guard["other"]}",
            "--set",
            $"accountguard.inspection.socket={guard["data"]}/accountguard.sock"
        );
        Assert.Equal(1, code);
        Assert.Contains("accountguard.sock is in use by another program", text + error, StringComparison.Ordinal);
        Assert.Equal("", guard.Guard("inspect", "intake", "--config", "guard.conf").Error);
    }

    [Fact]
    public async Task Whatever_the_umask_nobody_else_can_open_what_is_written_about_people()
    {
        using var guard = Prepared();
        File.WriteAllBytes(guard["mail.log"], guard.DemoLog());
        guard.StartProgram("sh", "-c", $"umask 000; exec {GuardProgram.Program} run --config {guard["guard.conf"]}");
        await Runs(guard);
        await GuardProgram.UntilAsync(
            () =>
                Directory.GetFiles(guard["data"], "*.checkpoint", SearchOption.AllDirectories).Length > 0
                && Directory.GetFiles(guard["data"], "*.archive", SearchOption.AllDirectories).Length > 0
                && guard.Guard("explain", "info@example.com", "--config", "guard.conf").Code == 0,
            () => guard.Heard
        );
        Assert.Equal(0, guard.Run("sh", "-c", $"umask 000; exec {GuardProgram.Program} backup --config guard.conf {guard["backup"]}").Code);
        string[] seen = [.. await Closed(guard["data"]), .. await Closed(guard["backup"])];
        foreach (
            var name in new[]
            {
                "accountguard.db",
                "accountguard.db-wal",
                "accountguard.db-shm",
                "console.db",
                "people.db",
                "audit.db",
                "accountguard.sock",
                "accountguard.lock",
            }
        )
            Assert.Contains(Path.Combine(guard["data"], name), seen);
        Assert.Contains(seen, path => path.EndsWith(".archive", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_earlier_version_left_open_is_closed_at_the_start_and_told()
    {
        using var guard = Prepared();
        var first = guard.Start();
        await Runs(guard);
        guard.Must("kill", first.Id.ToString(CultureInfo.InvariantCulture));
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        guard.Must("chmod", "-R", "a+rwX", guard["data"]);
        guard.Said.Clear();
        guard.Start();
        await Runs(guard);
        Assert.Contains("files and directories of the guard, such as", guard.Heard, StringComparison.Ordinal);
        await Closed(guard["data"]);
    }

    [Fact]
    public async Task The_socket_is_for_the_guards_own_user_and_for_the_group_that_the_settings_name()
    {
        Requirement.Root();
        Requirement.Programs("setpriv");
        using var guard = Prepared();
        var run = Directory.CreateDirectory(guard["run"]).FullName;
        guard.Must("chmod", "755", guard.Directory, run);
        File.AppendAllText(guard["guard.conf"], $"accountguard.inspection {{ socket = \"{run}/guard.sock\", group = mail }}\n");
        guard.Start();
        await Runs(guard);
        Assert.Equal("660 root mail", guard.Run("stat", "-c", "%a %U %G", $"{run}/guard.sock").Out.Trim());
        Assert.Contains("info@example.com", As("mail"), StringComparison.Ordinal);
        Assert.Empty(As("nogroup"));

        string As(string group) =>
            guard
                .Run(
                    "setpriv",
                    $"--reuid={Nobody}",
                    $"--regid={group}",
                    "--clear-groups",
                    "--",
                    "perl",
                    "-MIO::Socket::UNIX",
                    "-e",
                    $"my $s = IO::Socket::UNIX->new(Peer => '{run}/guard.sock') or die; print $s qq(answer [\"user\",\"show\",\"info\\@example.com\"]\\n); $s->flush; print <$s>;"
                )
                .Out;
    }

    private static GuardProgram Prepared()
    {
        var guard = new GuardProgram();
        guard.Configure(
            guard["data"],
            FreePort.Next(),
            $$"""
            accountguard { console.listen = "127.0.0.1:{{FreePort.Next()}}", intake { postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off } }
            """
        );
        File.WriteAllText(guard["mail.log"], "");
        return guard;
    }

    private static Task Runs(GuardProgram guard) =>
        GuardProgram.UntilAsync(() => guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => guard.Heard);

    /// <summary>Every entry, none of which is open to others.</summary>
    private static async Task<string[]> Closed(string directory)
    {
        (string Path, UnixFileMode Mode)[] all = [];
        await GuardProgram.UntilAsync(
            () =>
            {
                try
                {
                    string[] paths = [directory, .. Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories)];
                    all = [.. paths.Select(path => (path, File.GetUnixFileMode(path)))];
                    return true;
                }
                catch (FileNotFoundException)
                {
                    // The guard replaces its files whole: one went meanwhile, and all of them are looked at anew.
                    return false;
                }
            },
            () => $"files in {directory} come and go"
        );
        Assert.All(all, one => Assert.True((one.Mode & (UnixFileMode)63) == 0, $"{one.Path} is {Convert.ToString((int)one.Mode, 8)}"));
        return [.. all.Select(one => one.Path)];
    }
}
