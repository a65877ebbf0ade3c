using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guard.Actors.Enforcement.Reporting;
using Guard.Actors.Entities;
using Guard.Actors.Reactions;
using Guard.Host.Reports.Texts;
using Guard.Host.Texts;
using Guard.Messages.Enforcement;

namespace Guard.Host.Reports.Webhooks;

/// <summary>The body of an event. Members are added, never changed or taken away.</summary>
internal sealed class WebhookEvent(IPolicySource policies)
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public byte[] Write(ReportDispatch dispatch)
    {
        var item = dispatch.Items[0];
        var effect = item.Effect;
        var site = ReportTargets.SiteOf(effect, policies.Current);
        var policy = ReportTargets.PolicyOf(effect, policies.Current);
        var words = ReportWords.Of("en");
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                dispatch.Id,
                Type = TypeOf(effect),
                At = Time(effect.At),
                User = effect.Site is null ? effect.User.Value : null,
                Site = site.Value,
                Incident = item.Incident,
                From = IncidentText.Name(effect.From),
                To = IncidentText.Name(effect.To),
                Until = effect.Until is { } until ? Time(until) : (DateTime?)null,
                effect.Score,
                Mode = policy.Mode.ToString().ToLowerInvariant(),
                Ip = effect.Address.IsNone ? null : effect.Address.ToString(),
                Country = effect.Country.Length == 0 ? null : effect.Country,
                Reasons = effect.Reasons.Select(reason => new
                {
                    reason.Code,
                    Text = ReasonText.Of(reason),
                    reason.Value,
                    reason.Usual,
                    reason.Bits,
                    reason.Subject,
                }),
                By = effect.By is { } by ? new { by.Name, Reason = by.Reason.Length == 0 ? null : by.Reason } : null,
                Done = words.Done(effect, policy),
                Undo = words.Undo(effect).Select(undo => new { undo.What, undo.Line }),
            },
            Form
        );
    }

    private static string TypeOf(Effect effect) =>
        effect switch
        {
            { Site: not null } => effect.IsEnd ? "site-end" : "site-reaction",
            _ => effect.From == effect.To ? "alarm"
            : effect.IsEnd ? "end"
            : "reaction",
        };

    /// <summary>As the journal keeps it, so that an event that is sent again is the same.</summary>
    private static DateTime Time(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()).UtcDateTime;
}
