using Guard.Messages.Enforcement;
using MimeKit;

namespace Guard.Host.Reports.Mails;

/// <summary>Reports by mail.</summary>
internal sealed class MailChannel(MailComposer composer, MailSender sender) : IReportChannel
{
    public async Task SendAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        using var message = await ComposeAsync(dispatch, cancel).ConfigureAwait(false);
        await sender.SendAsync(message, cancel).ConfigureAwait(false);
    }

    /// <summary>A report that no mail can be made of must not hold the others back.</summary>
    private async Task<MimeMessage> ComposeAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        try
        {
            return await composer.ComposeAsync(dispatch, cancel).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new ReportDeferredException($"no mail can be made of it: {fault.Message}");
        }
    }
}
