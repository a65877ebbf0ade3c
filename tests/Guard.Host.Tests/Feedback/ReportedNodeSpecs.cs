using System.Net;
using System.Text.RegularExpressions;
using Akka.Actor;
using Guard.Host.Commands;
using Guard.Host.Feedback;
using Guard.Host.Inspection;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Feedback;

/// <summary>From a reaction to a mail, from its link back to the account.</summary>
public sealed class ReportedNodeSpecs(ToldGuard guard) : IClassFixture<ToldGuard>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly HttpClient _web = new() { BaseAddress = guard.Web };

    private async Task<Rung> RungAsync(string user) =>
        (await guard.Node.Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(new UserId(user)), Patience, Cancel)).Rung;

    /// <summary>Suspends an account, and waits for the mail that tells of it.</summary>
    private async Task<MimeKit.MimeMessage> SuspendAsync(string user)
    {
        await guard.Node.Regions.Users.Ask<Done>(new UserCommands.Confirm(new UserId(user), DateTimeOffset.UtcNow), Patience, Cancel);
        Assert.Equal(Rung.Suspended, await RungAsync(user));
        MimeKit.MimeMessage? mail = null;
        await Eventually.Is(() =>
            Task.FromResult((mail = guard.Mail.Messages.FirstOrDefault(one => one.Subject!.Contains(user, StringComparison.Ordinal))) is not null)
        );
        return mail!;
    }

    private static Uri Link(MimeKit.MimeMessage mail, string before) =>
        new(Regex.Match(mail.TextBody!, Regex.Escape(before) + @"[^:]*: (\S+)").Groups[1].Value);

    private async Task<(HttpStatusCode Code, string Text)> PostAsync(Uri link)
    {
        using var answer = await _web.PostAsync(link, null, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task That_was_me_releases_once_and_opening_the_link_changes_nothing()
    {
        const string user = "anna@example.com";
        var link = Link(await SuspendAsync(user), "That was me");
        for (var scan = 0; scan < 3; scan++)
        {
            using var opened = await _web.GetAsync(link, Cancel);
            Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
            Assert.Contains("<form method=\"post\">", await opened.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", opened.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("no-store", opened.Headers.CacheControl!.ToString());
            Assert.Equal("no-referrer", opened.Headers.GetValues("Referrer-Policy").Single());
        }
        Assert.Equal(Rung.Suspended, await RungAsync(user));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(link)).Code);
        Assert.Equal(Rung.Normal, await RungAsync(user));
        // Used once, neither it nor its sister can be used again, also after the account was suspended anew.
        await guard.Node.Regions.Users.Ask<Done>(new UserCommands.Confirm(new UserId(user), DateTimeOffset.UtcNow), Patience, Cancel);
        Assert.Equal(HttpStatusCode.Gone, (await PostAsync(link)).Code);
        Assert.Equal(Rung.Suspended, await RungAsync(user));
    }

    [Fact]
    public async Task That_was_not_me_keeps_it_locked_and_ends_the_other_link()
    {
        const string user = "bob@example.com";
        var mail = await SuspendAsync(user);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Link(mail, "That was not me"))).Code);
        Assert.Equal(HttpStatusCode.Gone, (await PostAsync(Link(mail, "That was me"))).Code);
        Assert.Equal(Rung.Suspended, await RungAsync(user));
    }

    [Fact]
    public async Task Forged_overdue_and_foreign_links_all_get_the_same_answer()
    {
        const string user = "carl@example.com";
        await SuspendAsync(user);
        var claim = new FeedbackClaim(new UserId(user), 1, true, DateTimeOffset.UtcNow.AddDays(1));
        var good = FeedbackToken.Write(guard.Key, claim);
        string[] bad =
        [
            FeedbackToken.Write(guard.Key, claim with { Expires = DateTimeOffset.UtcNow.AddSeconds(-1) }),
            FeedbackToken.Write(new byte[FeedbackKey.Length], claim),
            good[..^1] + (good[^1] == 'A' ? 'B' : 'A'),
            FeedbackToken.Write(new byte[FeedbackKey.Length], claim with { User = new UserId("nobody@example.com") }),
            "x",
        ];
        var answers = new HashSet<(HttpStatusCode, string)>();
        foreach (var token in bad)
            answers.Add(await PostAsync(new Uri(guard.Web, "feedback/" + token)));
        Assert.Equal(HttpStatusCode.NotFound, Assert.Single(answers).Item1);
        Assert.Equal(Rung.Suspended, await RungAsync(user));
        // A report that never was cannot be answered either.
        Assert.Equal(HttpStatusCode.Gone, (await PostAsync(new Uri(guard.Web, "feedback/" + FeedbackToken.Write(guard.Key, claim with { Effect = 99 })))).Code);
        Assert.Equal(Rung.Suspended, await RungAsync(user));
    }

    [Fact]
    public async Task An_exception_that_cannot_be_is_refused_with_the_reason()
    {
        const string user = "dora@example.com";
        foreach (
            var (why, words) in new Dictionary<string, string[]>
            {
                ["Atlantis"] = ["Atlantis", "-", "2026-07-01", "2026-07-14"],
                ["'many' is not a number"] = ["-", "many", "2026-07-01", "2026-07-14"],
                ["'soon' is not a day"] = ["ES", "-", "soon", "2026-07-14"],
                ["longer than a year"] = ["ES", "-", "2026-07-01", "2100-07-14"],
                ["over already"] = ["ES", "-", "2020-07-01", "2020-07-14"],
                ["neither"] = ["-", "-", "2026-07-01", "2027-06-14"],
            }
        )
        {
            Assert.Contains(why, (await AskAsync(1, ["exception", "add", user, .. words])).Errors, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("account", (await AskAsync(0, "exception", "list", user)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_s_exception_is_shown_for_the_site_and_for_its_active_accounts()
    {
        var (from, until) = (DateTime.UtcNow.ToString("yyyy-MM-dd", null), DateTime.UtcNow.AddDays(3).ToString("yyyy-MM-dd", null));
        await guard.Node.Regions.Users.Ask<Done>(
            new UserCommands.Lock(new UserId("emil@planned.example"), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1)),
            Patience,
            Cancel
        );
        await AskAsync(0, "exception", "add", "planned.example", "ES", "5000", from, until, "letter");
        await AskAsync(0, "exception", "add", "emil@planned.example", "FR", "-", from, until);
        Assert.Contains("5000", (await AskAsync(0, "exception", "list", "planned.example")).Out, StringComparison.Ordinal);
        await Eventually.Is(async () =>
            (await AskAsync(0, "exception", "list", "emil@planned.example")).Out is var list
            && list.Contains("site", StringComparison.Ordinal)
            && list.Contains("account", StringComparison.Ordinal)
        );
        Assert.Contains("expected in ES", (await AskAsync(0, "user", "show", "emil@planned.example")).Out, StringComparison.Ordinal);
        Assert.Contains("expected in ES", (await AskAsync(0, "site", "show", "planned.example")).Out, StringComparison.Ordinal);
        await AskAsync(0, "exception", "remove", "planned.example", "1");
        Assert.DoesNotContain("5000", (await AskAsync(0, "exception", "list", "planned.example")).Out, StringComparison.Ordinal);
        Assert.Contains("no exception 1", (await AskAsync(1, "exception", "remove", "planned.example", "1")).Errors, StringComparison.Ordinal);
        await Eventually.Is(async () => !(await AskAsync(0, "exception", "list", "emil@planned.example")).Out.Contains("site", StringComparison.Ordinal));
    }

    private async Task<(string Out, string Errors)> AskAsync(int expected, params string[] words)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await InspectCommand.AskAsync(new InspectionClient(guard.Socket), words, RowFormat.Text, output, errors, Cancel);
        Assert.True(code == expected, $"{string.Join(' ', words)}: {code} {output} {errors}");
        return ($"{output}", $"{errors}");
    }

    [Fact]
    public async Task A_webhook_that_fails_for_a_while_gets_each_event_once_and_the_outbox_tells_of_it()
    {
        guard.Failing = 3;
        string[] users = [.. Enumerable.Range(0, 5).Select(number => $"hook{number}@example.com")];
        foreach (var user in users)
            await SuspendAsync(user);
        await Eventually.Is(() => Task.FromResult(guard.Failing == 0 && guard.Events.Count >= users.Length));
        await Eventually.Is(async () => (await AskAsync(0, "outbox")).Out is var outbox && Regex.IsMatch(outbox, @"report webhook siem\s+0\s+0\s+0"));
        Assert.True(guard.Failed >= 3);
        Assert.Equal(guard.Events.Count, guard.Events.Distinct().Count());
    }
}
