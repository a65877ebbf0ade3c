using System.Diagnostics;
using Xunit;

namespace Guard.EndToEnd.Tests.Fleet;

/// <summary>A machine that logs to systemd's journal alone, and a real guard that follows it.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly GuardProgram _guard = new();
    private readonly Journald _journald;
    private int _session;

    public JournalTests()
    {
        _journald = new Journald(_guard);
        File.WriteAllText(
            _guard["guard.conf"],
            $$"""
            accountguard {
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = off
              geo.fetch-default = off
              intake {
                logs.default-domain = "example.com"
                journal { units = all, namespace = "{{_journald.Namespace}}" }
                postfix-policy.listen = off
                auth-policy.listen = off
                milter.listen = off
              }
            }
            """
        );
    }

    private string[] Logins(int count, string user = "anna@example.com") =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => $"imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid={++_session}, TLS, session=<s{_session}>"),
        ];

    private long Counted(string user = "anna@example.com") => _guard.Explain(user)?.GetProperty("totals").GetProperty("logins").GetInt64() ?? 0;

    private Task CountsAsync(long logins) =>
        GuardProgram.UntilAsync(() => Counted() == logins, () => $"{Counted()} instead of {logins} logins: {_guard.Heard}");

    private Process[] Children(Process guard) =>
        [
            .. Process
                .GetProcessesByName("journalctl")
                .Where(process =>
                    File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == $"{guard.Id}"
                ),
        ];

    private static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Each_login_counts_once_over_kills_rotation_and_restarts_of_guard_journald_and_journalctl()
    {
        await _journald.LogAsync("dovecot", Logins(20));
        var guard = _guard.Start();
        await CountsAsync(20);

        // Killed while it reads.
        var writing = _journald.LogAsync("dovecot", Logins(100));
        await KillAsync(guard);
        await writing;
        await _journald.LogAsync("dovecot", Logins(5));
        _journald.Control("--rotate");
        await _journald.LogAsync("dovecot", Logins(5));
        guard = _guard.Start();
        await CountsAsync(130);

        // journald itself is restarted, and journalctl dies.
        _journald.Stop();
        _journald.Start();
        await _journald.LogAsync("dovecot", Logins(5));
        await CountsAsync(135);
        await GuardProgram.UntilAsync(() => Children(guard).Length == 1, () => "no journalctl runs");
        foreach (var child in Children(guard))
            await KillAsync(child);
        await _journald.LogAsync("dovecot", Logins(5));
        await CountsAsync(140);
        Assert.Contains("journalctl ended with exit code 137", _guard.Heard, StringComparison.Ordinal);

        // Once more, when all of it is known.
        await KillAsync(guard);
        guard = _guard.Start();
        await _journald.LogAsync("dovecot", Logins(1, "bob@example.com"));
        await GuardProgram.UntilAsync(() => Counted("bob@example.com") == 1, () => _guard.Heard);
        Assert.Equal(140, Counted());

        // A guard that is killed leaves no journalctl behind.
        var children = Children(guard);
        await KillAsync(guard);
        await _journald.LogAsync("dovecot", Logins(1, "bob@example.com"));
        await GuardProgram.UntilAsync(() => children.All(child => child.HasExited), () => "journalctl goes on without the guard");
    }

    [Fact]
    public async Task After_a_vacuum_the_guard_says_what_it_missed_and_goes_on()
    {
        await _journald.LogAsync("dovecot", Logins(10));
        var guard = _guard.Start();
        await CountsAsync(10);
        await KillAsync(guard);
        await _journald.LogAsync("dovecot", Logins(10));
        // What still waits in its socket would come behind the rotation.
        await GuardProgram.UntilAsync(() => _journald.Read("dovecot").Length == 20, () => "journald has not read its socket");
        _journald.Control("--rotate");
        _journald.Control("--vacuum-files=1");
        Assert.Single(Directory.GetFiles(_journald.Files, "system*.journal"));
        await _journald.LogAsync("dovecot", Logins(10));
        _guard.Start();
        await CountsAsync(20);
        Assert.Contains("entries of all units between", _guard.Heard, StringComparison.Ordinal);
        Assert.Contains("are gone (vacuumed", _guard.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_learn_and_doctor_read_it_too_and_what_was_learnt_is_not_counted_again()
    {
        await _journald.LogAsync("dovecot", Logins(10));
        await _journald.LogAsync("dovecot", "auth: Error: nothing that matters");
        var (text, error, code) = _guard.Guard("replay", "--config", "guard.conf", "--format", "ndjson", $"journal:{_journald.Files}");
        Assert.True(code == 0, error);
        Assert.Contains("\"logins\":10", text, StringComparison.Ordinal);
        var (found, _, _) = _guard.Guard("doctor", "--config", "guard.conf");
        Assert.Contains($"ok     journal:{_journald.Namespace}", found, StringComparison.Ordinal);

        // As journald's files, and as the text of journalctl.
        var exported = _guard.Run("journalctl", $"--namespace={_journald.Namespace}", "-o", "json", "--all").Out;
        await File.WriteAllTextAsync(_guard["exported"], exported, TestContext.Current.CancellationToken);
        foreach (var source in new[] { $"journal:{_journald.Files}", Directory.GetFiles(_journald.Files, "system.journal").Single(), _guard["exported"] })
        {
            (text, error, code) = _guard.Guard("learn", "--config", "guard.conf", source);
            Assert.True(code == 0, error);
        }
        _guard.Start();
        await _journald.LogAsync("dovecot", Logins(1, "bob@example.com"));
        await GuardProgram.UntilAsync(() => Counted("bob@example.com") == 1, () => _guard.Heard);
        Assert.Equal(10, Counted());
    }

    [Fact]
    public async Task A_journal_that_is_not_there_is_told_once_and_waited_for()
    {
        File.WriteAllText(
            _guard["guard.conf"],
            File.ReadAllText(_guard["guard.conf"])
                .Replace($"namespace = \"{_journald.Namespace}\"", $"directory = \"{_guard["absent"]}\"", StringComparison.Ordinal)
        );
        var (_, error, code) = _guard.Guard("replay", "--config", "guard.conf", $"journal:{_guard["absent"]}");
        Assert.Equal(2, code);
        Assert.Contains("is not there", error, StringComparison.Ordinal);
        _guard.Start();
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("journalctl ended with exit code 1", StringComparison.Ordinal), () => _guard.Heard);
        await _journald.LogAsync("dovecot", Logins(3));
        Directory.CreateSymbolicLink(_guard["absent"], _journald.Files);
        await CountsAsync(3);
        Assert.Equal(2, _guard.Heard.Split("journalctl ended").Length);
    }

    public void Dispose()
    {
        _guard.Dispose();
        _journald.Dispose();
    }
}
