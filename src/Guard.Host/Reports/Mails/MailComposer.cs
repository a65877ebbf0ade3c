using Guard.Host.Configuration;
using Guard.Host.Reports.Texts;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;
using MimeKit;
using MimeKit.Text;

namespace Guard.Host.Reports.Mails;

/// <summary>Makes the mail of a dispatch: text and HTML, in the thread of its incident, known by its id.</summary>
internal sealed class MailComposer(ReportMailSettings settings, ReportTemplates templates, ReportFacts facts)
{
    public async Task<MimeMessage> ComposeAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        var told = await facts.OfAsync(dispatch, cancel).ConfigureAwait(false);
        var (language, kind) = (dispatch.Target.Language, dispatch.Digest ? "digest" : "incident");
        var subject = (await templates.RenderAsync(language, kind + ".subject", told).ConfigureAwait(false)).Trim();
        var text = new TextPart(TextFormat.Plain) { Text = await templates.RenderAsync(language, kind + ".text", told).ConfigureAwait(false) };
        var html = new TextPart(TextFormat.Html) { Text = await templates.RenderAsync(language, kind + ".html", told).ConfigureAwait(false) };
        var message = Envelope(settings, dispatch.Id, dispatch.At, dispatch.Target.Recipient);
        // One subject for the whole thread; a line break in an account's name makes no header.
        message.Subject = IncidentText.Safe(dispatch.Before.Length > 0 ? "Re: " + subject : subject);
        if (dispatch.Before.Length > 0)
        {
            message.InReplyTo = IdOf(dispatch.Before, settings.From);
            message.References.Add(IdOf(dispatch.Root, settings.From));
            if (dispatch.Before != dispatch.Root)
                message.References.Add(IdOf(dispatch.Before, settings.From));
        }
        message.Body = new MultipartAlternative { text, html };
        return message;
    }

    /// <summary>What every mail of the guard has: sender, recipient, time, a lasting id, and that no program need answer (RFC 3834).</summary>
    public static MimeMessage Envelope(ReportMailSettings settings, string id, DateTimeOffset at, string recipient)
    {
        var message = new MimeMessage { MessageId = IdOf(id, settings.From), Date = at };
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.Add(
            MailboxAddress.TryParse(recipient, out var to) && to.Address.Contains('@')
                ? to
                : throw new ReportRefusedException($"'{IncidentText.Safe(recipient)}' is no mail address")
        );
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-AccountGuard-Report", id);
        return message;
    }

    public static string IdOf(string dispatch, string from) => $"{dispatch}@{MailboxAddress.Parse(from).Domain}";
}
