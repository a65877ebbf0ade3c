using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>
/// A server with an ordinary Postfix and Dovecot, the package, three commands, and the story for which it was made: a stolen account that is used from other
/// countries. Then what befalls a guard: it dies, the power fails, it is upgraded, and it is removed.
/// </summary>
public abstract class FoundingStory(ITestOutputHelper output)
{
    private const int Submission = 587;
    private const int Ftp = 21;
    private const string Info = ServerKind.Info;
    private const string Home = ServerKind.Home;

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

    /// <param name="root">Of <see cref="ServerKind"/>.</param>
    protected async Task PlayAsync(string root)
    {
        var kind = ServerKind.Of(root);
        var log = kind.Log;
        Requirement.That(PackageTests.Package is not null, "needs bin/packages: make packages");
        using var server = await BootedMachine.StartAsync(root);
        server.Put(Path.Combine(GuardProgram.Root, "tests", kind.Script[0]), "/root/mail-server");
        server.Must(["bash", "/root/mail-server", .. kind.Script[1..]]);
        server.Put(PackageTests.Package!, "/root/new.deb");
        if (log.Length > 0)
            server.Must("sh", "-c", $"touch {log} && chgrp adm {log} && chmod 640 {log}");
        var (files, rules) = (server.Files(), server.Must("nft", "list", "ruleset"));

        server.Write("/root/history.log", kind.History());
        if (log.Length > 0)
            // What was rotated away today, as an admin finds it.
            server.Must("sh", "-c", $"cp /root/history.log {log}.1 && chgrp adm {log}.1 && chmod 640 {log}.1");
        Install(server, root);
        server.Write("/etc/accountguard/places", "81.2.69.0/24 GB\n5.2.128.0/24 RO\n91.200.12.0/24 UA\n111.235.160.0/24 CN\n");
        server.Must("sh", "-c", $"cat >> /etc/accountguard/accountguard.conf <<'E'\n{Policy}\nE");
        var mail = MailFiles(server, kind);
        var time = Stopwatch.StartNew();
        server.Must("accountguard", "setup", "--yes", "--mail-server");
        output.WriteLine(Text($"{root}: setup --mail-server {time.Elapsed.TotalSeconds:0.0} s"));
        Assert.Contains("is as it should be", server.Must("accountguard", "setup", "--yes", "--mail-server"), StringComparison.Ordinal);
        if (log.Length == 0)
            server.Must(
                "sh",
                "-c",
                "systemctl stop accountguard && cp /root/history.log /var/tmp && runuser -u accountguard -- accountguard learn /var/tmp/history.log"
            );
        server.Must("systemctl", "start", "accountguard");
        var doctor = server.Run("accountguard", "doctor").Out;
        Assert.All(kind.Asks, asks => Assert.Contains(asks, doctor, StringComparison.Ordinal));
        Assert.Contains("asks the guard at http://127.0.0.1:8084/", doctor, StringComparison.Ordinal);

        // The first start learned from what was logged before.
        await UntilAsync(server, $"accountguard explain {Info} | grep -q GB");

        using (var world = World.Around(server))
            await StoryAsync(server, world, kind);
        await server.RebootAsync();
        Assert.Equal("active", server.Must("systemctl", "is-active", "accountguard").Trim());
        Assert.Contains(Info, server.Must("accountguard", "explain", Info), StringComparison.Ordinal);

        output.WriteLine(server.Must("accountguard", "setup", "--undo"));
        var undone = MailFiles(server, kind);
        Same(mail, undone);
        server.Must("accountguard", "setup", "--yes", "--mail-server");
        server.Must("apt-get", "purge", "-y", "-q", "accountguard");
        Assert.Equal(rules, server.Must("nft", "list", "ruleset"));
        Same(files, server.Files());
        server.Must("sh", "-c", kind.Whole);
    }

