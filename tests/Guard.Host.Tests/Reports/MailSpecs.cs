using Guard.Host.Configuration;
using Guard.Host.Reports;
using Guard.Host.Reports.Mails;
using MailKit.Security;
using MimeKit;
using SmtpServer.Protocol;
using Xunit;

namespace Guard.Host.Tests.Reports;

/// <summary>Mails over real SMTP on loopback.</summary>
public sealed class MailSpecs
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static MailChannel Channel(ReportMailSettings settings) => new(Told.Composer(settings), new MailSender(settings));

    [Fact]
    public async Task A_report_arrives_as_text_and_html_known_by_its_id()
    {
        await using var server = new ReceivingServer();
        await Channel(server.Settings()).SendAsync(Told.Dispatch(), Cancel);
        var mail = Assert.Single(server.Messages);
        Assert.Equal("m.1.5.7.2@example.net", mail.MessageId);
        Assert.Equal("[AccountGuard] info@example.com: unusual use", mail.Subject);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Null(mail.InReplyTo);
        foreach (var body in new[] { mail.TextBody, System.Net.WebUtility.HtmlDecode(mail.HtmlBody) })
        {
            Assert.Contains("restricted", body, StringComparison.Ordinal);
            Assert.Contains("203.0.113.9 (Romania)", body, StringComparison.Ordinal);
            Assert.Contains("2000 mails in this hour; usual are 4", body, StringComparison.Ordinal);
            Assert.Contains("The account is locked.", body, StringComparison.Ordinal);
            Assert.Contains("2026-03-05 11:11:12 UTC", body, StringComparison.Ordinal);
            Assert.Contains("United Kingdom (31 days)", body, StringComparison.Ordinal);
            Assert.Contains("accountguard user absolve info@example.com", body, StringComparison.Ordinal);
            Assert.DoesNotContain("{{", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Later_mails_of_an_incident_answer_the_first()
    {
        await using var server = new ReceivingServer();
        await Channel(server.Settings()).SendAsync(Told.Dispatch(before: "m.1.5.6.2"), Cancel);
        var mail = Assert.Single(server.Messages);
        Assert.Equal("Re: [AccountGuard] info@example.com: unusual use", mail.Subject);
        Assert.Equal("m.1.5.6.2@example.net", mail.InReplyTo);
        Assert.Equal(["m.1.5.5.2@example.net", "m.1.5.6.2@example.net"], mail.References);
    }

    [Fact]
    public async Task It_logs_in_over_STARTTLS_and_does_not_trust_a_stranger_s_certificate()
    {
        await using var server = new ReceivingServer(tls: true, auth: true);
        await Channel(server.Settings(MailTls.Required, verify: false, "guard")).SendAsync(Told.Dispatch(), Cancel);
        Assert.Single(server.Messages);
        Assert.Equal("guard right True", Assert.Single(server.LoggedIn));
        await Assert.ThrowsAsync<SslHandshakeException>(() =>
            Channel(server.Settings(MailTls.Required, verify: true, "guard")).SendAsync(Told.Dispatch(), Cancel)
        );
    }

    [Fact]
    public async Task Without_the_TLS_that_was_asked_for_nothing_is_sent()
    {
        await using var server = new ReceivingServer();
        await Assert.ThrowsAsync<NotSupportedException>(() => Channel(server.Settings(MailTls.Required)).SendAsync(Told.Dispatch(), Cancel));
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task What_is_no_address_is_refused_for_good()
    {
        await using var server = new ReceivingServer();
        var dispatch = Told.Dispatch();
        await Assert.ThrowsAsync<ReportRefusedException>(() =>
            Channel(server.Settings()).SendAsync(dispatch with { Target = dispatch.Target with { Recipient = "root\r\nBcc: all" } }, Cancel)
        );
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task A_recipient_that_does_not_exist_is_refused_for_good_and_a_greylisted_one_for_now()
    {
        await using var server = new ReceivingServer();
        server.Recipients = new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "no such user");
        Assert.Contains(
            "550",
            (await Assert.ThrowsAsync<ReportRefusedException>(() => Channel(server.Settings()).SendAsync(Told.Dispatch(), Cancel))).Message,
            StringComparison.Ordinal
        );
        server.Recipients = new SmtpResponse((SmtpReplyCode)451, "greylisted");
        await Assert.ThrowsAsync<ReportDeferredException>(() => Channel(server.Settings()).SendAsync(Told.Dispatch(), Cancel));
        server.Recipients = null;
        await Channel(server.Settings()).SendAsync(Told.Dispatch(), Cancel);
        Assert.Single(server.Messages);
    }
}
