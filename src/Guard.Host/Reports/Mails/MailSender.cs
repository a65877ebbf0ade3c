using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Guard.Host.Configuration;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Guard.Host.Reports.Mails;

/// <summary>Hands mails to the configured server.</summary>
internal sealed class MailSender(ReportMailSettings settings)
{
    /// <exception cref="ReportRefusedException">The server refuses this mail for good.</exception>
    /// <exception cref="ReportDeferredException">The server refuses it for now.</exception>
    public async Task SendAsync(MimeMessage message, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(settings.Timeout);
        using var client = new SmtpClient { Timeout = (int)settings.Timeout.TotalMilliseconds };
        await ConnectAsync(client, patience.Token).ConfigureAwait(false);
        try
        {
            await client.SendAsync(message, patience.Token).ConfigureAwait(false);
        }
        catch (SmtpCommandException answer)
            when (answer.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.SenderNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            var said = $"{(int)answer.StatusCode} {answer.Message}";
            throw (int)answer.StatusCode >= 500 ? new ReportRefusedException(said) : new ReportDeferredException(said);
        }
        // It was taken: how the conversation ends is of no account.
        try
        {
            await client.DisconnectAsync(true, patience.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is IOException or SmtpProtocolException or SmtpCommandException or OperationCanceledException) { }
    }

    /// <summary>Connects and logs in, and says what the server can.</summary>
    public async Task<string> ProbeAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(settings.Timeout);
        using var client = new SmtpClient();
        await ConnectAsync(client, patience.Token).ConfigureAwait(false);
        var secured = client.IsSecure ? $"secured by {client.SslProtocol}" : "not secured";
        await client.DisconnectAsync(true, patience.Token).ConfigureAwait(false);
        return secured;
    }

    private async Task ConnectAsync(SmtpClient client, CancellationToken cancel)
    {
        if (!settings.VerifyCertificate)
        {
            client.CheckCertificateRevocation = false;
            client.ServerCertificateValidationCallback = AnyCertificate;
        }
        var security = settings.Tls switch
        {
            MailTls.None => SecureSocketOptions.None,
            MailTls.Required => SecureSocketOptions.StartTls,
            MailTls.Implicit => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.StartTlsWhenAvailable,
        };
        await client.ConnectAsync(settings.Host, settings.Port, security, cancel).ConfigureAwait(false);
        if (settings.User.Length > 0)
            await client.AuthenticateAsync(settings.User, settings.Password.Read(), cancel).ConfigureAwait(false);
    }

    /// <summary>The admin switched the check off, for a server of their own with a certificate of its own.</summary>
    private static bool AnyCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
