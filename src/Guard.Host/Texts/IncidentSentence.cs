using System.Globalization;
using Guard.Actors.Policies.Geography;
using Guard.Messages.Decisions;

namespace Guard.Host.Texts;

/// <summary>
/// What was seen of an account and what is usual for it, in one sentence: for whoever does not want to read bits. Only evidence is put into words; rules, quotas
/// and what people did say themselves what they are.
/// </summary>
public static class IncidentSentence
{
    /// <summary>More than these are a list again.</summary>
    private const int MaxParts = 3;

    private const double LeastBits = 1;

    /// <summary>The program runs without the system's cultures.</summary>
    private static readonly NumberFormatInfo WithComma = new() { NumberDecimalSeparator = "," };

    /// <returns>The sentence in English, or in German where the language is <c>de</c>; empty where no evidence led to it.</returns>
    public static string Of(IEnumerable<Reason> reasons, string language = "en")
    {
        var german = language.StartsWith("de", StringComparison.OrdinalIgnoreCase);
        var numbers = german ? WithComma : NumberFormatInfo.InvariantInfo;
        var parts = reasons
            .Where(reason => reason.Bits >= LeastBits)
            .OrderByDescending(reason => reason.Bits)
            .Select(reason => german ? German(reason, numbers) : English(reason, numbers))
            .Where(part => part.Seen.Length > 0)
            .Take(MaxParts)
            .ToList();
        if (parts.Count == 0)
            return "";
        var seen = Join(parts.Select(part => part.Seen), german);
        var usual = Join(parts.Select(part => part.Usual).Where(text => text.Length > 0), german);
        return usual.Length == 0 ? $"{Capital(seen)}."
            : german ? $"{Capital(seen)}; üblich: {usual}."
            : $"{Capital(seen)}; usual: {usual}.";
    }

    private static (string Seen, string Usual) English(Reason reason, NumberFormatInfo numbers)
    {
        var (value, usual, subject) = (Number(reason.Value, numbers), Number(reason.Usual, numbers), reason.Subject);
        var per = subject == "hour" ? "an hour" : $"a {subject}";
        return reason.Code switch
        {
            ReasonCodes.NewCountry => ($"used from {Countries.NameOf(subject)}", $"never from there in {usual} days of activity"),
            ReasonCodes.RareCountry => ($"used from {Countries.NameOf(subject)}", $"from there on {value} of {usual} days"),
            ReasonCodes.NewNetwork => ($"used from the new network {subject}", ""),
            ReasonCodes.SuspiciousPlace => ($"used from {Countries.NameOf(subject)}, which is on the suspicious list", ""),
            ReasonCodes.AnonymousNetwork => ("used through an anonymising network", "none"),
            ReasonCodes.Listed => ($"used from an address on the list {subject}", ""),
            ReasonCodes.ManyCountries => ($"in {value} strange countries within an hour", "one"),
            ReasonCodes.ManyNetworks => ($"in {value} strange networks within an hour", "one"),
            ReasonCodes.OwnerElsewhere => ($"{value} minutes apart at home and in {Countries.NameOf(subject)}", $"at least {usual} minutes for the way"),
            ReasonCodes.TravelSpeed => ($"{value} km/h from the last place", $"nobody travels faster than {usual} km/h"),
            ReasonCodes.SameTurn => ($"{value} accounts of the site took the same turn within an hour", ""),
            ReasonCodes.NewService => ($"by {subject}", "by other services"),
            ReasonCodes.UnusualHour => ($"at {value} h UTC", "not at this hour"),
            ReasonCodes.FailuresBefore => ($"after {Count(reason.Value, "failed login", "failed logins", numbers)} from the same network", ""),
            ReasonCodes.LoginRate => (Count(reason.Value, "login", "logins", numbers) + $" in {per}", $"{usual} in {per}"),
            ReasonCodes.MailRate => (Count(reason.Value, "mail", "mails", numbers) + $" in {per}", $"{usual} in {per}"),
            ReasonCodes.RecipientRate => ($"mail to {Count(reason.Value, "recipient", "recipients", numbers)} in {per}", $"{usual} in {per}"),
            ReasonCodes.LargeMail => ($"one mail to {value} recipients", $"{usual} at most"),
            ReasonCodes.FreshRecipients => ($"mail to {value} people it never wrote to before", $"{usual} such a day"),
            ReasonCodes.FailedRecipients => ($"{Share(reason.Value, numbers)} of the recipients do not exist", Share(reason.Usual, numbers)),
            ReasonCodes.SpamRefusals => ($"{Share(reason.Value, numbers)} of the recipients refuse it as spam", Share(reason.Usual, numbers)),
            ReasonCodes.NewSender => ("under a sender address it never used", ""),
            ReasonCodes.SendsUnread => (
                $"{Count(reason.Value, "mail", "mails", numbers)} sent where the mailbox was never opened",
                "the mailbox is opened first"
            ),
            ReasonCodes.SameTurnAtSites => ($"accounts of {value} sites took the same turn within an hour", $"{usual} a day"),
            ReasonCodes.SitesSendStrange => ("just like accounts of other sites in the same hour", ""),
            ReasonCodes.SiteSendsStrange => ("just like other accounts of its site in the same hour", ""),
            _ => ("", ""),
        };
    }

