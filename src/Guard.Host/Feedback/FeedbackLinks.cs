using Guard.Host.Configuration;
using Guard.Messages.Enforcement;

namespace Guard.Host.Feedback;

/// <summary>Makes and reads the links of reports.</summary>
public sealed class FeedbackLinks(LinkSettings settings, byte[] key)
{
    public const string Path = "feedback/";

    /// <summary>
    /// The link with which a reader answers a report; null where none is to be. Who stole a password reads the account's own mailbox: there stands only the one
    /// that locks.
    /// </summary>
    public Uri? For(Effect effect, bool wasOwner, ReportAudience audience)
    {
        var allowed = wasOwner
            ? settings.ThatWasMe && audience is (ReportAudience.Admin or ReportAudience.Owner or ReportAudience.User)
            : settings.ThatWasNotMe && audience is (ReportAudience.Admin or ReportAudience.Owner or ReportAudience.User or ReportAudience.Mailbox);
        // Valid from when it is sent: a report that waited long is read late.
        return allowed && settings.Base is not null
            ? new Uri(
                settings.Base,
                Path + FeedbackToken.Write(key, new FeedbackClaim(effect.User, effect.Id, wasOwner, DateTimeOffset.UtcNow + settings.ValidFor))
            )
            : null;
    }

    /// <summary>Null when the link is not to be followed, for whatever reason.</summary>
    public FeedbackClaim? Read(string token, DateTimeOffset now) =>
        settings.Base is not null && FeedbackToken.Read(key, token, now) is { } claim && (claim.WasOwner ? settings.ThatWasMe : settings.ThatWasNotMe)
            ? claim
            : null;
}
