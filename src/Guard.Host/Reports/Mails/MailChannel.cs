using Guard.Messages.Enforcement;

namespace Guard.Host.Reports.Mails;

/// <summary>Reports by mail.</summary>
internal sealed class MailChannel(MailComposer composer, MailSender sender) : IReportChannel
{
    public async Task SendAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        using var message = await composer.ComposeAsync(dispatch, cancel).ConfigureAwait(false);
        await sender.SendAsync(message, cancel).ConfigureAwait(false);
    }
}
