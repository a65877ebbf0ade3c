using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Pages;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What an owner without technical knowledge reads of the own mailbox.</summary>
public sealed class OwnMailboxSpecs
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Uses_of_a_day_and_country_are_one_line_the_unusual_ones_apart_and_the_newest_first()
    {
        var all = new[]
        {
            Entry(0, TimelineKind.Login, "GB"),
            Entry(5, TimelineKind.Mail, "GB"),
            Entry(6, TimelineKind.Mail, "GB"),
            // Told by what is notable already.
            Entry(90, TimelineKind.Mail, "CN", "refused, strange"),
        };
        var notable = new[] { Entry(80, TimelineKind.Login, "CN", "strange"), Entry(90, TimelineKind.Mail, "CN", "refused, strange") with { Times = 1999 } };
        Assert.Equal(
            [
                new MailboxUse(Morning.AddMinutes(80), Morning.AddMinutes(90), "CN", "192.0.2.90", true, 1, 0, 1999),
                new MailboxUse(Morning, Morning.AddMinutes(6), "GB", "192.0.2.6", false, 1, 2, 0),
            ],
            MailboxUse.Of(all, notable)
        );
    }

    [Fact]
    public void Wrong_passwords_and_what_the_server_did_are_no_use()
    {
        var entries = new[] { Entry(0, TimelineKind.FailedLogin, "RO"), Entry(1, TimelineKind.Reaction, ""), Entry(2, TimelineKind.Delivery, "GB") };
        Assert.Empty(MailboxUse.Of(entries, entries));
    }

    private static TimelineEntry Entry(int minute, TimelineKind kind, string country, string judgement = "") =>
        new(Morning.AddMinutes(minute), kind, "", $"192.0.2.{minute}", country, 0, 0, judgement, null, []);
}
