using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Messages.Intake;
using Guard.Messages.Observations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serilog;

namespace Guard.Host.Intake.Http;

/// <summary>What the API's counters say since the start.</summary>
internal sealed record ObservationCounts(long Lines, long Rejected, long Repeated, long Refused);

/// <summary>
/// Takes batches of observations. The answer comes when everything that was taken is in the journals of its accounts; a batch that is told again, because no
/// answer came or the guard died, counts once when its lines have ids or the batch a key.
/// </summary>
internal sealed class ObservationEndpoint(
    HttpIntakeSettings settings,
    IActorRef sources,
    Func<Guard.Messages.Policies.PolicyBook> policies,
    Func<ObservationContext> context,
    Action<Observation> seen,
    ILogger log
) : IDisposable
{
    /// <summary>Lines of one message to a source's entity: with the longest names it stays below what nodes send each other (128,000 bytes).</summary>
    private const int LinesAtOnce = 200;

    private static readonly TimeSpan Overloaded = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan JournalLate = TimeSpan.FromSeconds(5);

    private static readonly string[] Types = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/json", "text/plain"];

    private readonly LineAllowance _allowance = new(settings);
    private int _atWork;
    private long _lines;
    private long _rejected;
    private long _repeated;
    private long _refused;

    public ObservationCounts Counts =>
        new(Interlocked.Read(ref _lines), Interlocked.Read(ref _rejected), Interlocked.Read(ref _repeated), Interlocked.Read(ref _refused));

    /// <exception cref="ApiRefusedException">Nothing of it was counted that will not be recognised when it comes again.</exception>
    public async Task<BatchAnswer> TakeAsync(HttpContext http, ApiToken token)
    {
        if (Interlocked.Increment(ref _atWork) > settings.MaxAtWork)
        {
            Interlocked.Decrement(ref _atWork);
            throw Refused(new ApiRefusedException(StatusCodes.Status503ServiceUnavailable, "too many batches at work", Overloaded));
        }
        try
        {
            return await TakeWithinAsync(http, token).ConfigureAwait(false);
        }
        catch (ApiRefusedException refused)
        {
            throw Refused(refused);
        }
        finally
        {
            Interlocked.Decrement(ref _atWork);
        }
    }

    private async Task<BatchAnswer> TakeWithinAsync(HttpContext http, ApiToken token)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > ObservationBatch.LongestKey)
            throw new ApiRefusedException(StatusCodes.Status400BadRequest, $"the Idempotency-Key is longer than {ObservationBatch.LongestKey} characters");
        if (!Types.Contains((http.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant()))
            throw new ApiRefusedException(StatusCodes.Status415UnsupportedMediaType, "the Content-Type must be application/x-ndjson");
        var body = await ReadAsync(http).ConfigureAwait(false);
        var batch = ObservationBatch.Read(body, key, token, policies(), context(), settings);
        if (batch.Lines == 0)
            throw new ApiRefusedException(StatusCodes.Status400BadRequest, "the batch has no line");
        _allowance.Take(token, batch.Lines);
        var (taken, repeated) = await JournalAsync(batch, token, http.RequestAborted).ConfigureAwait(false);
        foreach (var (_, observation) in batch.Observations)
            seen(observation);
        Interlocked.Add(ref _lines, batch.Lines);
        Interlocked.Add(ref _rejected, batch.Errors.Count);
        Interlocked.Add(ref _repeated, repeated);
        return batch.Observations.Count > 0
            ? new BatchAnswer
            {
                Lines = batch.Lines,
                Taken = taken,
                Repeated = repeated,
                Rejected = batch.Errors.Count,
                Errors = batch.Errors,
            }
            : throw new ApiRefusedException(StatusCodes.Status400BadRequest, "no line could be taken", errors: batch.Errors);
    }

    private async Task<BatchBody> ReadAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = settings.LongestBody;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        patience.CancelAfter(settings.Slow);
        try
        {
            return await BatchBody
                .ReadAsync(http.Request.Body, http.Request.Headers.ContentEncoding.ToString(), settings.LongestBody, patience.Token)
                .ConfigureAwait(false);
        }
        catch (BadHttpRequestException wrong)
        {
            throw new ApiRefusedException(
                wrong.StatusCode,
                wrong.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? $"the body is longer than {settings.LongestBody} bytes"
                    : "the body did not come as it was announced"
            );
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw new ApiRefusedException(StatusCodes.Status408RequestTimeout, $"the body did not arrive within {settings.Slow.TotalSeconds:0} s");
        }
    }

    private async Task<(int Taken, int Repeated)> JournalAsync(ObservationBatch batch, ApiToken token, CancellationToken cancel)
    {
        var (taken, repeated) = (0, 0);
        // The first part alone may find that the key was used for something else; the others then must not be taken.
        var parts = batch.Observations.Chunk(LinesAtOnce).ToArray();
        foreach (var together in (ToldObservation[][][])[parts[..Math.Min(1, parts.Length)], parts[Math.Min(1, parts.Length)..]])
        {
            foreach (
                var held in await Task.WhenAll(together.Select(part => AskAsync(new TakeObservations(token.Source, batch.Key, [.. part]), cancel)))
                    .ConfigureAwait(false)
            )
            {
                if (held.KeyReused)
                    throw new ApiRefusedException(StatusCodes.Status422UnprocessableEntity, "this Idempotency-Key was used for another batch");
                taken += held.Taken;
                repeated += held.Repeated;
            }
        }
        return (taken, repeated);
    }

    private async Task<ObservationsHeld> AskAsync(TakeObservations take, CancellationToken cancel)
    {
        try
        {
            return await sources.Ask<ObservationsHeld>(take, settings.JournalWithin, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            throw new ApiRefusedException(StatusCodes.Status503ServiceUnavailable, "the journal does not keep up", JournalLate);
        }
    }

    /// <summary>The 1st, 2nd, 4th, 8th … is told.</summary>
    private ApiRefusedException Refused(ApiRefusedException refused)
    {
        var count = Interlocked.Increment(ref _refused);
        if (long.IsPow2(count))
            log.Warning("HTTP intake: {Count} batches were refused so far, the last with {Status}: {Reason:l}", count, refused.Status, refused.Message);
        return refused;
    }

    public void Dispose() => _allowance.Dispose();
}
