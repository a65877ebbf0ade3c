using Guard.Host.Configuration;
using Guard.Host.Node.Health;
using Guard.Host.Reports.Mails;
using Guard.Host.Reports.Texts;
using MailKit;
using MailKit.Security;

namespace Guard.Host.Doctor;

/// <summary>Whether reports reach anybody. Nothing is sent: the mail server is connected to, webhooks are only reached.</summary>
internal static class ReportChecks
{
    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, CancellationToken cancellation)
    {
        var reports = settings.Reports;
        var findings = new List<Finding>();
        if (reports.Mail.Host.Length == 0 && reports.Webhooks.IsEmpty)
            findings.Add(
                Finding.Warning("reports", "are only written into the log", "set reports.mail or reports.webhooks, so that somebody hears of a theft")
            );
        if (reports.Mail.Host.Length > 0)
            findings.Add(await MailAsync(reports.Mail, cancellation).ConfigureAwait(false));
        if (reports.Mail.Host.Length > 0 && reports.Mail.Admins.IsEmpty)
            findings.Add(Finding.Warning("report mail", "no admin is told", "set reports.mail.admin"));
        foreach (var fault in new ReportTemplates(reports.Mail.Templates, _ => { }).Faults())
            findings.Add(Finding.Fault("report templates", fault, "correct it; until then the built-in text is used"));
        foreach (var webhook in reports.Webhooks)
            findings.Add(await WebhookAsync(webhook, cancellation).ConfigureAwait(false));
        if (reports.Abuse.Spool.Length > 0)
            findings.Add(Spool(reports.Abuse.Spool));
        if (reports.Abuse.MailTo.Length > 0 && reports.Mail.Host.Length == 0)
            findings.Add(Finding.Fault("abuse reports", "cannot be mailed", "set reports.mail.host"));
        if (reports.Links.Base is not null && settings.Console is null)
            findings.Add(Finding.Fault("links in reports", "lead nowhere: console.listen is off", "set console.listen, and lead reports.links.base to it"));
        return findings;
    }

    private static async Task<Finding> MailAsync(ReportMailSettings mail, CancellationToken cancellation)
    {
        var check = $"report mail {mail.Host}:{mail.Port}";
        try
        {
            var secured = await new MailSender(mail).ProbeAsync(cancellation).ConfigureAwait(false);
            return Finding.Ok(check, $"can be used, {secured}{(mail.User.Length > 0 ? $", as {mail.User}" : "")}");
        }
        catch (Exception failure)
            when (failure
                    is IOException
                        or System.Net.Sockets.SocketException
                        or ProtocolException
                        or CommandException
                        or AuthenticationException
                        or SslHandshakeException
                        or OperationCanceledException
                        or NotSupportedException
                        or UnauthorizedAccessException
            )
        {
            return Finding.Fault(check, failure.Message.Split('\n')[0], "correct reports.mail: host, port, tls, user and password");
        }
    }

    private static async Task<Finding> WebhookAsync(WebhookSettings webhook, CancellationToken cancellation)
    {
        var check = $"webhook {webhook.Name}";
        try
        {
            _ = webhook.Key.Read();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(webhook.Timeout);
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Head, webhook.Url);
            using var answer = await client.SendAsync(request, patience.Token).ConfigureAwait(false);
            return Finding.Ok(check, $"{webhook.Url.GetLeftPart(UriPartial.Path)} is reached");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or UnauthorizedAccessException)
        {
            return Finding.Fault(check, failure.Message, "correct reports.webhooks, or start the receiver");
        }
    }

    private static Finding Spool(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var probe = Path.Combine(directory, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Finding.Ok("abuse reports", $"{directory} can be written");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Fault("abuse reports", failure.Message, "let the guard's user write there, or correct reports.abuse.spool-directory");
        }
    }
}
