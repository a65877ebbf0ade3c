using System.Globalization;
using Guard.Actors.Enforcement.Reporting;
using Guard.Actors.Entities;
using Guard.Host.Feedback;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Sites;
using Guard.Messages.Users;

namespace Guard.Host.Reports.Texts;

/// <summary>Asks an account what is usual for it; null when it does not answer in time.</summary>
public delegate Task<UserStatus?> AskStatus(UserId user, CancellationToken cancel);

/// <summary>Adds to an account's status what its entity does not know.</summary>
public delegate Task<UserStatus> CompleteStatus(UserStatus status, CancellationToken cancel);

/// <summary>Asks a site what it has used; null when it cannot be asked in time.</summary>
public delegate Task<SiteStatus?> AskSite(SiteId site, CancellationToken cancel);

/// <summary>What the templates may say of a report: what happened, what is usual, what was done, until when, and how to take it back.</summary>
internal sealed class ReportFacts(IPolicySource policies, AskStatus ask, FeedbackLinks? links, string contact, AskSite? askSite = null)
{
    public async Task<Dictionary<string, object?>> OfAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        var words = ReportWords.Of(dispatch.Target.Language);
        var incidents = new List<Dictionary<string, object?>>();
        foreach (var user in dispatch.Items.GroupBy(item => item.Effect.User))
        {
            var effect = user.First().Effect;
            var status = dispatch.Digest || effect.Site is not null ? null : await ask(effect.User, cancel).ConfigureAwait(false);
            var usual = dispatch.Digest ? [] : await UsualAsync(effect, status, words, cancel).ConfigureAwait(false);
            foreach (var item in user.OrderBy(item => item.Effect.Id))
                incidents.Add(Of(item.Effect, dispatch, words, status, usual));
        }
        var last = incidents[^1];
        return new Dictionary<string, object?>
        {
            ["user"] = last["user"],
            ["site"] = last["site"],
            ["audience"] = dispatch.Target.Audience.ToString().ToLowerInvariant(),
            ["contact"] = contact,
            ["host"] = Environment.MachineName,
            ["count"] = incidents.Count,
            ["accounts"] = dispatch.Items.Where(item => item.Effect.Site is null).Select(item => item.Effect.User).Distinct().Count(),
            ["sites"] = dispatch.Items.Where(item => item.Effect.Site is not null).Select(item => item.Effect.Site).Distinct().Count(),
            ["incidents"] = incidents,
            ["last"] = last,
        };
    }

    private async Task<string[]> UsualAsync(Effect effect, UserStatus? status, ReportWords words, CancellationToken cancel)
    {
        if (effect.Site is { } site)
            return askSite is not null && await askSite(site, cancel).ConfigureAwait(false) is { } stands
                ? [.. words.Usual(stands).Select(IncidentText.Safe)]
                : [];
        return status is null ? [] : [.. words.Usual(status).Select(IncidentText.Safe)];
    }

    private Dictionary<string, object?> Of(Effect effect, ReportDispatch dispatch, ReportWords words, UserStatus? status, string[] usual)
    {
        var site = ReportTargets.SiteOf(effect, policies.Current);
        var policy = ReportTargets.PolicyOf(effect, policies.Current);
        var audience = dispatch.Target.Audience;
        // Who runs the server is no business of whoever may have stolen the account, nor what they thought of it.
        var by = audience is ReportAudience.Admin or ReportAudience.Owner or ReportAudience.Machine ? effect.By : null;
        // A site has no owner who could have been it, and of a reaction that somebody ended it is said already.
        var signed = policy.Reports.Links && effect.Site is null && (!effect.IsEnd || ReportWords.IsTimeUp(effect)) ? links : null;
        return new Dictionary<string, object?>
        {
            ["user"] = effect.Site == SiteId.Host ? words.AllSites : IncidentText.Safe(effect.Site?.Value ?? effect.User.Value),
            ["kind"] =
                effect.Site is null ? "account"
                : effect.Site == SiteId.Host ? "host"
                : "site",
            ["site"] = site.Value,
            ["at"] = IncidentText.Time(effect.At),
            ["until"] = effect.Until is { } until ? IncidentText.Time(until) : "",
            ["from"] = words.Rung(effect.From),
            ["to"] = words.Rung(effect.To),
            ["rung"] = IncidentText.Name(effect.To),
            ["end"] = effect.IsEnd,
            ["alarm"] = effect.From == effect.To,
            ["score"] = effect.Score.ToString("0.#", CultureInfo.InvariantCulture),
            ["address"] = effect.Address.ToString(),
            ["country"] = effect.Country.Length == 0 ? "" : CountryNames.Of(effect.Country, dispatch.Target.Language),
            ["sentence"] = IncidentText.Safe(IncidentSentence.Of(effect.Reasons, dispatch.Target.Language)),
            ["reasons"] = effect.Reasons.Select(words.Reason).Concat(by is null ? [] : [words.By(by)]).Select(IncidentText.Safe).ToArray(),
            ["by"] = IncidentText.Safe(by?.Name ?? ""),
            ["why"] = IncidentText.Safe(by?.Reason ?? ""),
            ["usual"] = usual,
            ["done"] = words.Done(effect, policy).Concat(words.Standing(effect, status, audience)).Select(IncidentText.Safe).ToArray(),
            ["undo"] =
                audience == ReportAudience.Admin
                    ? words
                        .Undo(effect, status)
                        .Select(undo => new Dictionary<string, object?> { ["what"] = undo.What, ["line"] = IncidentText.Safe(undo.Line) })
                        .ToArray()
                    : [],
            ["was_me"] = signed?.For(effect, true, audience)?.ToString() ?? "",
            ["was_not_me"] = signed?.For(effect, false, audience)?.ToString() ?? "",
        };
    }
}
