using System.Globalization;
using Guard.Actors.Reactions;
using Guard.Host.Configuration;
using Guard.Host.Reports.Mails;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;
using MimeKit;
using MimeKit.Text;
using MimeKit.Utils;

namespace Guard.Host.Reports.Abuse;

/// <summary>
/// An X-ARF 0.2 report, schema <c>abuse/login-attack</c>: a mail of three parts, for people, for programs (YAML), and the evidence. The account's name is no
/// business of the address's owner and stays out of it.
/// </summary>
internal static class AbuseReport
{
    public const string Schema = "http://www.x-arf.org/schema/abuse_login-attack_0.1.2.json";

    public static MimeMessage Of(ReportDispatch dispatch, AbuseSettings abuse, ReportMailSettings mail)
    {
        var effect = dispatch.Items[0].Effect;
        var message = MailComposer.Envelope(mail, dispatch.Id, dispatch.At, abuse.MailTo.Length > 0 ? abuse.MailTo : mail.From);
        message.Subject = $"abuse report about {effect.Address} - {effect.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";
        message.Headers.Add("X-XARF", "PLAIN");
        message.Body = new Multipart("mixed")
        {
            Plain(null, Letter(effect)),
            Plain("report.txt", Machine(dispatch, abuse, mail.From)),
            Plain("evidence.txt", Evidence(effect)),
        };
        return message;
    }

    private static TextPart Plain(string? file, string text) =>
        new(TextFormat.Plain)
        {
            Text = text,
            ContentDisposition = file is null ? null : new ContentDisposition(ContentDisposition.Attachment) { FileName = file },
        };

    private static string Letter(Effect effect) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Dear abuse team,

            from the address {effect.Address} a mail account was used with a stolen password at {IncidentText.Time(effect.At)} UTC.
            Please see to the machine behind it; it is likely to be under the control of others.

            The second part of this mail is an X-ARF 0.2 report for programs, the third is the evidence.

            """
        );

    private static string Machine(ReportDispatch dispatch, AbuseSettings abuse, string from)
    {
        var effect = dispatch.Items[0].Effect;
        // Quoted as YAML demands it; no value holds a quote or a line break.
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            ---
            Reported-From: {MailboxAddress.Parse(from).Address}
            Category: abuse
            Report-Type: login-attack
            Service: {abuse.Service}
            Port: {abuse.Port}
            Version: 0.2
            User-Agent: AccountGuard
            Date: "{DateUtils.FormatDate(effect.At)}"
            Source-Type: {(effect.Address.IsIPv6 ? "ipv6" : "ipv4")}
            Source: "{effect.Address}"
            Report-ID: "{MailComposer.IdOf(dispatch.Id, from)}"
            Schema-URL: {Schema}
            Attachment: text/plain
            Occurrences: 1
            TLP: green

            """
        );
    }

    private static string Evidence(Effect effect) =>
        string.Concat(
            effect.Reasons.Select(reason =>
                $"{effect.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {effect.Address} {reason.Code}: {IncidentText.Safe(ReasonText.Of(reason))}\n"
            )
        );
}
