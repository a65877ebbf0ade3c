using Guard.Host.Enforcement.DovecotDenyFile;
using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.PostfixAccess;
using Guard.Host.Enforcement.PostfixQueue;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>Locks in a real Dovecot and a real Postfix.</summary>
public sealed class MailLockTests
{
    private static readonly UserId Info = new("info@example.com");
    private static readonly UserId Anna = new("anna@example.com");
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly IReadOnlySet<string> None = new HashSet<string>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static WantedLock For(UserId user) => new(user, TimeProvider.System.GetUtcNow().AddHours(1), "stolen: 2,000 mails an hour");

    [Fact]
    public async Task A_denied_account_is_locked_out_of_dovecot_and_postfix_until_it_is_taken_off()
    {
        await using var server = await MailServer.Start(Cancellation);
        var sessions = new DovecotSessions(server.Runner, configuration: server.DovecotConfiguration);
        IAccountLock locks = new DovecotDenyFile(server.DenyFile, sessions: sessions);
        Assert.StartsWith("250", await server.Send(Info.Value, Cancellation), StringComparison.Ordinal);
        using var open = await server.Imap(Info.Value, Cancellation);
        using var others = await server.Imap(Anna.Value, Cancellation);

        Assert.Empty(await locks.Apply([For(Info)], [], Cancellation));
        Assert.True(await Eventually.Within(Soon, async () => !await server.ImapWorks(Info.Value, Cancellation), Cancellation), "IMAP");
        Assert.StartsWith("535", await server.Send(Info.Value, Cancellation), StringComparison.Ordinal);
        await sessions.End(Info, Cancellation);
        Assert.True(
            await Eventually.Within(
                Soon,
                async () => await open!.Say("b NOOP", Cancellation) is var answer && !answer.StartsWith("b OK", StringComparison.Ordinal),
                Cancellation
            ),
            "the open session"
        );
        Assert.StartsWith("b OK", await others!.Say("b NOOP", Cancellation), StringComparison.Ordinal);
        Assert.True(await server.ImapWorks(Anna.Value, Cancellation));
        await sessions.End(Info, Cancellation);

        await locks.Apply([], [Info], Cancellation);
        Assert.True(await Eventually.Within(Soon, () => server.ImapWorks(Info.Value, Cancellation), Cancellation), "unlocked");
        Assert.Equal("# kept by hand\nold@example.com\n", await File.ReadAllTextAsync(server.DenyFile, Cancellation));
    }

    [Fact]
    public async Task Many_changes_within_a_second_are_all_seen_by_dovecot()
    {
        await using var server = await MailServer.Start(Cancellation);
        var sessions = new DovecotSessions(server.Runner, configuration: server.DovecotConfiguration);
        IAccountLock locks = new DovecotDenyFile(server.DenyFile, sessions: sessions);
        // Both texts have the same size; a rename within the same second would go unnoticed by time and size.
        var (info, anna) = (For(Info), For(Anna));
        for (var round = 0; round < 3; round++)
        {
            await locks.Reconcile([info], Cancellation);
            Assert.True(
                await Eventually.Within(
                    Soon,
                    async () => !await server.ImapWorks(Info.Value, Cancellation) && await server.ImapWorks(Anna.Value, Cancellation),
                    Cancellation
                ),
                $"info in round {round}"
            );
            await locks.Reconcile([anna], Cancellation);
            Assert.True(
                await Eventually.Within(
                    Soon,
                    async () => await server.ImapWorks(Info.Value, Cancellation) && !await server.ImapWorks(Anna.Value, Cancellation),
                    Cancellation
                ),
                $"anna in round {round}"
            );
        }
    }

