using Guard.EndToEnd.Tests.Inline;
using Guard.Host.Enforcement.Queues;
using Guard.Host.Enforcement.SendmailQueue;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.EndToEnd.Tests.Locks;

/// <summary>Mail that a real Sendmail has queued, quarantined by who handed it in.</summary>
public sealed class SendmailQueueTests
{
    private static readonly UserId Info = new("info@mail.example.com");
    private static readonly UserId Anna = new("anna@mail.example.com");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_of_one_account_is_quarantined_released_and_deleted_and_other_mail_is_not()
    {
        // The milter is away, and F= lets mail flow.
        await using var server = await SendmailServer.Start(FreePort.Next(), Cancellation);
        var queue = new SendmailQueue(server, TimeProvider.System, SendmailConfiguration.Program, "/mnt/sendmail.cf");
        var directory = Directory.CreateTempSubdirectory("accountguard-held");
        try
        {
            using var holds = new MailHold(queue, Path.Combine(directory.FullName, "held.json"));
            var spam = new[] { await Id(server, "info", "info@mail.example.com"), await Id(server, "info", "forged@elsewhere.test") };
            var annas = await Id(server, "anna", "info@mail.example.com");
            var submitted = new HashSet<string>(spam) { "6APAALYC006777" };
            Assert.Equal(0, await holds.Hold(Info, new HashSet<string>(), null, Cancellation));
            Assert.Equal(0, await holds.Hold(Info, submitted, DateTimeOffset.UtcNow.AddDays(-1), Cancellation));
            Assert.Equal(2, await holds.Hold(Info, submitted, null, Cancellation));
            Assert.Equal(0, await holds.Hold(Info, submitted, null, Cancellation));
            Assert.Equal(spam.Order(StringComparer.Ordinal), (await holds.List(Info, Cancellation)).Select(held => held.Mail.Id).Order(StringComparer.Ordinal));
            Assert.Empty(await holds.List(Anna, Cancellation));
            Assert.Equal([annas], await Waiting(queue));
            Assert.All(
                await holds.List(null, Cancellation),
                held => Assert.InRange(held.Mail.Arrived, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddMinutes(1))
            );

            Assert.Equal(2, await holds.Release(Info, Cancellation));
            Assert.Equal(spam.Append(annas).Order(StringComparer.Ordinal), await Waiting(queue));
            var later = await Id(server, "info", "another@elsewhere.test");
            submitted.Add(later);
            Assert.Equal(1, await holds.Hold(Info, submitted, null, Cancellation));
            Assert.Equal(1, await holds.Delete(Info, Cancellation));
            Assert.Equal(
                spam.Append(annas).Order(StringComparer.Ordinal),
                (await queue.List(_ => true, Cancellation)).Select(mail => mail.Id).Order(StringComparer.Ordinal)
            );
        }
        finally
        {
            directory.Delete(true);
        }
    }

    private static async Task<IEnumerable<string>> Waiting(SendmailQueue queue) =>
        (await queue.List(mail => !mail.IsOnHold, Cancellation)).Select(mail => mail.Id).Order(StringComparer.Ordinal).ToArray();

    private static async Task<string> Id(SendmailServer server, string user, string sender)
    {
        using var talk = await LineTalk.Open(server.Port, Cancellation);
        await talk.Say("EHLO client.test", Cancellation);
        var answer = "";
        foreach (
            var line in new[]
            {
                "AUTH PLAIN " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"\0{user}\0secret")),
                $"MAIL FROM:<{sender}>",
                "RCPT TO:<bob@remote.test>",
                "DATA",
                "Subject: x\r\n\r\nx\r\n.",
            }
        )
            answer = await talk.Say(line, Cancellation);
        Assert.StartsWith("250 2.0.0", answer, StringComparison.Ordinal);
        // 250 2.0.0 6APAALYC006777 Message accepted for delivery
        return answer.Split(' ')[2];
    }
}
