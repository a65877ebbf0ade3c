using Guard.EndToEnd.Tests.Locks;
using Guard.Host.Enforcement.PostfixQueue;
using Xunit;

namespace Guard.EndToEnd.Tests.Enforcement;

/// <summary>The takeover beside a real Postfix and a real Dovecot, and each way back: what the guard set goes, what the thief sent stays held.</summary>
public sealed class WayBackTests
{
    private const string Info = "info@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task Until(Func<Task<bool>> reached, GuardProgram guard) =>
        GuardProgram.UntilAsync(() => reached().GetAwaiter().GetResult(), () => guard.Heard);

    [Theory]
    [InlineData("release")]
    [InlineData("absolve")]
    public async Task A_way_back_is_listed_before_and_after_and_sends_nothing_of_the_thiefs(string word)
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        var queue = new PostfixQueue(server.Runner, _ => null, server.PostfixConfiguration);
        Configure(guard, server, "enforce");
        guard.Start();
        await Until(() => Task.FromResult(guard.Guard("inspect", "blocks", "list", "--config", "guard.conf").Code == 0), guard);
        var mail = MailServer.QueueId(await server.Send(Info, Cancellation));
        await LockedAsync(guard, server, queue, mail);

        var before = guard.Guard("user", word, Info, "--dry-run", "--config", "guard.conf").Out;
        Assert.Contains("ends: the lock (everything) in dovecot-deny-file, postfix-access-map", before, StringComparison.Ordinal);
        Assert.Contains($"1 mail held in the queue", before, StringComparison.Ordinal);
        Assert.False(await server.ImapWorks(Info, Cancellation));

        var after = guard.Guard("user", word, Info, "--config", "guard.conf");
        Assert.Equal(0, after.Code);
        Assert.Contains("ended: the lock (everything)", after.Out, StringComparison.Ordinal);
        Assert.Contains($"accountguard queue delete {Info} deletes", after.Out, StringComparison.Ordinal);
        await Until(() => server.ImapWorks(Info, Cancellation), guard);
        await Until(async () => (await server.Send(Info, Cancellation)).StartsWith("250", StringComparison.Ordinal), guard);
        Assert.Equal([mail], await OnHold(queue));
    }

    [Fact]
    public async Task Observe_after_enforce_leaves_the_machine_as_it_was_at_a_reload_and_over_a_restart()
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        var queue = new PostfixQueue(server.Runner, _ => null, server.PostfixConfiguration);
        var (deny, map) = (Read(server.DenyFile), Read(server.AccessMap));
        Configure(guard, server, "enforce");
        var process = guard.Start();
        await Until(() => Task.FromResult(guard.Guard("inspect", "blocks", "list", "--config", "guard.conf").Code == 0), guard);
        await LockedAsync(guard, server, queue, MailServer.QueueId(await server.Send(Info, Cancellation)));
        Assert.NotEqual(deny, Read(server.DenyFile));

        Configure(guard, server, "observe");
        guard.Must("kill", "-HUP", $"{process.Id}");
        await Until(() => Task.FromResult(guard.Heard.Contains("mode is observe from now on", StringComparison.OrdinalIgnoreCase)), guard);
        await AsBeforeAsync();
        Assert.Single(await OnHold(queue));
        Assert.Contains("1 deleted", guard.Guard("queue", "delete", Info, "--config", "guard.conf").Out, StringComparison.Ordinal);

        // The same over a restart, and of what a running guard switches off.
        Configure(guard, server, "enforce");
        guard.Must("kill", "-HUP", $"{process.Id}");
        await Until(() => Task.FromResult(guard.Heard.Contains("mode is enforce from now on", StringComparison.OrdinalIgnoreCase)), guard);
        await LockedAsync(guard, server, queue, MailServer.QueueId(await server.Send(Info, Cancellation)), "everything");
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        Configure(guard, server, "observe");
        guard.Start();
        await AsBeforeAsync();

        Task AsBeforeAsync() =>
            Until(async () => Read(server.DenyFile) == deny && Read(server.AccessMap) == map && await server.ImapWorks(Info, Cancellation), guard);
    }

    [Fact]
    public async Task Off_lifts_everything_and_says_what_with_a_guard_and_without_one()
    {
        await using var server = await MailServer.Start(Cancellation);
        using var guard = new GuardProgram();
        var queue = new PostfixQueue(server.Runner, _ => null, server.PostfixConfiguration);
        Configure(guard, server, "enforce");
        var process = guard.Start();
        await Until(() => Task.FromResult(guard.Guard("inspect", "blocks", "list", "--config", "guard.conf").Code == 0), guard);
        await LockedAsync(guard, server, queue, MailServer.QueueId(await server.Send(Info, Cancellation)));
        var said = guard.Guard("off", "--config", "guard.conf");
        Assert.Equal(0, said.Code);
        Assert.Contains(Info, said.Out, StringComparison.Ordinal);
        await Until(() => server.ImapWorks(Info, Cancellation), guard);
        Assert.Single(await OnHold(queue));

        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        await File.WriteAllTextAsync(server.DenyFile, $"# accountguard {Info} until released: a test\n{Info}\n", Cancellation);
        var alone = guard.Guard("off", "--config", "guard.conf");
        Assert.Contains($"dovecot-deny-file: lifted {Info}", alone.Out, StringComparison.Ordinal);
        await Until(() => server.ImapWorks(Info, Cancellation), guard);
    }

    private static async Task LockedAsync(GuardProgram guard, MailServer server, PostfixQueue queue, string mail, string? grade = null)
    {
        Assert.Equal(0, guard.Guard("user", "lock", Info, "--for", "1h", "--grade", grade ?? "everything", "--config", "guard.conf").Code);
        await Until(async () => !await server.ImapWorks(Info, Cancellation), guard);
        await Until(async () => (await OnHold(queue)).Contains(mail), guard);
    }

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file) : "";

    private static async Task<IReadOnlyList<string>> OnHold(PostfixQueue queue) =>
        [.. (await queue.List(held => held.IsOnHold, Cancellation)).Select(held => held.Id)];

    private static void Configure(GuardProgram guard, MailServer server, string mode)
    {
        File.WriteAllText(guard["mail.log"], "");
        File.WriteAllText(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = {{mode}}
              data-directory = "{{guard["data"]}}"
              intake { logs.files = ["{{guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = off
              enforcement.locks {
                dovecot-deny-file = "{{server.DenyFile}}", dovecot-sessions = on, dovecot-configuration = "{{server.DovecotConfiguration}}"
                postfix-access-map = "{{server.AccessMap}}", postfix-configuration = "{{server.PostfixConfiguration}}", hold-queue = on
              }
            }
            """
        );
    }
}
