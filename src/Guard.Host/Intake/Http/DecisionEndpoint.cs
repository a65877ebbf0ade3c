using Guard.Actors.Reactions;
using Guard.Host.Configuration;
using Guard.Host.Intake.Inline;
using Guard.Host.Intake.Sockets;
using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Intake.Http;

/// <summary>Decides about one login or submission while its program waits, within the deadline; when the guard cannot, with the configured answer.</summary>
internal sealed class DecisionEndpoint(InlineJudge judge, InlineSettings inline, DecisionGate gate, Func<PolicyBook> policies, Func<ObservationContext> context)
{
    /// <summary>Bytes of a question; it has a handful of fields.</summary>
    private const int LongestQuestion = 8192;

    /// <exception cref="ApiRefusedException">It is no question, or not one that this token may ask.</exception>
    public async Task<DecisionAnswer> DecideAsync(HttpContext http, ApiToken token)
    {
        var request = http.Request;
        if (!(request.ContentType ?? "").Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase))
            throw new ApiRefusedException(StatusCodes.Status415UnsupportedMediaType, "the Content-Type must be application/json");
        var (observation, count) = await ReadAsync(request, http.RequestAborted).ConfigureAwait(false);
        if (!token.MayTalkOf(policies().SiteOf(observation.User)))
            throw new ApiRefusedException(StatusCodes.Status403Forbidden, "user: belongs to a site that this token may not talk of");
        var decision = await gate.AskAsync<Observation, Decision?>(
                async (what, cancel) =>
                    count ? await judge.DecideAsync(what, cancel).ConfigureAwait(false) : await judge.CheckAsync(what, cancel).ConfigureAwait(false),
                observation,
                null,
                http.RequestAborted
            )
            .ConfigureAwait(false);
        return decision is null ? Unanswered() : Answer(decision);
    }

    private async Task<(Observation Observation, bool Count)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            var body = await BatchBody.ReadAllAsync(request.Body, LongestQuestion, cancel).ConfigureAwait(false);
            var question = ObservationJson.ReadQuestion(body.Span);
            return (ObservationJson.Interpret(question, context()), question.Count ?? true);
        }
        catch (FieldException wrong)
        {
            throw new ApiRefusedException(
                StatusCodes.Status400BadRequest,
                wrong.Field.Length == 0 ? $"the body {wrong.Message}" : $"{wrong.Field}: {wrong.Message}"
            );
        }
        catch (BadHttpRequestException wrong)
        {
            throw new ApiRefusedException(wrong.StatusCode, "the body is too long or did not come as it was announced");
        }
    }

    private DecisionAnswer Answer(Decision decision) =>
        new()
        {
            Verdict = Name(decision.Verdict),
            WouldBe = Name(decision.WouldBe),
            Answered = true,
            Rung = Name(decision.Rung),
            Until = decision.Until,
            Score = Math.Round(decision.Score, 2),
            Reasons =
            [
                .. decision.Reasons.Select(reason => new DecisionReason
                {
                    Code = reason.Code,
                    Text = ReasonText.Of(reason),
                    Value = reason.Value,
                    Usual = reason.Usual,
                }),
            ],
            Text = decision.Verdict == Verdict.Allow ? "" : judge.Text(decision),
        };

    private DecisionAnswer Unanswered()
    {
        var verdict = Name(inline.DeferUnanswered ? Verdict.Defer : Verdict.Allow);
        return new DecisionAnswer
        {
            Verdict = verdict,
            WouldBe = verdict,
            Answered = false,
            Rung = Name(Rung.Normal),
            Reasons = [],
            Text = inline.DeferUnanswered ? "AccountGuard cannot answer now" : "",
        };
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
