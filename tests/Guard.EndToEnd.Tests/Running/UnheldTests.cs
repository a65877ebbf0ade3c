using System.Globalization;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>What is decided and does not take hold is said wherever one asks, with what is missing.</summary>
public sealed class UnheldTests : IDisposable
{
    private const string Anna = "anna@example.com";
    private const string Thief = "45.77.0.66";

    /// <summary>Long after the lock, and still as it happens.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(90);

    private readonly FaultyGuard _guard = new();

    private GuardProgram Program => _guard.Program;

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    private void Login(DateTimeOffset at, string from) =>
        File.AppendAllText(
            Program["mail.log"],
            $"{Stamp(at)} mail dovecot: imap-login: Login: user=<{Anna}>, method=PLAIN, rip={from}, lip=192.0.2.1, mpid=1, session=<x>\n"
        );

    private void Mail(DateTimeOffset at, string from) =>
        File.AppendAllText(
            Program["mail.log"],
            $"{Stamp(at)} mail postfix/submission/smtpd[7]: 4F2ZqX0abc: client=x.example[{from}], sasl_method=PLAIN, sasl_username={Anna}\n"
                + $"{Stamp(at)} mail postfix/qmgr[8]: 4F2ZqX0abc: from=<{Anna}>, size=1000, nrcpt=1 (queue active)\n"
        );

    private Task Until(Func<bool> reached) => GuardProgram.UntilAsync(reached, () => Program.Heard);

    private async Task StartAsync(string more)
    {
        _guard.Configure($"mode = enforce\n intake.logs.files = [\"{Program["mail.log"]}\"]\n {more}");
        File.WriteAllText(Program["mail.log"], "");
        Login(DateTimeOffset.UtcNow.AddHours(-1), "192.0.2.77");
        await _guard.StartAsync();
        await Until(() => Program.Explain(Anna) is not null);
    }

    [Fact]
    public async Task A_locked_account_that_logs_in_and_a_blocked_address_that_connects_are_said_with_what_is_missing()
    {
        Requirement.Programs("doveconf");
        File.WriteAllText(Program["dovecot.conf"], "protocols = imap\nssl = no\npassdb {\n  driver = pam\n}\nuserdb {\n  driver = passwd\n}\n");
        await StartAsync(
            $$"""
            enforcement {
              firewall { backend = command, block-command = ["/bin/true", "{network}"], unblock-command = ["/bin/true", "{network}"] }
              locks { dovecot-deny-file = "{{Program["deny"]}}", dovecot-configuration = "{{Program["dovecot.conf"]}}" }
            }
            """
        );
        _guard.Ask("inspect", "user", "lock", Anna, "1h");
        _guard.Ask("inspect", "blocks", "add", Thief, "1h");
        await Until(() => File.Exists(Program["deny"]) && File.ReadAllText(Program["deny"]).Contains(Anna, StringComparison.Ordinal));
        var missing = $"Dovecot does not read the deny file {Program["deny"]}";
        await Until(() => _guard.Ask("explain", Anna).Contains(missing, StringComparison.Ordinal));
        await _guard.SaysAsync($"Dovecot's deny file {Program["deny"]}", "does not read it");

        Login(DateTimeOffset.UtcNow + After, Thief);
        await _guard.SaysAsync("locks that hold", missing);
        // The thief goes on: what stands is looked at every few seconds.
        await Until(() =>
        {
            Login(DateTimeOffset.UtcNow + After, Thief);
            return !IsOk("blocks that hold");
        });
        await _guard.SaysAsync("blocks that hold", $"last {Thief}: a login to imap");
        Assert.Contains("ALARM", Program.Heard, StringComparison.Ordinal);
        Assert.Contains("the lock does not hold: a login to imap", Program.Heard, StringComparison.Ordinal);
        var incidents = "";
        await Until(() => (incidents = _guard.ConsoleAsync("/api/v1/incidents").GetAwaiter().GetResult()).Contains("lock-not-held", StringComparison.Ordinal));
        Assert.Contains("deny-file-unread", incidents, StringComparison.Ordinal);

        // What is lifted is no alarm any more.
        _guard.Ask("user", "release", Anna);
        _guard.Ask("inspect", "blocks", "remove", Thief);
        foreach (var check in new[] { "locks that hold", "blocks that hold" })
            await Until(() => IsOk(check));
    }

    private bool IsOk(string check) => _guard.ReadyAsync().Result.Checks.GetProperty(check).GetProperty("level").GetString() == "ok";

    [Fact]
    public async Task Where_only_logs_are_read_it_is_plainly_said_that_the_account_is_locked_here_and_still_sends()
    {
        await StartAsync("");
        _guard.Ask("inspect", "user", "lock", Anna, "1h");
        Assert.Contains("locked here, sending goes on: no server asks the guard for it", _guard.Ask("explain", Anna), StringComparison.Ordinal);
        Mail(DateTimeOffset.UtcNow + After, Thief);
        await _guard.SaysAsync("locks that hold", "locked here, sending goes on");
        Assert.Contains("the lock does not hold: a login to smtp", Program.Heard, StringComparison.Ordinal);
    }

    public void Dispose() => _guard.Dispose();
}
