using System.Globalization;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>Accounts that are not seen any more leave by themselves.</summary>
public sealed class ForgetAfterTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    [Fact]
    public async Task An_account_that_was_not_seen_for_forget_after_leaves_and_whoever_was_seen_or_is_locked_stays()
    {
        File.WriteAllText(
            _guard["guard.conf"],
            $$"""
            accountguard {
              data-directory = "{{_guard["data"]}}"
              intake { logs.files = ["{{_guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = off
              geo.fetch-default = off
              forget-after = 30d
            }
            """
        );
        File.WriteAllText(_guard["mail.log"], "");
        File.WriteAllLines(
            _guard["history.log"],
            [Login("left", 45), Login("locked", 45), Login("left", 40), Login("locked", 40), Login("anna", 20), Login("anna", 0), Login("bob", 1)]
        );
        var (learnt, why, learns) = _guard.Guard("learn", "--config", "guard.conf", "history.log");
        Assert.True(learns == 0, learnt + why);
        _guard.Start();
        string[] names = ["left", "locked", "anna", "bob"];
        await GuardProgram.UntilAsync(() => names.All(name => _guard.Explain($"{name}@example.com") is not null), () => _guard.Heard);
        Assert.Equal(0, _guard.Guard("user", "lock", "locked@example.com", "--for", "2h", "--config", "guard.conf").Code);

        await GuardProgram.UntilAsync(
            () => _guard.Heard.Contains("1 accounts that were not seen for 30 days are forgotten", StringComparison.Ordinal),
            () => _guard.Heard
        );
        var (_, error, code) = _guard.Guard("explain", "left@example.com", "--config", "guard.conf");
        Assert.NotEqual(0, code);
        Assert.Contains("there is no such account", error, StringComparison.Ordinal);
        Assert.All(names[1..], name => Assert.NotNull(_guard.Explain($"{name}@example.com")));
    }

    private static string Login(string name, int daysAgo) =>
        $"{DateTimeOffset.UtcNow.AddDays(-daysAgo).ToString("O", CultureInfo.InvariantCulture)} mail dovecot: imap-login: Login: user=<{name}@example.com>, method=PLAIN, rip=192.0.2.77, lip=192.0.2.1, mpid=1, session=<x>";

    public void Dispose() => _guard.Dispose();
}