    private static (string Seen, string Usual) German(Reason reason, NumberFormatInfo numbers)
    {
        var (value, usual, subject) = (Number(reason.Value, numbers), Number(reason.Usual, numbers), reason.Subject);
        var per = subject switch
        {
            "minute" => "einer Minute",
            "hour" => "einer Stunde",
            "day" => "einem Tag",
            "week" => "einer Woche",
            _ => subject,
        };
        return reason.Code switch
        {
            ReasonCodes.NewCountry => ($"benutzt aus {CountryNames.GermanDative(subject)}", $"in {usual} aktiven Tagen nie von dort"),
            ReasonCodes.RareCountry => ($"benutzt aus {CountryNames.GermanDative(subject)}", $"von dort an {value} von {usual} Tagen"),
            ReasonCodes.NewNetwork => ($"benutzt aus dem neuen Netz {subject}", ""),
            ReasonCodes.SuspiciousPlace => ($"benutzt aus {CountryNames.GermanDative(subject)} von der Liste verdächtiger Länder", ""),
            ReasonCodes.AnonymousNetwork => ("benutzt über ein Anonymisierungsnetz", "keines"),
            ReasonCodes.Listed => ($"benutzt von einer Adresse auf der Liste {subject}", ""),
            ReasonCodes.ManyCountries => ($"in {value} fremden Ländern binnen einer Stunde", "eines"),
            ReasonCodes.ManyNetworks => ($"in {value} fremden Netzen binnen einer Stunde", "eines"),
            ReasonCodes.OwnerElsewhere => (
                $"im Abstand von {value} Minuten zu Hause und in {CountryNames.GermanDative(subject)}",
                $"für den Weg mindestens {usual} Minuten"
            ),
            ReasonCodes.TravelSpeed => ($"{value} km/h seit dem letzten Ort", $"niemand reist schneller als {usual} km/h"),
            ReasonCodes.SameTurn => ($"{value} Konten der Site mit derselben Wendung binnen einer Stunde", ""),
            ReasonCodes.NewService => ($"mit {subject}", "andere Dienste"),
            ReasonCodes.UnusualHour => ($"um {value} Uhr UTC", "nicht um diese Zeit"),
            ReasonCodes.FailuresBefore => (
                $"nach {Count(reason.Value, "fehlgeschlagener Anmeldung", "fehlgeschlagenen Anmeldungen", numbers)} aus demselben Netz",
                ""
            ),
            ReasonCodes.LoginRate => (Count(reason.Value, "Anmeldung", "Anmeldungen", numbers) + $" in {per}", $"{usual} in {per}"),
            ReasonCodes.MailRate => (Count(reason.Value, "Mail", "Mails", numbers) + $" in {per}", $"{usual} in {per}"),
            ReasonCodes.RecipientRate => ($"Mail an {value} Empfänger in {per}", $"{usual} in {per}"),
            ReasonCodes.LargeMail => ($"eine Mail an {value} Empfänger", $"höchstens {usual}"),
            ReasonCodes.FreshRecipients => ($"Mail an {value} Menschen, denen es nie zuvor schrieb", $"{usual} am Tag"),
            ReasonCodes.FailedRecipients => ($"{Share(reason.Value, numbers)} der Empfänger gibt es nicht", Share(reason.Usual, numbers)),
            ReasonCodes.SpamRefusals => ($"{Share(reason.Value, numbers)} der Empfänger lehnen es als Spam ab", Share(reason.Usual, numbers)),
            ReasonCodes.NewSender => ("unter einer nie benutzten Absenderadresse", ""),
            ReasonCodes.SendsUnread => (
                Count(reason.Value, "Mail", "Mails", numbers) + " von dort, wo das Postfach nie geöffnet wurde",
                "das Postfach wird zuerst geöffnet"
            ),
            ReasonCodes.SameTurnAtSites => ($"Konten von {value} Sites mit derselben Wendung binnen einer Stunde", $"{usual} am Tag"),
            ReasonCodes.SitesSendStrange => ("ebenso wie Konten anderer Sites in derselben Stunde", ""),
            ReasonCodes.SiteSendsStrange => ("ebenso wie andere Konten der Site in derselben Stunde", ""),
            _ => ("", ""),
        };
    }

    private static string Join(IEnumerable<string> parts, bool german)
    {
        var all = parts.Distinct().ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.Take(all.Count - 1))} {(german ? "und" : "and")} {all[^1]}";
    }

    private static string Number(double value, NumberFormatInfo numbers) => value.ToString(Math.Abs(value) >= 10 ? "0" : "0.#", numbers);

    private static string Count(double value, string one, string many, NumberFormatInfo numbers) =>
        Number(value, numbers) is var number && number == "1" ? $"1 {one}" : $"{number} {many}";

    private static string Share(double share, NumberFormatInfo numbers) => (share * 100).ToString("0.#", numbers) + " %";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
