using System.Globalization;
using Guard.Actors.Clustering;
using Guard.Actors.Policies.Geography;
using Guard.Host.Feedback;
using Guard.Host.Replay;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Users;

namespace Guard.Host.Reports.Texts;

/// <summary>Asks an account what is usual for it; null when it does not answer in time.</summary>
public delegate Task<UserStatus?> AskStatus(UserId user, CancellationToken cancel);

/// <summary>What the templates may say of a report: what happened, what is usual, what was done, until when, and how to take it back.</summary>
internal sealed class ReportFacts(IPolicySource policies, AskStatus ask, FeedbackLinks? links, string contact)
{
    public async Task<Dictionary<string, object?>> OfAsync(ReportDispatch dispatch, CancellationToken cancel)
    {
        var words = ReportWords.Of(dispatch.Target.Language);
        var incidents = new List<Dictionary<string, object?>>();
        foreach (var user in dispatch.Items.GroupBy(item => item.Effect.User))
        {
            var status = dispatch.Digest ? null : await ask(user.Key, cancel).ConfigureAwait(false);
            foreach (var item in user.OrderBy(item => item.Effect.Id))
                incidents.Add(Of(item.Effect, dispatch, words, status));
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
            ["accounts"] = dispatch.Items.Select(item => item.Effect.User).Distinct().Count(),
            ["incidents"] = incidents,
            ["last"] = last,
        };
    }

    private Dictionary<string, object?> Of(Effect effect, ReportDispatch dispatch, ReportWords words, UserStatus? status)
    {
        var book = policies.Current;
        var site = book.SiteOf(effect.User);
        var policy = book.For(site).For(effect.User);
        var audience = dispatch.Target.Audience;
        var signed = policy.Reports.Links ? links : null;
        return new Dictionary<string, object?>
        {
            ["user"] = IncidentText.Safe(effect.User.Value),
            ["site"] = site.Value,
            ["at"] = IncidentText.Time(effect.At),
            ["until"] = effect.Until is { } until ? IncidentText.Time(until) : "",
            ["from"] = words.Rung(effect.From),
            ["to"] = words.Rung(effect.To),
            ["rung"] = IncidentText.Name(effect.To),
            ["alarm"] = effect.From == effect.To,
            ["score"] = effect.Score.ToString("0.#", CultureInfo.InvariantCulture),
            ["address"] = effect.Address.ToString(),
            ["country"] = effect.Country.Length == 0 ? "" : Countries.NameOf(effect.Country),
            ["reasons"] = effect.Reasons.Select(reason => IncidentText.Safe(words.Reason(reason))).ToArray(),
            ["usual"] = status is null ? [] : words.Usual(status).Select(IncidentText.Safe).ToArray(),
            ["done"] = words.Done(effect, policy).ToArray(),
            ["undo"] = audience == ReportAudience.Admin
                ? words.Undo(effect.User).Select(undo => new Dictionary<string, object?> { ["what"] = undo.What, ["line"] = IncidentText.Safe(undo.Line) }).ToArray()
                : [],
            ["was_me"] = signed?.For(effect, true, audience)?.ToString() ?? "",
            ["was_not_me"] = signed?.For(effect, false, audience)?.ToString() ?? "",
        };
    }
}
