using Guard.EndToEnd.Tests.Locks;
using Guard.Host.Enforcement.PostfixQueue;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>The whole guard beside a real Dovecot and a real Postfix: a confirmed theft locks, a release restores.</summary>
public sealed class LockTests
{
    private const string Info = "info@example.com";
    private const string Anna = "anna@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task Until(Func<Task<bool>> reached, GuardProgram guard) =>
        GuardProgram.UntilAsync(() => reached().GetAwaiter().GetResult(), () => guard.Heard);

    [Fact]
    public async Task A_lock_ends_live_sessions_refuses_new_ones_and_holds_the_mail_and_a_release_restores_all_but_that()
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        Configure(guard, server);
        var queue = new PostfixQueue(server.Runner, _ => null, server.PostfixConfiguration);
        var process = guard.Start();
        await Until(() => Task.FromResult(guard.Explain(Info) is not null), guard);
        var mail = MailServer.QueueId(await server.Send(Info, Cancellation));
        var others = MailServer.QueueId(await server.Send(Anna, Cancellation));
        using var open = await server.Imap(Info, Cancellation);
        using var annas = await server.Imap(Anna, Cancellation);
        Assert.NotNull(open);

        Assert.Equal(0, guard.Guard("user", "confirm", Info, "--config", "guard.conf").Code);
        await Until(async () => await open.Say("b NOOP", Cancellation) is var answer && !answer.StartsWith("b OK", StringComparison.Ordinal), guard);
        await Until(async () => !await server.ImapWorks(Info, Cancellation), guard);
        await Until(async () => !(await server.Address(Info, Cancellation)).StartsWith("250", StringComparison.Ordinal), guard);
        await Until(async () => (await OnHold(queue)).Contains(mail), guard);
        Assert.DoesNotContain(others, await OnHold(queue));
        Assert.StartsWith("b OK", await annas!.Say("b NOOP", Cancellation), StringComparison.Ordinal);

        // Killed, and the table lost meanwhile: the lock comes back. Then the word of an admin takes all of it away.
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        await File.WriteAllTextAsync(server.DenyFile, "# kept by hand\nold@example.com\n", Cancellation);
        await Until(() => server.ImapWorks(Info, Cancellation), guard);
        guard.Start();
        await Until(async () => !await server.ImapWorks(Info, Cancellation), guard);
        await Until(() => Task.FromResult(guard.Guard("user", "release", Info, "--config", "guard.conf").Code == 0), guard);
        await Until(() => server.ImapWorks(Info, Cancellation), guard);
        await Until(async () => (await server.Send(Info, Cancellation)).StartsWith("250", StringComparison.Ordinal), guard);
        // The thief's mail stays held until somebody says what shall become of it.
        Assert.Contains(mail, await OnHold(queue));
        Assert.Contains("1 mail held", guard.Guard("user", "release", Info, "--dry-run", "--config", "guard.conf").Out, StringComparison.Ordinal);
        Assert.Contains("1 let go", guard.Guard("queue", "release", Info, "--config", "guard.conf").Out, StringComparison.Ordinal);
        await Until(async () => !(await OnHold(queue)).Contains(mail), guard);
        Assert.Equal("# kept by hand\nold@example.com\n", await File.ReadAllTextAsync(server.DenyFile, Cancellation));
    }

    [Fact]
    public async Task A_lock_for_sending_leaves_reading_and_held_mail_goes_or_is_deleted_on_the_admins_word()
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        Configure(guard, server);
        var queue = new PostfixQueue(server.Runner, _ => null, server.PostfixConfiguration);
        guard.Start();
        await Until(() => Task.FromResult(guard.Explain(Info) is not null), guard);
        var forged = MailServer.QueueId(await server.Send(Info, Cancellation, "somebody@elsewhere.test"));
        var annas = MailServer.QueueId(await server.Send(Anna, Cancellation, Info));
        using var open = await server.Imap(Info, Cancellation);

        Assert.Equal(0, guard.Guard("user", "lock", Info, "--for", "1h", "--grade", "sending", "--config", "guard.conf").Code);
        await Until(async () => !(await server.Address(Info, Cancellation)).StartsWith("250", StringComparison.Ordinal), guard);
        await Until(async () => (await OnHold(queue)).SequenceEqual([forged]), guard);
        Assert.StartsWith("b OK", await open!.Say("b NOOP", Cancellation), StringComparison.Ordinal);
        Assert.True(await server.ImapWorks(Info, Cancellation));
        Assert.DoesNotContain(annas, await OnHold(queue));
        Assert.Contains(forged, guard.Guard("queue", "list", Info, "--config", "guard.conf").Out, StringComparison.Ordinal);
        Assert.DoesNotContain(forged, guard.Guard("queue", "list", Anna, "--config", "guard.conf").Out, StringComparison.Ordinal);
        Assert.Contains("1 let go", guard.Guard("queue", "release", Info, "--config", "guard.conf").Out, StringComparison.Ordinal);
        await Until(async () => (await OnHold(queue)).Count == 0, guard);

        Assert.Equal(0, guard.Guard("user", "lock", Info, "--grade", "everything", "--config", "guard.conf").Code);
        await Until(async () => !await server.ImapWorks(Info, Cancellation), guard);
        Assert.Equal(0, guard.Guard("user", "release", Info, "--config", "guard.conf").Code);
        await Until(() => server.ImapWorks(Info, Cancellation), guard);
        await Until(async () => (await server.Send(Info, Cancellation)).StartsWith("250", StringComparison.Ordinal), guard);
        Assert.Empty(await OnHold(queue));
    }

    private static void Configure(GuardProgram guard, MailServer server)
    {
        // Only who was seen can be confirmed as an attacker's.
        File.WriteAllText(
            guard["mail.log"],
            $"{DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture)} mail dovecot: imap-login: Login: user=<{Info}>, method=PLAIN, rip=198.51.100.7, lip=10.0.0.1, mpid=1, TLS, session=<seen>\n"
        );
        File.WriteAllText(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{guard["data"]}}"
              intake { logs.files = ["{{guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              enforcement.locks {
                dovecot-deny-file = "{{server.DenyFile}}", dovecot-sessions = on, dovecot-configuration = "{{server.DovecotConfiguration}}"
                postfix-access-map = "{{server.AccessMap}}", postfix-configuration = "{{server.PostfixConfiguration}}", hold-queue = on
              }
            }
            """
        );
    }

    private static async Task<IReadOnlyList<string>> OnHold(PostfixQueue queue) =>
        [.. (await queue.List(held => held.IsOnHold, Cancellation)).Select(held => held.Id)];
}
