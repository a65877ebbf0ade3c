using System.Globalization;
using System.Text.Json;
using Guard.EndToEnd.Tests.Locks;
using Microsoft.Playwright;
using Xunit;

namespace Guard.EndToEnd.Tests.Console;

/// <summary>A thief's mails in the queue of a real Postfix: held when the account is blocked, counted on the page, sent or deleted there.</summary>
public sealed class HeldMailTests
{
    private const string Info = "info@example.com";
    private const string Anna = "anna@example.com";
    private const string Home = "86.130.4.7";
    private const string Thief = "79.112.6.7";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Held mail of a real queue is listed by sender with mails, recipients and size; sent, it is in the mailbox; deleted, it is gone")]
    public async Task Held()
    {
        var (policy, authPolicy) = (FreePort.Next(), FreePort.Next());
        await using var server = await MailServer.Start(Cancellation, (policy, authPolicy));
        Deliver(server);
        await using var browser = new ConsoleBrowser();
        await browser.InitializeAsync();
        var page = await browser.OpenAsync();
        using var guard = new ConsoleGuard(
            $$"""
            intake {
              logs { files = ["mail.log", "{{server.PostfixLog}}", "{{server.DovecotLog}}"], clock = wall }
              postfix-policy.listen = "127.0.0.1:{{policy}}", auth-policy.listen = "127.0.0.1:{{authPolicy}}", deadline = 30s
            }
            policy.default.quotas = [ { per = 1d, mails = 3, when = suspicious, then = blocked } ]
            enforcement.locks {
              dovecot-deny-file = "{{server.DenyFile}}", dovecot-configuration = "{{server.DovecotConfiguration}}"
              postfix-access-map = "{{server.AccessMap}}", postfix-configuration = "{{server.PostfixConfiguration}}", hold-queue = on
            }
            """
        );
        await guard.SetUpAsync(page);
        await File.AppendAllLinesAsync(guard.Program["mail.log"], MonthAtHome(), Cancellation);
        await GuardProgram.UntilAsync(
            () => guard.Program.Explain(Info)?.GetProperty("totals").GetProperty("logins").GetInt64() >= 90,
            () => guard.Program.Heard
        );

        using (var talk = await LoginAsync(server, Info, Thief))
        {
            await MailAsync(talk, Info, 1, 700);
            await MailAsync(talk, Info, 3, 9000);
            await MailAsync(talk, "bank@elsewhere.test", 1, 20_000);
            await talk.Say($"MAIL FROM:<{Info}>", Cancellation);
            Assert.Matches("^[45]", await talk.Say("RCPT TO:<bob0@remote.test>", Cancellation));
        }
        var card = page.GetByRole(AriaRole.Article, new() { Name = Info });
        await Assertions.Expect(card).ToContainTextAsync("Held mail");
        await Assertions.Expect(card).ToContainTextAsync("3, none is sent before somebody says so");
        await card.GetByRole(AriaRole.Heading).GetByRole(AriaRole.Link).ClickAsync();

        var held = page.GetByRole(AriaRole.Region, new() { Name = "Held mail" });
        await ListedAsync(held, () => Queue(server, guard), 3);
        foreach (var subject in new[] { "“700” (1)", "“9000” (1)", "“20000” (1)" })
            await Assertions.Expect(held).ToContainTextAsync(subject);
        await ConsoleBrowser.KeepAsync(page, "held-mail");
        Assert.Empty(Inbox(server));

        // What follows needs nobody's help but the page's.
        guard.Program.Must("postconf", "-c", server.PostfixConfiguration, "-e", "defer_transports=smtp");
        guard.Program.Must("postfix", "-c", server.PostfixConfiguration, "reload");
        await DecideAsync(page, held, "Send it");
        await GuardProgram.UntilAsync(() => Inbox(server).Length == 5, () => $"{Inbox(server).Length} of 5 arrived: {string.Join(' ', Queue(server, guard))}");
        await Eventually.Is(() => Queue(server, guard).Length == 0);
        Assert.Equal(
            ["Subject: 20000", "Subject: 700", "Subject: 9000", "Subject: 9000", "Subject: 9000"],
            Inbox(server)
                .Select(file => File.ReadLines(file).First(line => line.StartsWith("Subject:", StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal)
        );

        // Another account is locked by hand while its mail waits.
        using (var talk = await LoginAsync(server, Anna, Home))
        {
            await MailAsync(talk, Anna, 2, 400, "away.test");
            await MailAsync(talk, Anna, 1, 3000, "away.test");
        }
        await Eventually.Is(() => Queue(server, guard) is { Length: 2 } waiting && waiting.All(mail => Text(mail, "queue_name") == "deferred"));
        await guard.GoAsync(page, "/accounts/anna%40example.com", Anna);
        await page.GetByRole(AriaRole.Button, new() { Name = "Lock account", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Lock account" }).ClickAsync();
        await ListedAsync(held, () => Queue(server, guard), 2);
        await DecideAsync(page, held, "Delete it");
        await Eventually.Is(() => Queue(server, guard).Length == 0);
        Assert.Equal(5, Inbox(server).Length);

        await guard.GoAsync(page, "/audit", "Audit");
        foreach (var (act, account) in new[] { ("queue.release", Info), ("queue.delete", Anna) })
            await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = act }).First).ToContainTextAsync(account);
        browser.ExpectNoFaults();
    }

    /// <summary>What the page tells is what Postfix itself says of its queue.</summary>
    private static async Task ListedAsync(ILocator held, Func<JsonElement[]> ask, int mails)
    {
        await Assertions.Expect(held).ToBeVisibleAsync();
        var queue = ask();
        Assert.Equal(mails, queue.Length);
        Assert.All(queue, mail => Assert.Equal("hold", Text(mail, "queue_name")));
        var senders = queue.GroupBy(mail => Text(mail, "sender")).ToArray();
        await Assertions.Expect(held.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(senders.Length);
        foreach (var sender in senders)
        {
            var recipients = sender.Sum(mail => mail.GetProperty("recipients").GetArrayLength());
            var size = Math.Ceiling(sender.Sum(mail => mail.GetProperty("message_size").GetInt64()) / 1024.0);
            var line = held.GetByRole(AriaRole.Listitem).Filter(new() { HasText = sender.Key });
            await Assertions
                .Expect(line)
                .ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"mails {sender.Count()}, recipients {recipients}, {size} KB"));
        }
    }