    [Fact]
    public async Task The_access_map_stops_the_sending_of_one_account_and_leaves_its_reading()
    {
        await using var server = await MailServer.Start(Cancellation);
        IAccountLock locks = new PostfixAccessMap(server.Runner, server.AccessMap, configuration: server.PostfixConfiguration);
        await locks.Apply([For(Info)], [], Cancellation);
        Assert.True(
            await Eventually.Within(Soon, async () => (await server.Send(Info.Value, Cancellation)).StartsWith("554", StringComparison.Ordinal), Cancellation)
        );
        Assert.Contains("locked until", await server.Send(Info.Value, Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("250", await server.Send(Anna.Value, Cancellation), StringComparison.Ordinal);
        Assert.True(await server.ImapWorks(Info.Value, Cancellation));
        Assert.Equal([Info], (await locks.List(Cancellation)).Select(one => one.User));
        await locks.Reconcile([], Cancellation);
        Assert.True(
            await Eventually.Within(Soon, async () => (await server.Send(Info.Value, Cancellation)).StartsWith("250", StringComparison.Ordinal), Cancellation)
        );
    }

    [Fact]
    public async Task Mail_of_one_account_is_held_released_and_deleted_and_other_mail_is_not()
    {
        await using var server = await MailServer.Start(Cancellation);
        var queue = new PostfixQueue(server.Runner, login => new UserId(login), server.PostfixConfiguration);
        var holds = new MailHold(queue, Path.Combine(server.Root, "held.json"));
        var spam = new[] { await Id(Info.Value), await Id(Info.Value), await Id(Info.Value, "forged@elsewhere.test") };
        var admins = await Id(Info.Value);
        // Another account's mail stays another account's, also with this one's address as sender.
        var annas = await Id(Anna.Value, Info.Value);
        await queue.Hold([admins], Cancellation);
        Assert.True(await Eventually.Within(Soon, async () => (await OnHold()).SequenceEqual([admins]), Cancellation));

        Assert.Equal(0, await holds.Hold(Info, None, DateTimeOffset.UtcNow.AddDays(-1), Cancellation));
        Assert.Equal(3, await holds.Hold(Info, None, null, Cancellation));
        Assert.Equal(0, await holds.Hold(Info, None, null, Cancellation));
        Assert.Equal(spam.Append(admins).Order(StringComparer.Ordinal), await OnHold());
        Assert.Equal(spam.Order(StringComparer.Ordinal), (await holds.List(Info, Cancellation)).Select(held => held.Mail.Id).Order(StringComparer.Ordinal));
        Assert.Empty(await holds.List(Anna, Cancellation));

        // Another process, after a restart, knows them still.
        holds = new MailHold(queue, Path.Combine(server.Root, "held.json"));
        await queue.Delete([spam[0]], Cancellation);
        Assert.Equal(2, await holds.Release(Info, Cancellation));
        Assert.Equal([admins], await OnHold());
        Assert.Equal(0, await holds.Release(Info, Cancellation));

        // What an admin let go is not held again while it waits; what comes after it is.
        Assert.Equal(0, await holds.Hold(Info, None, null, Cancellation));
        var later = await Id(Info.Value, "another@elsewhere.test");
        Assert.Equal(1, await holds.Hold(Info, None, null, Cancellation));
        Assert.Equal([later], (await holds.List(null, Cancellation)).Select(held => held.Mail.Id));
        Assert.Equal(1, await holds.Delete(Info, Cancellation));
        Assert.Equal(
            new[] { spam[1], spam[2], admins, annas }.Order(StringComparer.Ordinal),
            (await queue.List(_ => true, Cancellation)).Select(mail => mail.Id).Order(StringComparer.Ordinal)
        );

        async Task<string> Id(string user, string? sender = null)
        {
            var answer = await server.Send(user, Cancellation, sender);
            Assert.StartsWith("250", answer, StringComparison.Ordinal);
            return MailServer.QueueId(answer);
        }

        async Task<IEnumerable<string>> OnHold() =>
            (await queue.List(mail => mail.IsOnHold, Cancellation)).Select(mail => mail.Id).Order(StringComparer.Ordinal).ToArray();
    }
}
