using Bunit;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Pages;
using Guard.Messages.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Guard.Host.Tests.Console;

public sealed class IncidentCardSpecs
{
    private static readonly ExplainedReason NewCountry = new("new-country", "used from Romania", 0, 30, 8.2, "RO");

    [Fact]
    public async Task The_card_tells_who_since_when_from_where_and_what_was_seen_against_the_usual()
    {
        await using var pages = With(AccessScope.ServerAdmin("root", ""));
        var card = Card(pages, Pages.Incident("info@example.com", NewCountry));
        var text = card.Find("article").TextContent;
        Assert.Contains("info@example.com", text, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 09:00", text, StringComparison.Ordinal);
        Assert.Contains("Romania 203.0.113.9", text, StringComparison.Ordinal);
        Assert.Contains("used from Romania, never seen in 30 days of activity", text, StringComparison.Ordinal);
        Assert.Contains("Locked for a while.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_card_tells_how_much_mail_is_held_with_its_commands_and_what_does_not_hold()
    {
        await using var pages = With(AccessScope.ServerAdmin("root", ""));
        var card = Card(
            pages,
            Pages.Incident("info@example.com", NewCountry) with
            {
                HeldMails = 3,
                HeldHow = "accountguard queue release info@example.com sends, accountguard queue delete info@example.com deletes",
                Unheld =
                [
                    new ExplainedReason("lock-not-held", "", 5, 0, 0, "a login to imap"),
                    new ExplainedReason("deny-file-unread", "", 0, 0, 0, "/etc/dovecot/deny"),
                ],
            }
        );
        var text = card.Find("article").TextContent;
        Assert.Contains("3, none is sent before somebody says so", text, StringComparison.Ordinal);
        Assert.Contains(
            "accountguard queue release info@example.com sends, accountguard queue delete info@example.com deletes",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("the lock does not hold: a login to imap, 5 minutes after it was made", text, StringComparison.Ordinal);
        Assert.Contains("Dovecot does not read the deny file /etc/dovecot/deny", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_name_stays_text()
    {
        await using var pages = With(AccessScope.ServerAdmin("root", ""));
        var card = Card(pages, Pages.Incident("<script>alert(1)</script>\"><img src=x>@example.com", new ExplainedReason("other", "<b>HELO</b>", 0, 0, 0, "")));
        Assert.Empty(card.FindAll("script, article img, b"));
        Assert.Contains("<b>HELO</b>", card.Find("article").TextContent, StringComparison.Ordinal);
        Assert.StartsWith("/accounts/%3Cscript%3E", card.Find("h3 a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("admin", "It was the owner,Release,It was an attack,Lock account,Block 203.0.113.9")]
    [InlineData("site", "It was the owner,Release,It was an attack,Lock account")]
    [InlineData("account", "It was the owner,It was an attack")]
    [InlineData("read", "")]
    public async Task Everybody_sees_the_buttons_that_he_may_press(string who, string buttons)
    {
        var scope = who switch
        {
            "admin" => AccessScope.ServerAdmin(who, ""),
            "site" => AccessScope.SiteOwner(who, "", new SiteId("example.com")),
            "account" => AccessScope.AccountOwner(who, "", new UserId("info@example.com")),
            _ => AccessScope.ReadOnly(who, ""),
        };
        await using var pages = With(scope);
        var card = Card(pages, Pages.Incident("info@example.com"), scope.Rights);
        Assert.Equal(buttons, string.Join(',', card.FindAll("button").Select(button => button.TextContent.Trim())));
    }

    private static Pages With(AccessScope scope)
    {
        var pages = new Pages(scope);
        var acts = new RememberingActs();
        pages.Services.AddSingleton<IAccountActs>(acts).AddSingleton<IBlocksAndLocks>(acts);
        return pages;
    }

    private static IRenderedComponent<IncidentCard> Card(Pages pages, Incident incident, AccessRights rights = AccessRights.View) =>
        pages.Render<IncidentCard>(card => card.Add(part => part.Incident, incident).Add(part => part.Rights, rights));
}