    private static async Task DecideAsync(IPage page, ILocator held, string what)
    {
        await held.GetByRole(AriaRole.Button, new() { Name = what }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = what }).ClickAsync();
        await Assertions.Expect(held).ToHaveCountAsync(0);
    }

    /// <summary>Mail for remote.test goes to one mailbox, once it is let go; everything waits until then.</summary>
    private static void Deliver(MailServer server)
    {
        using var tools = new GuardProgram();
        var inbox = Directory.CreateDirectory(Path.Combine(server.Root, "inbox")).FullName;
        tools.Must("chown", "65534:65534", inbox);
        tools.Must(
            "postconf",
            "-c",
            server.PostfixConfiguration,
            "-e",
            "virtual_mailbox_domains=remote.test",
            $"virtual_mailbox_base={inbox}",
            "virtual_mailbox_maps=static:bob/",
            "virtual_uid_maps=static:65534",
            "virtual_gid_maps=static:65534",
            "virtual_minimum_uid=100",
            "defer_transports=smtp virtual"
        );
        tools.Must("postconf", "-c", server.PostfixConfiguration, "-M", "virtual/unix=virtual unix - n n - - virtual");
        tools.Must("postfix", "-c", server.PostfixConfiguration, "reload");
    }

    private static string[] Inbox(MailServer server)
    {
        var directory = Path.Combine(server.Root, "inbox", "bob", "new");
        return Directory.Exists(directory) ? Directory.GetFiles(directory) : [];
    }

    private static JsonElement[] Queue(MailServer server, ConsoleGuard guard)
    {
        var (text, error, code) = guard.Program.Run("postqueue", "-c", server.PostfixConfiguration, "-j");
        Assert.True(code == 0, error);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private static string Text(JsonElement mail, string field) => mail.GetProperty(field).GetString() ?? "";

    private static async Task<LineTalk> LoginAsync(MailServer server, string user, string from)
    {
        var talk = await LineTalk.Open(server.SubmissionPort, Cancellation);
        Assert.StartsWith("220", await talk.Say($"XCLIENT ADDR={from} NAME=client.test", Cancellation), StringComparison.Ordinal);
        await talk.Say("EHLO client.test", Cancellation);
        var login = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"\0{user}\0secret"));
        Assert.StartsWith("235", await talk.Say($"AUTH PLAIN {login}", Cancellation), StringComparison.Ordinal);
        return talk;
    }

    private static async Task MailAsync(LineTalk talk, string sender, int recipients, int size, string domain = "remote.test")
    {
        Assert.StartsWith("250", await talk.Say($"MAIL FROM:<{sender}>", Cancellation), StringComparison.Ordinal);
        for (var recipient = 0; recipient < recipients; recipient++)
            Assert.StartsWith("250", await talk.Say($"RCPT TO:<bob{recipient}@{domain}>", Cancellation), StringComparison.Ordinal);
        await talk.Say("DATA", Cancellation);
        var body = string.Join("\r\n", Enumerable.Repeat(new string('x', 98), size / 100));
        Assert.StartsWith("250", await talk.Say($"Subject: {size}\r\n\r\n{body}\r\n.", Cancellation), StringComparison.Ordinal);
    }

    private static IEnumerable<string> MonthAtHome()
    {
        var today = new DateTimeOffset(DateTimeOffset.UtcNow.Date, TimeSpan.Zero);
        return from day in Enumerable.Range(1, 30).Reverse()
               from hour in new[] { 8, 12, 17 }
               select $"{today.AddDays(-day).AddHours(hour):yyyy-MM-ddTHH:mm:ss.ffffff}+00:00 mail dovecot: imap-login: Login: user=<{Info}>, method=PLAIN, "
                   + $"rip={Home}, lip=10.77.0.1, mpid=1, TLS, session=<h{day}x{hour}>";
    }
}
