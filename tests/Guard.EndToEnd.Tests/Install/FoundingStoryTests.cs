using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>
/// A server with an ordinary Postfix and Dovecot, the package, three commands, and the story for which it was made: a stolen account that is used from other
/// countries. Then what befalls a guard: it dies, the power fails, it is upgraded, and it is removed.
/// </summary>
public sealed class FoundingStoryTests(ITestOutputHelper output)
{
    private const int Submission = 587;
    private const string Info = "info@example.com";
    private const string Home = "81.2.69.160";

    private const string Policy = """

        accountguard {
          mode = enforce
          geo { overrides = "places", fetch-default = off }
          policy.default {
            places { usual-list = [GB], suspicious-list = [RO, UA, CN] }
            quotas = [{ per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on }]
            reactions.on-quota = blocked
          }
        }
        """;

    private static readonly string[] Thieves = ["5.2.128.7", "91.200.12.9", "111.235.160.5"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bookworm", "/var/log/mail.log")]
    [InlineData("trixie", "")]
    public async Task Stolen_caught_locked_told_and_given_back_and_nothing_of_the_guard_stays(string suite, string log)
    {
        Requirement.That(PackageTests.Package is not null, "needs bin/packages: make packages");
        using var server = await BootedMachine.StartAsync(suite);
        server.Put(Path.Combine(GuardProgram.Root, "tests", "mail-server"), "/root/mail-server");
        server.Must("bash", "/root/mail-server", log);
        server.Put(PackageTests.Package!, "/root/new.deb");
        if (log.Length > 0)
            server.Must("sh", "-c", $"touch {log} && chgrp adm {log} && chmod 640 {log}");
        var (files, rules) = (server.Files(), server.Must("nft", "list", "ruleset"));

        var history = History();
        server.Write("/root/history.log", history);
        if (log.Length > 0)
            // What was rotated away today, as an admin finds it.
            server.Must("sh", "-c", $"cp /root/history.log {log}.1 && chgrp adm {log}.1 && chmod 640 {log}.1");
        Install(server, suite);
        server.Write("/etc/accountguard/places", "81.2.69.0/24 GB\n5.2.128.0/24 RO\n91.200.12.0/24 UA\n111.235.160.0/24 CN\n");
        server.Must("sh", "-c", $"cat >> /etc/accountguard/accountguard.conf <<'E'\n{Policy}\nE");
        var mail = MailFiles(server);
        var time = Stopwatch.StartNew();
        server.Must("accountguard", "setup", "--yes", "--mail-server");
        output.WriteLine(Text($"{suite}: setup --mail-server {time.Elapsed.TotalSeconds:0.0} s"));
        Assert.Contains("is as it should be", server.Must("accountguard", "setup", "--yes", "--mail-server"), StringComparison.Ordinal);
        if (log.Length == 0)
            server.Must(
                "sh",
                "-c",
                "systemctl stop accountguard && cp /root/history.log /var/tmp && runuser -u accountguard -- accountguard learn /var/tmp/history.log"
            );
        server.Must("systemctl", "start", "accountguard");
        var doctor = server.Run("accountguard", "doctor").Out;
        Assert.Contains("asks the guard (submission/inet/smtpd_recipient_restrictions", doctor, StringComparison.Ordinal);
        Assert.Contains("asks the guard at http://127.0.0.1:8084/", doctor, StringComparison.Ordinal);

        // The first start learned from what was logged before.
        await UntilAsync(server, $"accountguard explain {Info} | grep -q GB");

        using (var world = World.Around(server))
            await StoryAsync(server, world);
        await server.RebootAsync();
        Assert.Equal("active", server.Must("systemctl", "is-active", "accountguard").Trim());
        Assert.Contains(Info, server.Must("accountguard", "explain", Info), StringComparison.Ordinal);

        output.WriteLine(server.Must("accountguard", "setup", "--undo"));
        Assert.Equal(mail, MailFiles(server));
        server.Must("accountguard", "setup", "--yes", "--mail-server");
        server.Must("apt-get", "purge", "-y", "-q", "accountguard");
        Assert.Equal(rules, server.Must("nft", "list", "ruleset"));
        var after = server.Files();
        Assert.Equal([], after.Except(files).Select(line => "+ " + line).Concat(files.Except(after).Select(line => "- " + line)));
        server.Must("postfix", "check");
        server.Must("doveconf", "-n");
    }

    /// <summary>The package; on one of the servers an older one first.</summary>
    private void Install(BootedMachine server, string suite)
    {
        if (suite == "bookworm")
        {
            server.Must(
                "sh",
                "-c",
                "cd /root && dpkg-deb -R new.deb old && sed -i 's/^Version: .*/Version: 0.0.1/' old/DEBIAN/control "
                    + "&& dpkg-deb -Znone --root-owner-group -b old old.deb && rm -r old"
            );
            server.Must("apt-get", "install", "-y", "-q", "/root/old.deb");
            server.Must("sh", "-c", "echo '# mine' >> /etc/accountguard/accountguard.conf && touch /var/lib/accountguard/kept");
            Assert.Contains(
                "0.0.1 became",
                server.Must("apt-get", "install", "-y", "-q", "-o", "Dpkg::Options::=--force-confold", "/root/new.deb"),
                StringComparison.Ordinal
            );
            server.Must("sh", "-c", "grep -q '# mine' /etc/accountguard/accountguard.conf && test -e /var/lib/accountguard/kept && rm /root/old.deb");
        }
        else
        {
            server.Must("apt-get", "install", "-y", "-q", "/root/new.deb");
        }
        Assert.Equal("active", server.Must("systemctl", "is-active", "accountguard").Trim());
    }

    private async Task StoryAsync(BootedMachine server, World world)
    {
        // The owner at home, and a neighbour.
        Assert.StartsWith("250", await SendAsync(world, Home, Info, 2), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(world, Home, "bob@example.com", 2), StringComparison.Ordinal);

        var time = Stopwatch.StartNew();
        var (mails, refusal) = (0, "");
        while (refusal.Length == 0 && mails < 40)
        {
            var answer = await SendAsync(world, Thieves[mails % Thieves.Length], Info, 10);
            if (answer.StartsWith("250", StringComparison.Ordinal))
                mails++;
            else
                refusal = answer;
        }
        Assert.InRange(mails, 1, 6);
        output.WriteLine(Text($"caught after {mails} mails of 10 recipients, {time.Elapsed.TotalSeconds:0.0} s: {refusal}"));
        await UntilAsync(server, "grep -qx info@example.com /etc/dovecot/accountguard-deny && grep -q ^info@example.com /etc/postfix/accountguard-access");
        await UntilAsync(server, "postqueue -p | grep -q '^[0-9A-F]*!'");
        await UntilAsync(server, "grep -rqs info@example.com /var/vmail/example.com/postmaster/new");
        await UntilAsync(server, "nft list table inet accountguard | grep -qE '5\\.2\\.128\\.7|91\\.200\\.12\\.9|111\\.235\\.160\\.5'");
        output.WriteLine(Text($"locked, held, told and blocked after {time.Elapsed.TotalSeconds:0.0} s"));
        Assert.StartsWith("535", await SendAsync(world, Home, Info, 1), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(world, Home, "bob@example.com", 2), StringComparison.Ordinal);
        Assert.Contains("enforce mode", server.Run("accountguard", "status").Out, StringComparison.Ordinal);

        server.Must("accountguard", "user", "release", Info, "--reason", "called us");
        await UntilAsync(
            server,
            "! grep -qx info@example.com /etc/dovecot/accountguard-deny && ! nft list table inet accountguard | grep -qE '5\\.2\\.128\\.7'"
        );
        await GuardProgram.UntilAsync(() => Sent(world).StartsWith("250", StringComparison.Ordinal), () => Sent(world));
        server.Must("accountguard", "queue", "delete", Info);

        // Without the guard.
        time.Restart();
        Assert.StartsWith("250", await SendAsync(world, Home, "anna@example.com", 40), StringComparison.Ordinal);
        var with = time.Elapsed;
        server.Must("sh", "-c", "systemctl kill --signal=KILL accountguard.service; systemctl stop accountguard.service");
        time.Restart();
        Assert.StartsWith("250", await SendAsync(world, Home, "anna@example.com", 40), StringComparison.Ordinal);
        output.WriteLine(Text($"a mail of 40 recipients: {with.TotalSeconds:0.00} s with the guard, {time.Elapsed.TotalSeconds:0.00} s when it was killed"));
        server.Must("systemctl", "start", "accountguard.service");
    }

    private static string Sent(World world) => SendAsync(world, Home, Info, 1).GetAwaiter().GetResult();

    /// <summary>The last answer: of the login, of the recipients or of the message; empty when the server took no connection.</summary>
    private static async Task<string> SendAsync(World world, string from, string user, int recipients)
    {
        using var talk = await world.OpenAsync(from, Submission);
        if (talk is null)
            return "no connection";
        await talk.Say("EHLO client.test", Cancellation);
        var answer = await talk.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0secret")), Cancellation);
        if (!answer.StartsWith('2'))
            return answer;
        await talk.Say($"MAIL FROM:<{user}>", Cancellation);
        foreach (var number in Enumerable.Range(0, recipients))
        {
            answer = await talk.Say($"RCPT TO:<a{number}@remote.test>", Cancellation);
            if (!answer.StartsWith('2'))
                return answer;
        }
        await talk.Say("DATA", Cancellation);
        return await talk.Say("Subject: x\r\n\r\nx\r\n.", Cancellation);
    }

    private static Task UntilAsync(BootedMachine server, string holds) =>
        GuardProgram.UntilAsync(
            () => server.Run("sh", "-c", holds).Code == 0,
            () => $"{holds}: {server.Run("sh", "-c", "accountguard inspect outbox; accountguard inspect health; journalctl -n 60 --no-pager").Out}"
        );

    /// <summary>What the mail servers are configured by; postmap never makes the same index twice.</summary>
    private static IReadOnlyList<string> MailFiles(BootedMachine server) =>
        [
            .. server
                .Files()
                .Where(line =>
                    (line.Contains(" /etc/postfix", StringComparison.Ordinal) || line.Contains(" /etc/dovecot", StringComparison.Ordinal))
                    && !line.EndsWith("accountguard-access.db", StringComparison.Ordinal)
                ),
        ];

    /// <summary>Three weeks of the owner's mornings at home.</summary>
    private static string History()
    {
        var text = new StringBuilder();
        for (var day = 21; day >= 1; day--)
        {
            var date = DateTime.Now.Date.AddDays(-day);
            var at = string.Create(CultureInfo.InvariantCulture, $"{date:MMM} {date.Day,2} 08:0");
            text.Append(
                CultureInfo.InvariantCulture,
                $"{at}0:01 mail dovecot: imap-login: Login: user=<{Info}>, method=PLAIN, rip={Home}, lip=198.51.100.25, mpid=1, TLS, session=<a{day}>\n"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $"{at}1:01 mail postfix/submission/smtpd[1]: A{day:X4}B: client=unknown[{Home}], sasl_method=PLAIN, sasl_username={Info}\n"
            );
            text.Append(CultureInfo.InvariantCulture, $"{at}1:02 mail postfix/qmgr[2]: A{day:X4}B: from=<{Info}>, size=1000, nrcpt=1 (queue active)\n");
        }
        return text.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
