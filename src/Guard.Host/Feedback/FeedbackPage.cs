using System.Net;

namespace Guard.Host.Feedback;

/// <summary>The pages behind the links of reports, in the reader's language. Whole in themselves: no script, nothing from elsewhere.</summary>
internal sealed record FeedbackPage(
    string Language,
    string WasMe,
    string WasNotMe,
    string DidMe,
    string DidNotMe,
    string Button,
    string UsedText,
    string UnknownText,
    string TooManyText,
    string LaterText
)
{
    private static readonly FeedbackPage English = new(
        "en",
        "It was the owner who used the account {0}: end its restrictions, and take what was seen for usual.",
        "It was not the owner who used the account {0}: lock it for now.",
        "Thank you. The restrictions of {0} end, and what was seen is usual from now on.",
        "Thank you. {0} is being locked. Change its password before it is used again.",
        "Yes, do it",
        "This report, or a later one of the same account, was answered before. Nothing was changed.",
        "This link is not valid, or not any more.",
        "Too many requests. Try again in a minute.",
        "The guard did not answer in time. Try again."
    );

    private static readonly FeedbackPage German = new(
        "de",
        "Es war der Inhaber, der das Konto {0} benutzt hat: Einschränkungen beenden und das Gesehene als üblich merken.",
        "Es war nicht der Inhaber, der das Konto {0} benutzt hat: vorerst sperren.",
        "Danke. Die Einschränkungen von {0} enden, und das Gesehene gilt von nun an als üblich.",
        "Danke. {0} wird gesperrt. Ändern Sie das Passwort, bevor es wieder benutzt wird.",
        "Ja, so ist es",
        "Diese Meldung oder eine spätere zum selben Konto wurde schon beantwortet. Nichts wurde geändert.",
        "Dieser Link gilt nicht, oder nicht mehr.",
        "Zu viele Anfragen. Versuchen Sie es in einer Minute wieder.",
        "AccountGuard hat nicht rechtzeitig geantwortet. Versuchen Sie es noch einmal."
    );

    public static FeedbackPage For(string acceptLanguage) => acceptLanguage.StartsWith("de", StringComparison.OrdinalIgnoreCase) ? German : English;

    public string Used => Whole(Paragraph(UsedText));

    public string Unknown => Whole(Paragraph(UnknownText));

    public string TooMany => Whole(Paragraph(TooManyText));

    public string Later => Whole(Paragraph(LaterText));

    /// <summary>The form goes to the page's own address.</summary>
    public string Ask(FeedbackClaim claim) =>
        Whole(
            $"{Paragraph(Say(claim.WasOwner ? WasMe : WasNotMe, claim))}<form method=\"post\"><button type=\"submit\">{WebUtility.HtmlEncode(Button)}</button></form>"
        );

    public string Done(FeedbackClaim claim) => Whole(Paragraph(Say(claim.WasOwner ? DidMe : DidNotMe, claim)));

    private static string Say(string text, FeedbackClaim claim) => text.Replace("{0}", claim.User.Value, StringComparison.Ordinal);

    private static string Paragraph(string text) => $"<p>{WebUtility.HtmlEncode(text)}</p>";

    private string Whole(string body) =>
        $"""
            <!doctype html>
            <html lang="{Language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>AccountGuard</title>
            <style>body {"{"} font-family: sans-serif; max-width: 36em; margin: 3em auto; padding: 0 1em; color: #222; background: #fff {"}"} button {"{"} font-size: 1em; padding: .6em 1.2em {"}"}</style></head>
            <body><h1>AccountGuard</h1>{body}</body></html>

            """;
}
