using System.Globalization;
using Guard.Actors.Users;
using Guard.Host.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Identity;
using Guard.Messages.Policies;

namespace Guard.Host.Reports.Texts;

internal sealed class German : ReportWords
{
    public static readonly German Words = new();

    public override CultureInfo Culture { get; } = WithComma();

    protected override string Alarm => "Ein Kontingent mit Alarm wurde überschritten; was darüber hinausgeht, wird im Modus enforce abgelehnt.";

    protected override string Unheld => "Es ist entschieden und greift hier nicht; was fehlt, steht oben.";

    protected override string SendHeld => "Seine angehaltenen Mails senden";

    protected override string DeleteHeld => "Seine angehaltenen Mails endgültig löschen";

    protected override string Held(int mails) =>
        mails == 1
            ? "1 Mail von ihm ist in der Warteschlange angehalten und bleibt dort, bis Sie sie senden oder löschen."
            : $"{mails} Mails von ihm sind in der Warteschlange angehalten und bleiben dort, bis Sie sie senden oder löschen.";

    protected override string NothingLimited => "Es gibt keine Einschränkung mehr.";

    protected override string OnlyReported => "Nichts wurde eingeschränkt: dies ist nur eine Meldung.";

    protected override string UndoAbsolve => "Es war der Inhaber; als üblich merken";

    protected override string UndoRelease => "Maßnahme beenden, nichts merken";

    protected override string UndoConfirm => "Es war ein Angriff; Konto sperren";

    public override string AllSites => "alle Sites";

    protected override string UndoSite => "Maßnahme für die Site beenden; die ihrer Konten gehen weiter";

    public override string Rung(Rung rung) =>
        rung switch
        {
            Messages.Policies.Rung.Normal => "normal",
            Messages.Policies.Rung.Reported => "gemeldet",
            Messages.Policies.Rung.Restricted => "eingeschränkt",
            Messages.Policies.Rung.Suspended => "gesperrt",
            _ => "gesperrt und blockiert",
        };

    public override string By(Author by) => $"von {by}";

