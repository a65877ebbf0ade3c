using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Host.Reports.Mails;
using Guard.Messages.Enforcement;

namespace Guard.Host.Reports.Abuse;

/// <summary>Abuse reports: a file for each in a directory that another program empties, or a mail, or both.</summary>
internal sealed class AbuseChannel(AbuseSettings abuse, ReportMailSettings mail, MailSender? sender) : IReportChannel
{
    public async Task SendAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        using var message = AbuseReport.Of(dispatch, abuse, mail);
        if (abuse.Spool.Length > 0)
        {
            Directory.CreateDirectory(abuse.Spool);
            using var bytes = new MemoryStream();
            await message.WriteToAsync(bytes, cancel).ConfigureAwait(false);
            // Named by its id, so that a second time writes the same file.
            var file = Path.Combine(abuse.Spool, dispatch.Id + ".eml");
            await File.WriteAllBytesAsync(file + ".part", bytes.ToArray(), cancel).ConfigureAwait(false);
            FileOwner.ShareAsDirectory(file + ".part", abuse.Spool);
            File.Move(file + ".part", file, overwrite: true);
        }
        if (abuse.MailTo.Length > 0 && sender is not null)
            await sender.SendAsync(message, cancel).ConfigureAwait(false);
    }
}
