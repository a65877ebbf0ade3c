using Guard.Host.Configuration;
using Guard.Host.Reports.Abuse;
using Guard.Host.Reports.Mails;
using Guard.Messages.Enforcement;
using MimeKit;
using Xunit;

namespace Guard.Host.Tests.Reports;

public sealed class AbuseSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-xarf").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, true);

    [Fact]
    public async Task A_report_about_an_address_is_three_parts_and_does_not_name_the_account()
    {
        await using var server = new ReceivingServer();
        var settings = server.Settings();
        var channel = new AbuseChannel(
            new AbuseSettings(Path.Combine(_directory, "spool"), "abuse@example.org", "smtp", 587),
            settings,
            new MailSender(settings)
        );
        var dispatch = Told.Dispatch(ReportChannel.Abuse, ReportAudience.AbuseDesk);
        await channel.SendAsync(dispatch, Cancel);
        await channel.SendAsync(dispatch, Cancel);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_directory, "spool")));
        Assert.Equal("m.1.5.7.2.eml", Path.GetFileName(file));
        Assert.Equal(2, server.Messages.Count);
        using var mail = await MimeMessage.LoadAsync(file, Cancel);
        Assert.Equal("PLAIN", mail.Headers["X-XARF"]);
        Assert.Equal("abuse@example.org", mail.To.Mailboxes.Single().Address);
        var parts = Assert.IsType<Multipart>(mail.Body).Cast<TextPart>().Select(part => part.Text).ToArray();
        Assert.Equal(3, parts.Length);
        var fields = parts[1]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));
        foreach (
            var (field, value) in new Dictionary<string, string>
            {
                ["Reported-From"] = "guard@example.net",
                ["Category"] = "abuse",
                ["Report-Type"] = "login-attack",
                ["Service"] = "smtp",
                ["Port"] = "587",
                ["Version"] = "0.2",
                ["Source-Type"] = "ipv4",
                ["Source"] = "203.0.113.9",
                ["Date"] = "Thu, 05 Mar 2026 10:11:12 +0000",
                ["Report-ID"] = "m.1.5.7.2@example.net",
                ["Schema-URL"] = AbuseReport.Schema,
                ["Attachment"] = "text/plain",
            }
        )
        {
            Assert.Equal(value, fields[field]);
        }
        Assert.Contains("203.0.113.9 mail-rate: 2000 mails", parts[2], StringComparison.Ordinal);
        Assert.DoesNotContain("info@example.com", await File.ReadAllTextAsync(file, Cancel), StringComparison.Ordinal);
    }
}