    public override string Reason(Reason reason) =>
        reason.Code switch
        {
            ReasonCodes.NewCountry => $"benutzt aus {CountryNames.Of(reason.Subject, "de")}, nie zuvor in {Number(reason.Usual)} aktiven Tagen",
            ReasonCodes.RareCountry =>
                $"benutzt aus {CountryNames.Of(reason.Subject, "de")}, bisher an {Number(reason.Value)} von {Number(reason.Usual)} Tagen",
            ReasonCodes.NewNetwork => $"das Netz {reason.Subject} wurde in {Number(reason.Usual)} aktiven Tagen nie benutzt",
            ReasonCodes.SuspiciousPlace => $"{CountryNames.Of(reason.Subject, "de")} steht auf der Liste verdächtiger Länder",
            ReasonCodes.AnonymousNetwork => $"ein Anonymisierungsnetz ({reason.Subject})",
            ReasonCodes.ManyCountries => $"{Number(reason.Value)} fremde Länder in einer Stunde; üblich: {Number(reason.Usual)}",
            ReasonCodes.ManyNetworks => $"{Number(reason.Value)} fremde Netze in einer Stunde; üblich: {Number(reason.Usual)}",
            ReasonCodes.TravelSpeed => $"{Number(reason.Value)} km/h seit dem letzten Ort; niemand reist schneller als {Number(reason.Usual)}",
            ReasonCodes.OwnerElsewhere =>
                $"binnen {Number(reason.Value)} Minuten aus {CountryNames.Of(reason.Subject, "de")} und vom eigenen Anschluss benutzt; der Weg dauert mindestens {Number(reason.Usual)}",
            ReasonCodes.SendsUnread =>
                $"{Number(reason.Value)} Mails aus Netzen, in denen das Postfach nie geöffnet wurde; so war es bisher an {Number(reason.Usual)} Tagen",
            ReasonCodes.NewService => $"{reason.Subject} wurde in {Number(reason.Usual)} aktiven Tagen nie benutzt",
            ReasonCodes.UnusualHour => $"aktiv um {Number(reason.Value)} Uhr UTC, das ist unüblich",
            ReasonCodes.FailuresBefore => $"{Number(reason.Value)} fehlgeschlagene Anmeldungen aus demselben Netz kurz zuvor",
            ReasonCodes.LoginRate => $"{Number(reason.Value)} Anmeldungen je {Per(reason.Subject)}; üblich: {Number(reason.Usual)}",
            ReasonCodes.MailRate => $"{Number(reason.Value)} Mails je {Per(reason.Subject)}; üblich: {Number(reason.Usual)}",
            ReasonCodes.RecipientRate => $"{Number(reason.Value)} Empfänger je {Per(reason.Subject)}; üblich: {Number(reason.Usual)}",
            ReasonCodes.FailedRecipients =>
                $"{reason.Value.ToString("P1", Culture)} der Empfänger gibt es nicht; üblich: {reason.Usual.ToString("P1", Culture)}",
            ReasonCodes.Listed => $"die Adresse steht auf der Liste {reason.Subject}",
            ReasonCodes.LargeMail => $"eine Mail an {Number(reason.Value)} Empfänger; die größte bisher ging an {Number(reason.Usual)}",
            ReasonCodes.FreshRecipients =>
                $"heute {Number(reason.Value)} Empfänger, denen das Konto nie zuvor schrieb; bisher höchstens {Number(reason.Usual)} an einem Tag",
            ReasonCodes.NewSender => "unter einer Absenderadresse gesendet, die das Konto nie zuvor benutzte",
            ReasonCodes.SpamRefusals =>
                $"{reason.Value.ToString("P1", Culture)} der Empfänger werden von ihren Servern als Spam abgelehnt; üblich: {reason.Usual.ToString("P1", Culture)}",
            ReasonCodes.QuotaExceeded => $"{Number(reason.Value)} würde das Kontingent überschreiten: {reason.Subject}",
            ReasonCodes.SiteQuotaExceeded => $"das Kontingent der Site ist aufgebraucht: {reason.Subject}",
            ReasonCodes.ForbiddenPlace => $"{reason.Subject}: dieser Dienst ist von dort nicht erlaubt",
            ReasonCodes.AccountLocked => "das Konto ist gesperrt",
            ReasonCodes.SiteReaction => "die ganze Site ist gesperrt",
            ReasonCodes.SameTurn =>
                $"{Number(reason.Value)} Konten der Site haben binnen einer Stunde aus Ländern gesendet, in denen sie nie waren, ohne ihre Postfächer zu öffnen",
            ReasonCodes.SiteSendsStrange =>
                "dasselbe wie bei anderen Konten der Site: eine erste Mail aus einem nie gesehenen Land, ohne dass das Postfach geöffnet wurde",
            ReasonCodes.SameTurnAtSites =>
                $"Konten von {Number(reason.Value)} Sites haben binnen einer Stunde aus Ländern gesendet, in denen sie nie waren, ohne ihre Postfächer zu öffnen; üblich: {Number(reason.Usual)} am Tag",
            ReasonCodes.SitesSendStrange =>
                "dasselbe wie bei Konten anderer Sites: eine erste Mail aus einem nie gesehenen Land, ohne dass das Postfach geöffnet wurde",
            ReasonCodes.AccountsAtOnce => $"{Number(reason.Value)} Konten der Site wurden in einer Stunde eingeschränkt oder gesperrt",
            ReasonCodes.BruteForce => $"{Number(reason.Value)} fehlgeschlagene Anmeldungen von {reason.Subject}; geduldet: {Number(reason.Usual)}",
            ReasonCodes.Besieged =>
                $"Anmeldungen schlugen an einem Tag aus {Number(reason.Value)} Netzen fehl, jetzt von {reason.Subject}, wo der Inhaber nie war",
            ReasonCodes.GuessedAccounts =>
                $"Anmeldungen an {Number(reason.Value)} verschiedenen Namen von {reason.Subject} schlugen fehl; geduldet: {Number(reason.Usual)}",
            ReasonCodes.NetworkGuessing =>
                $"{Number(reason.Value)} fehlgeschlagene Anmeldungen von Adressen aus {reason.Subject}; geduldet: {Number(reason.Usual)}",
            ReasonCodes.StrangersGuessing =>
                $"Anmeldungen an {Number(reason.Value)} verschiedenen Namen von {reason.Subject} schlugen fehl, von wo sich niemand anmeldet; geduldet: {Number(reason.Usual)}",
            ReasonCodes.StrangersBlocked => $"{Number(reason.Value)} Teile von {reason.Subject} haben geraten, und niemand meldet sich von dort an",
            ReasonCodes.Learning => "das Konto ist noch nicht lange genug bekannt",
            ReasonCodes.TimeIsUp => "die Zeit ist abgelaufen",
            ReasonCodes.Released => "von einem Administrator freigegeben",
            ReasonCodes.Absolved => "entlastet: es war der Inhaber",
            ReasonCodes.Confirmed => "als Angriff bestätigt",
            ReasonCodes.Forgotten => "das Konto wurde vergessen",
            ReasonCodes.LockNotHeld => $"die Sperre hält nicht: {Used(reason.Subject)}, {Number(reason.Value)} Minuten nach der Sperre",
            ReasonCodes.BlockNotHeld => $"die Adresse ist gesperrt und kommt dennoch durch: {reason.Subject}, {Number(reason.Value)} Minuten nach der Sperre",
            ReasonCodes.LockNowhere =>
                $"hier gesperrt, {Goes(reason.Subject)} weiter: kein Server fragt dafür den Wächter, und nichts in enforcement.locks führt es aus",
            ReasonCodes.LockFailing => $"das Sperren misslingt: {reason.Subject}",
            ReasonCodes.DenyFileUnread => $"Dovecot liest die Sperrdatei {reason.Subject} nicht",
            ReasonCodes.AccessMapUnread => $"Postfix liest die Tabelle {reason.Subject} nicht",
            ReasonCodes.QueueNotHeld => "was schon in der Warteschlange stand, geht noch hinaus: enforcement.locks.hold-queue ist aus",
            ReasonCodes.FirewallOff => "es wird keine Firewall gesteuert: enforcement.firewall.backend ist aus",
            ReasonCodes.FirewallFailing => $"die Firewall lässt sich nicht setzen: {reason.Subject}",
            ReasonCodes.ComesOtherwise =>
                "die Firewall hier sperrt sie: sie kommt über einen Proxy oder eine andere Maschine; dort sperren, und ihn in intake.own-proxies nennen",
            ReasonCodes.LockedByAdmin => "von einem Administrator gesperrt",
            _ => reason.Code,
        };

