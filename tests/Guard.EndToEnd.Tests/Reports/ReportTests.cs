using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Guard.EndToEnd.Tests.Reports;

/// <summary>The built program tells by mail and webhook, over receivers that are away and over kill -9.</summary>
public sealed class ReportTests : IDisposable
{
    private static readonly string[] Users = [.. Enumerable.Range(0, 5).Select(number => $"user{number}@example.com")];

    private readonly GuardProgram _guard = new();
    private readonly int _mail = FreePort.Next();
    private readonly int _web = FreePort.Next();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private void Configure(string more = "")
    {
        File.WriteAllText(_guard["mail.log"], "");
        File.WriteAllText(_guard["hook.key"], EventReceiver.Key + "\n");
        File.WriteAllText(
            _guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{_guard["data"]}}"
              intake { logs.files = ["{{_guard["mail.log"]}}"], postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo.fetch-default = off
              {{more}}
              console.listen = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              reports {
                mail { host = "127.0.0.1", port = {{_mail}}, tls = none, from = "guard@example.net", admin = ["admin@example.net"] }
                webhooks.siem { url = "http://127.0.0.1:{{_web}}/hook", secret-file = "hook.key" }
              }
            }
            """
        );
    }

    private Task Until(Func<bool> reached) =>
        GuardProgram.UntilAsync(reached, () => $"{_guard.Guard("inspect", "--config", "guard.conf", "outbox").Out}{_guard.Heard}");

    /// <summary>A login that worked, so that there is such an account, and the word that it was an attack.</summary>
    private async Task SuspendAsync(string user)
    {
        await File.AppendAllTextAsync(
            _guard["mail.log"],
            $"{DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture)} mail postfix/submission/smtpd[7]: 4ABC8B20217: client=host[198.51.100.7], sasl_method=PLAIN, sasl_username={user}\n",
            Cancellation
        );
        await Until(() => _guard.Guard("user", "confirm", user, "--config", "guard.conf").Code == 0);
    }

    /// <summary>What a worker or the outbox of reports still has to do; null while no guard answers.</summary>
    private int? Pending(string name)
    {
        var (text, _, code) = _guard.Guard("inspect", "--config", "guard.conf", "--json", "outbox");
        if (code != 0)
            return null;
        var row = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .FirstOrDefault(row => row.GetProperty("name").GetString() == name);
        return row.ValueKind == JsonValueKind.Object ? (int)row.GetProperty("pending").GetDouble() : null;
    }

    [Fact]
    public async Task Receivers_that_are_away_get_everything_once_also_over_a_kill_and_the_log_is_not_flooded()
    {
        Requirement.Programs("smtp-sink");
        // So many at once are the site's own matter, too; here it is about the accounts.
        Configure("policy.default.site-alarm { reported = 0 }");
        var process = _guard.Start();
        foreach (var user in Users)
            await SuspendAsync(user);
        await Until(() => Pending("report mail") == Users.Length && Pending("report webhook siem") == Users.Length);
        // Journaled and not delivered: killed now, nothing may be lost.
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        _guard.Start();
        await Until(() => Pending("report mail") == Users.Length && Pending("report webhook siem") == Users.Length);

        await using var receiver = new EventReceiver(_web) { Failing = 3 };
        await receiver.StartAsync();
        using var sink = MailSink.Start(_mail, _guard["sink"]);
        await Until(() => sink.Mails.Count >= Users.Length && receiver.Ids.Count >= Users.Length);
        await Until(() => Pending("report mail") == 0 && Pending("report webhook siem") == 0);

        Assert.Equal(Users.Length, sink.Mails.Select(mail => mail.MessageId).Distinct().Count());
        Assert.Equal(Users.Length, sink.Mails.Count);
        Assert.Equal(Users.Length, receiver.Ids.Distinct().Count());
        Assert.Equal(Users.Length, receiver.Ids.Count);
        Assert.Equal(0, receiver.Forged);
        Assert.All(
            Users,
            user =>
                Assert.Contains(
                    sink.Mails,
                    mail => mail.Subject == $"[AccountGuard] {user}: unusual use" && mail.TextBody!.Contains("The account is locked.", StringComparison.Ordinal)
                )
        );
        Assert.All(Users, user => Assert.Contains(receiver.Bodies, body => JsonDocument.Parse(body).RootElement.GetProperty("user").GetString() == user));
        // Each reaction stands in the log once, and the trouble of minutes in a handful of lines.
        Assert.All(Users, user => Assert.Single(Regex.Matches(_guard.Heard, Regex.Escape(user) + " normal -> SUSPENDED")));
        Assert.InRange(Regex.Count(_guard.Heard, "trying again"), 2, 40);
    }

    [Fact]
    public async Task A_hostile_name_is_text_in_the_mail_that_a_server_receives()
    {
        Requirement.Programs("smtp-sink");
        Configure("policy.default.site-alarm { reported = 0 }");
        const string Hostile = "<img/src=x/onerror=alert(1)>\"'&{{7*7}}{%if/1%}$(id)`id`=?utf-8?q?=0d=0abcc:=20all?=\u202e@example.com";
        using var sink = MailSink.Start(_mail, _guard["sink"]);
        _guard.Start();
        await SuspendAsync(Hostile);
        await Until(() => sink.Mails.Count >= 1);
        var mail = sink.Mails[0];
        Assert.Equal("admin@example.net", string.Join(',', mail.To.Mailboxes.Concat(mail.Cc.Mailboxes).Concat(mail.Bcc.Mailboxes).Select(box => box.Address)));
        Assert.DoesNotContain("<img", mail.HtmlBody!, StringComparison.OrdinalIgnoreCase);
        // What no account's name can have is escaped where the name is taken, the rest where it is shown.
        Assert.Contains("%3Cimg", mail.HtmlBody!, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&amp;{{7*7}}", mail.HtmlBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("49", Regex.Replace(mail.Subject!, "[^0-9]", " "), StringComparison.Ordinal);
        Assert.Contains("{{7*7}}", mail.TextBody!, StringComparison.Ordinal);
        Assert.All(new[] { mail.Subject!, mail.TextBody!, mail.HtmlBody! }, text => Assert.DoesNotContain('\u202e', text));
        // A command to paste keeps it one argument.
        Assert.All(
            mail.TextBody!.Split('\n').Where(line => line.Contains("accountguard user", StringComparison.Ordinal)),
            line => Assert.Contains("'\\''", line, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_event_that_arrived_and_could_not_be_noted_comes_again_with_the_same_id()
    {
        Configure();
        await using var receiver = new EventReceiver(_web) { HoldsNext = true };
        await receiver.StartAsync();
        var process = _guard.Start();
        await SuspendAsync(Users[0]);
        await receiver.Held.Task.WaitAsync(GuardProgram.Patience, Cancellation);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        _guard.Start();
        await Until(() => receiver.Ids.Count >= 2 && Pending("report webhook siem") == 0);
        Assert.Single(receiver.Ids.Distinct());
        Assert.Single(receiver.Bodies.Distinct());
    }

    [Fact]
    public async Task The_end_of_a_reaction_and_a_site_s_own_are_told_once_also_over_a_kill()
    {
        Requirement.Programs("smtp-sink");
        Configure("policy.default.site-alarm { reported = 0, restricted = 2 }, reports.mail.fold = 1s");
        var process = _guard.Start();
        await SuspendAsync(Users[0]);
        await SuspendAsync(Users[1]);
        await Until(() => _guard.Guard("user", "release", Users[0], "--config", "guard.conf").Code == 0);
        // Two accounts, the end of one, and the site.
        await Until(() => Pending("report webhook siem") == 4);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        _guard.Start();
        await using var receiver = new EventReceiver(_web);
        await receiver.StartAsync();
        using var sink = MailSink.Start(_mail, _guard["sink"]);
        await Until(() => _guard.Guard("inspect", "--config", "guard.conf", "site", "release", "example.com").Code == 0);
        await Until(() => receiver.Ids.Count >= 5 && Pending("report webhook siem") == 0 && Pending("report mail") == 0);
        Assert.Equal(5, receiver.Ids.Distinct().Count());
        var types = receiver.Bodies.Select(body => JsonDocument.Parse(body).RootElement.GetProperty("type").GetString()).Order(StringComparer.Ordinal);
        Assert.Equal(["end", "reaction", "reaction", "site-end", "site-reaction"], types);
        await Until(() =>
            sink.Mails.Any(mail =>
                mail.Subject == $"Re: [AccountGuard] {Users[0]}: unusual use" && mail.TextBody!.Contains("no longer locked", StringComparison.Ordinal)
            )
        );
        await Until(() =>
            sink.Mails.Any(mail =>
                mail.Subject == "[AccountGuard] Site example.com: unusual use"
                && mail.TextBody!.Contains("The quotas of all its accounts are held to", StringComparison.Ordinal)
            )
        );
        Assert.Equal(sink.Mails.Count, sink.Mails.Select(mail => mail.MessageId).Distinct().Count());
    }

    public void Dispose() => _guard.Dispose();
}
