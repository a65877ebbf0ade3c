using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Guard.EndToEnd.Tests.Fleet;

/// <summary>A real guard, and what befalls its log files.</summary>
public sealed class LogFileTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly int _console = FreePort.Next();
    private readonly int _cluster = FreePort.Next();
    private int _session;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private void Configure(params string[] files) =>
        File.WriteAllText(
            _guard["guard.conf"],
            $$"""
            accountguard {
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{_cluster}}"
              console.listen = "127.0.0.1:{{_console}}"
              geo.fetch-default = off
              intake {
                logs { files = [{{string.Join(", ", files.Select(file => $"\"{_guard[file]}\""))}}], default-domain = "example.com", time-zone = "UTC" }
                postfix-policy.listen = off
                auth-policy.listen = off
                milter.listen = off
              }
            }
            """
        );

    private string Login(string user = "anna@example.com") =>
        $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid={++_session}, TLS, session=<s{_session}>\n";

    private void Log(string file, int count, string user = "anna@example.com")
    {
        for (var i = 0; i < count; i++)
            File.AppendAllText(_guard[file], Login(user));
    }

    private long Counted(string user = "anna@example.com") => _guard.Explain(user)?.GetProperty("totals").GetProperty("logins").GetInt64() ?? 0;

    private Task CountsAsync(long logins, string user = "anna@example.com") =>
        GuardProgram.UntilAsync(() => Counted(user) == logins, () => $"{Counted(user)} instead of {logins} logins of {user}: {_guard.Heard}");

    private static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }

    private async Task<(int Code, JsonElement Checks)> HealthAsync()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{_console}/health/ready"), Cancellation);
        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("checks"));
    }

    [Fact]
    public async Task What_stands_under_a_logs_name_and_is_none_is_told_and_holds_up_nothing()
    {
        Configure("good", "directory", "circle", "missing", "pipe", "unreadable/log");
        Directory.CreateDirectory(_guard["directory"]);
        File.CreateSymbolicLink(_guard["circle"], _guard["circle"]);
        _guard.Must("mkfifo", _guard["pipe"]);
        File.WriteAllText(_guard["unreadable"], "a file where a directory should be");
        Log("good", 3);
        var guard = _guard.Start();
        await CountsAsync(3);
        var told = new Dictionary<string, string>
        {
            ["directory"] = "is a directory, not a log",
            ["circle"] = "Too many levels of symbolic links",
            ["missing"] = "is not there",
            ["unreadable/log"] = "is not there",
        };
        var (code, checks) = await HealthAsync();
        Assert.Equal(200, code);
        Assert.True(checks.GetProperty($"intake {_guard["good"]}").GetProperty("good").GetBoolean());
        var (found, _, _) = _guard.Guard("doctor", "--config", "guard.conf");
        foreach (var (file, problem) in told)
        {
            Assert.False(checks.GetProperty($"intake {_guard[file]}").GetProperty("good").GetBoolean());
            Assert.Contains(problem, checks.GetProperty($"intake {_guard[file]}").GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Contains(
                $"{_guard[file]} {problem}",
                _guard.Heard.Replace("\"", "", StringComparison.Ordinal).Replace("cannot be read: ", "", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
            Assert.Contains(problem, found, StringComparison.Ordinal);
        }
        Assert.Contains("is a pipe", found, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _guard.Heard, StringComparison.Ordinal);

        // Each is read as soon as it can be; a pipe at once.
        await File.WriteAllTextAsync(_guard["pipe"], Login("bob@example.com"), Cancellation);
        await CountsAsync(1, "bob@example.com");
        Directory.Delete(_guard["directory"]);
        File.Delete(_guard["circle"]);
        File.Delete(_guard["unreadable"]);
        Directory.CreateDirectory(_guard["unreadable"]);
        foreach (var file in told.Keys)
            Log(file, 1);
        await CountsAsync(7);

        // And a log that is replaced while it is followed.
        File.Move(_guard["good"], _guard["good.1"]);
        Directory.CreateDirectory(_guard["good"]);
        Log("missing", 1);
        await CountsAsync(8);
        await GuardProgram.UntilAsync(
            () => HealthAsync().Result.Checks.GetProperty($"intake {_guard["good"]}").GetProperty("detail").GetString() == "is a directory, not a log",
            () => _guard.Heard
        );
        Directory.Delete(_guard["good"]);
        Log("good", 1);
        await CountsAsync(9);
        Assert.False(guard.HasExited);
    }

    [Fact]
    public void Learn_and_replay_say_in_one_line_what_cannot_be_read()
    {
        Configure("mail.log");
        Directory.CreateDirectory(_guard["directory"]);
        File.CreateSymbolicLink(_guard["circle"], _guard["circle"]);
        foreach (var command in new[] { "learn", "replay" })
        {
            foreach (
                var (file, problem) in new[]
                {
                    ("missing", "no such file"),
                    ("circle", "Too many levels of symbolic links"),
                    ("directory", "no log files"),
                    ("/dev/zero", "is a device"),
                }
            )
            {
                var (_, error, code) = _guard.Guard(command, "--config", "guard.conf", file);
                Assert.Equal(2, code);
                Assert.Contains(problem, error, StringComparison.Ordinal);
                Assert.Single(error.Trim().Split('\n'));
            }
        }
    }

    [Theory]
    [InlineData("copytruncate")]
    [InlineData("copytruncate\n  compress")]
    [InlineData("create\n  delaycompress\n  compress")]
    [InlineData("nocreate\n  dateext\n  dateformat -%Y%m%d-%s")]
    public async Task A_real_logrotate_costs_no_line_and_doubles_none_also_over_kills(string how)
    {
        Requirement.Programs("logrotate");
        Configure("mail.log");
        File.WriteAllText(_guard["rotate.conf"], $"{_guard["mail.log"]} {{\n  rotate 50\n  missingok\n  {how}\n}}\n");
        var guard = _guard.Start();
        var written = 0;
        for (var round = 0; round < 8; round++)
        {
            // Longer than what stood there before: a truncated log has grown beyond its old end when it is looked at.
            Log("mail.log", 5 + (round * 5));
            written += 5 + (round * 5);
            if (round % 3 == 2)
            {
                await KillAsync(guard);
                await RotateAsync();
                guard = _guard.Start();
            }
            else
            {
                await CountsAsync(written);
                Log("mail.log", 2);
                written += 2;
                await RotateAsync();
            }
        }
        Log("mail.log", 1);
        await CountsAsync(written + 1);
        await KillAsync(guard);
        _guard.Start();
        Log("mail.log", 1, "bob@example.com");
        await CountsAsync(1, "bob@example.com");
        Assert.Equal(written + 1, Counted());
    }

    private async Task RotateAsync()
    {
        // Names that carry the time are given once a second, by a clock of the kernel's that may lag by a tick or two.
        await GuardProgram.UntilAsync(() => IsFree(DateTimeOffset.UtcNow) && IsFree(DateTimeOffset.UtcNow.AddSeconds(-0.2)), () => "the second does not end");
        _guard.Must("logrotate", "--force", "--state", _guard["rotate.state"], _guard["rotate.conf"]);
        bool IsFree(DateTimeOffset at) => !File.Exists(_guard[$"mail.log-{at.LocalDateTime:yyyyMMdd}-{at.ToUnixTimeSeconds()}"]);
    }

    [Fact]
    public async Task Containers_that_come_are_picked_up_and_those_that_go_are_let_go()
    {
        Configure("containers/*/*-json.log");
        Directory.CreateDirectory(_guard["containers"]);
        var guard = _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        string Line() =>
            JsonSerializer.Serialize(
                new
                {
                    log = Login()[33..],
                    stream = "stdout",
                    time = DateTime.UtcNow.ToString("O"),
                }
            ) + "\n";
        for (var container = 0; container < 3; container++)
        {
            Directory.CreateDirectory(_guard[$"containers/{container}"]);
            File.AppendAllText(_guard[$"containers/{container}/{container}-json.log"], Line() + Line());
        }
        await CountsAsync(6);
        // As the json-file driver rotates.
        File.Move(_guard["containers/1/1-json.log"], _guard["containers/1/1-json.log.1"]);
        File.AppendAllText(_guard["containers/1/1-json.log"], Line());
        await CountsAsync(7);
        await KillAsync(guard);
        Directory.Delete(_guard["containers/0"], true);
        File.AppendAllText(_guard["containers/2/2-json.log"], Line());
        _guard.Start();
        await CountsAsync(8);
        Assert.Equal(2, Directory.GetFiles(_guard["data/intake"], "*.checkpoint").Length);
    }

    [Theory]
    [InlineData("read-again", 10)]
    [InlineData("go-on", 3)]
    public async Task A_journal_that_vanished_while_the_checkpoints_stayed_is_told_and_the_logs_are_read_again_as_the_setting_says(string setting, int expected)
    {
        Configure("mail.log");
        File.AppendAllText(_guard["guard.conf"], $"accountguard.intake.logs.journal-lost = {setting}\n");
        Log("mail.log", 4);
        File.Move(_guard["mail.log"], _guard["mail.log.1"]);
        Log("mail.log", 3);
        var guard = _guard.Start();
        await CountsAsync(3);
        // What was counted behind the last checkpoint comes again: no journal is there that knows it.
        await _guard.CheckpointAsync("mail.log");
        await KillAsync(guard);
        foreach (var file in Directory.GetFiles(_guard["data"], "accountguard.db*"))
            File.Delete(file);
        Log("mail.log", 3);
        _guard.Start();
        await CountsAsync(expected);
        Assert.Contains("is not the one that logs were read into", _guard.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_put_back_to_an_older_state_has_what_came_after_it_read_again_and_nothing_twice()
    {
        Configure("mail.log");
        Log("mail.log", 4);
        var guard = _guard.Start();
        await CountsAsync(4);
        await _guard.CheckpointAsync("mail.log");
        guard.Kill();
        await guard.WaitForExitAsync(Cancellation);
        Directory.CreateDirectory(_guard["older"]);
        foreach (var file in Directory.GetFiles(_guard["data"], "accountguard.db*"))
            File.Copy(file, Path.Combine(_guard["older"], Path.GetFileName(file)));
        Log("mail.log", 5);
        guard = _guard.Start();
        await CountsAsync(9);
        await _guard.CheckpointAsync("mail.log");
        await KillAsync(guard);
        foreach (var file in Directory.GetFiles(_guard["data"], "accountguard.db*"))
            File.Delete(file);
        foreach (var file in Directory.GetFiles(_guard["older"]))
            File.Copy(file, Path.Combine(_guard["data"], Path.GetFileName(file)));
        Log("mail.log", 1);
        guard = _guard.Start();
        await CountsAsync(10);
        Assert.Contains("the journal has lost what was read of it", _guard.Heard, StringComparison.Ordinal);

        // A write-ahead log that was cut off, as by a disk that kept only half of it.
        Log("mail.log", 5);
        await CountsAsync(15);
        await _guard.CheckpointAsync("mail.log");
        await KillAsync(guard);
        await using (var wal = new FileStream(_guard["data/accountguard.db-wal"], FileMode.Open))
            wal.SetLength(Math.Max(32, wal.Length / 2));
        _guard.Start();
        Log("mail.log", 1, "bob@example.com");
        await CountsAsync(1, "bob@example.com");
        await CountsAsync(15);
    }

    [Fact]
    public async Task Doctor_finds_garbled_snapshots_and_repairs_them()
    {
        Configure("mail.log");
        File.AppendAllText(_guard["guard.conf"], "accountguard.persistence.snapshot-every = 2\n");
        Log("mail.log", 8);
        var guard = _guard.Start();
        await CountsAsync(8);
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_guard["data/accountguard.db"]};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var written = connection.CreateCommand();
            written.CommandText = "SELECT COUNT(*) FROM snapshot WHERE persistence_id = 'user-anna@example.com'";
            await GuardProgram.UntilAsync(() => (long)written.ExecuteScalar()! > 0, () => $"no snapshot is written: {_guard.Heard}");
            await KillAsync(guard);
            await using var damage = connection.CreateCommand();
            damage.CommandText = "UPDATE snapshot SET snapshot = x'ffffff' WHERE persistence_id = 'user-anna@example.com'";
            Assert.True(await damage.ExecuteNonQueryAsync(Cancellation) > 0);
        }
        Assert.Contains("are garbled (user-anna@example.com)", _guard.Guard("doctor", "--config", "guard.conf").Out, StringComparison.Ordinal);
        Assert.Contains("are taken out (user-anna@example.com)", _guard.Guard("doctor", "--config", "guard.conf", "--repair").Out, StringComparison.Ordinal);
        Assert.DoesNotContain("garbled", _guard.Guard("doctor", "--config", "guard.conf").Out, StringComparison.Ordinal);
        _guard.Start();
        await CountsAsync(8);
    }

    public void Dispose() => _guard.Dispose();
}