    protected override string Restricted(bool done, string share) => $"Seine Kontingente {(done ? "sind" : "wären")} auf {share} begrenzt{Would(done)}.";

    protected override string Refused(bool done) =>
        $"Mailserver, die nachfragen, {(done ? "werden" : "würden")} angewiesen, Anmeldungen und Mails abzulehnen{Would(done)}.";

    protected override string Locked(bool done) => $"Das Konto {(done ? "ist" : "wäre")} gesperrt{Would(done)}.";

    protected override string Unlocked(bool done) => $"Das Konto {(done ? "ist" : "wäre")} nicht mehr gesperrt{Would(done)}.";

    protected override string SiteRestricted(bool done, string share) =>
        $"Die Kontingente aller ihrer Konten {(done ? "sind" : "wären")} auf {share} begrenzt{Would(done)}.";

    protected override string SiteRefused(bool done) =>
        $"Mailserver, die nachfragen, {(done ? "werden" : "würden")} angewiesen, Anmeldungen und Mails aller ihrer Konten abzulehnen{Would(done)}.";

    protected override string Used(string quota, long used, long limit) => $"{quota}: {used} von {limit} verbraucht oder ausgegeben";

    protected override string Reacted(string users) => $"Konten, die kürzlich auffielen: {users}";

    protected override string Blocked(bool done) => $"Seine fremden Adressen {(done ? "sind" : "wären")} in der Firewall blockiert{Would(done)}.";

    protected override string Kind(string kind) =>
        kind switch
        {
            "country" => "Länder",
            "network" => "Netze",
            "service" => "Dienste",
            _ => kind,
        };

    protected override string Days(string name, double days) => $"{name} ({Number(days)} Tage)";

    protected override string Rate(string measure, string per, string usual) =>
        $"{measure switch { "logins" => "Anmeldungen", "mails" => "Mails", "recipients" => "Empfänger", _ => measure }} je aktive{(per == "day" ? "n Tag" : " Stunde")}: {usual}";

    private static string Per(string scale) =>
        scale switch
        {
            "minute" => "Minute",
            "hour" => "Stunde",
            "day" => "Tag",
            "week" => "Woche",
            _ => scale,
        };

    private static string Used(string subject) =>
        subject.StartsWith("a login to ", StringComparison.Ordinal) ? $"eine Anmeldung bei {subject["a login to ".Length..]}"
        : subject == LockHold.Delivered ? "eine zugestellte Mail"
        : "eine gesendete Mail";

    private static string Goes(string subject) =>
        subject == LockHold.Sending ? "das Senden geht" : $"die Anmeldung bei {subject.Replace(LockHold.LoggingInTo, "", StringComparison.Ordinal)} geht";

    private static string Would(bool done) => done ? "" : " (mode = observe)";

    /// <summary>Numbers as Germans write them, also where the system has no data of cultures.</summary>
    private static CultureInfo WithComma()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.PercentDecimalSeparator = ",";
        return CultureInfo.ReadOnly(culture);
    }
}