    private static void Same(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        string[] different = [.. after.Except(before).Select(line => "+ " + line), .. before.Except(after).Select(line => "- " + line)];
        Assert.True(different.Length == 0, string.Join('\n', different));
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

    private async Task StoryAsync(BootedMachine server, World world, ServerKind kind)
    {
        // The owner at home, and a neighbour.
        Assert.StartsWith("250", await SendAsync(world, kind, Home, "info", 2), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(world, kind, Home, "bob", 2), StringComparison.Ordinal);

        if (kind.HasFtp)
            Assert.StartsWith("230", await FtpAsync(world, Home), StringComparison.Ordinal);

        var time = Stopwatch.StartNew();
        var (mails, refusal) = (0, "");
        while (refusal.Length == 0 && mails < 40)
        {
            var answer = await SendAsync(world, kind, Thieves[mails % Thieves.Length], "info", 10);
            if (answer.StartsWith("250", StringComparison.Ordinal))
                mails++;
            else
                refusal = answer;
        }
        Assert.InRange(mails, 1, 6);
        output.WriteLine(Text($"caught after {mails} mails of 10 recipients, {time.Elapsed.TotalSeconds:0.0} s: {refusal}"));
        await UntilAsync(server, kind.Locked);
        await UntilAsync(server, kind.Held);
        await UntilAsync(server, kind.Told);
        await UntilAsync(server, "nft list table inet accountguard | grep -qE '5\\.2\\.128\\.7|91\\.200\\.12\\.9|111\\.235\\.160\\.5'");
        output.WriteLine(Text($"locked, held, told and blocked after {time.Elapsed.TotalSeconds:0.0} s"));
        Assert.StartsWith(kind.Refused, await SendAsync(world, kind, Home, "info", 1), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(world, kind, Home, "bob", 2), StringComparison.Ordinal);
        Assert.Contains("enforce mode", server.Run("accountguard", "status").Out, StringComparison.Ordinal);
        if (kind.HasFtp)
            Assert.StartsWith("530", await FtpAsync(world, Home), StringComparison.Ordinal);

        server.Must("accountguard", "user", "release", Info, "--reason", "called us");
        await UntilAsync(server, $"{kind.Free} && ! nft list table inet accountguard | grep -qE '5\\.2\\.128\\.7'");
        await GuardProgram.UntilAsync(() => Sent(world, kind).StartsWith("250", StringComparison.Ordinal), () => Sent(world, kind));
        if (kind.HasFtp)
        {
            Assert.StartsWith("230", await FtpAsync(world, Home), StringComparison.Ordinal);
            await UntilAsync(server, $"accountguard explain {Info} | grep -q 'service .*ftp'");
        }
        server.Must("accountguard", "queue", "delete", Info);
        // Its own changes of the firewall are nobody else's, also where the kernel numbers processes otherwise, as here.
        server.Must("sh", "-c", "! journalctl --no-pager -u accountguard -u accountguard-helper | grep \"the guard's table\"");

        // Without the guard.
        time.Restart();
        Assert.StartsWith("250", await SendAsync(world, kind, Home, "anna", 40), StringComparison.Ordinal);
        var with = time.Elapsed;
        server.Must("sh", "-c", "systemctl kill --signal=KILL accountguard.service; systemctl stop accountguard.service");
        time.Restart();
        Assert.StartsWith("250", await SendAsync(world, kind, Home, "anna", 40), StringComparison.Ordinal);
        output.WriteLine(Text($"a mail of 40 recipients: {with.TotalSeconds:0.00} s with the guard, {time.Elapsed.TotalSeconds:0.00} s when it was killed"));
        server.Must("systemctl", "start", "accountguard.service");
    }

    private static async Task<string> FtpAsync(World world, string from)
    {
        using var talk = await world.OpenAsync(from, Ftp);
        if (talk is null)
            return "";
        await talk.Say("USER info", Cancellation);
        return await talk.Say("PASS secret", Cancellation);
    }

    private static string Sent(World world, ServerKind kind) => SendAsync(world, kind, Home, "info", 1).GetAwaiter().GetResult();

    /// <summary>The last answer: of the login, of the recipients or of the message; empty when the server took no connection.</summary>
    private static async Task<string> SendAsync(World world, ServerKind kind, string from, string user, int recipients)
    {
        using var talk = await world.OpenAsync(from, Submission);
        if (talk is null)
            return "no connection";
        await talk.Say("EHLO client.test", Cancellation);
        var answer = await talk.Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}{kind.LoginDomain}\0secret")), Cancellation);
        if (!answer.StartsWith('2'))
            return answer;
        await talk.Say($"MAIL FROM:<{user}{kind.SenderDomain}>", Cancellation);
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

    /// <summary>What the mail servers are configured by; postmap and makemap never make the same index twice.</summary>
    private static IReadOnlyList<string> MailFiles(BootedMachine server, ServerKind kind) =>
        [
            .. server
                .Files()
                .Where(line =>
                    kind.Places.Any(place => line.Contains(place, StringComparison.Ordinal))
                    && !line.EndsWith("accountguard-access.db", StringComparison.Ordinal)
                ),
        ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
