using Serilog;

namespace Guard.Host.Intake.Sockets;

/// <summary>
/// Asks the guard under a deadline and a limit of questions at work. When it cannot answer, the configured answer goes out: an overloaded or broken
/// guard must not stop the mail (rule 4 of the design).
/// </summary>
internal sealed class DecisionGate(string name, int mostAtWork, TimeSpan deadline, ILogger log)
{
    private int _atWork;
    private long _asked;
    private long _late;
    private long _overloaded;
    private long _failed;

    public long Asked => Interlocked.Read(ref _asked);

    public long Late => Interlocked.Read(ref _late);

    public long Overloaded => Interlocked.Read(ref _overloaded);

    public long Failed => Interlocked.Read(ref _failed);

    public async ValueTask<TAnswer> AskAsync<TQuestion, TAnswer>(
        Func<TQuestion, CancellationToken, ValueTask<TAnswer>> decide,
        TQuestion question,
        TAnswer otherwise,
        CancellationToken stop
    )
    {
        Interlocked.Increment(ref _asked);
        using var span = Telemetry.TraceMemory.Intake(name);
        if (Interlocked.Increment(ref _atWork) > mostAtWork)
        {
            Interlocked.Decrement(ref _atWork);
            Tell(Interlocked.Increment(ref _overloaded), "too many questions at work");
            return otherwise;
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(deadline);
        Task<TAnswer>? work = null;
        try
        {
            var asked = decide(question, patience.Token);
            if (asked.IsCompletedSuccessfully)
                return asked.Result;
            work = asked.AsTask();
            // Not every decider heeds its token.
            return await work.WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && patience.IsCancellationRequested)
        {
            Tell(Interlocked.Increment(ref _late), "no answer within the deadline");
            return otherwise;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            Tell(Interlocked.Increment(ref _failed), failure.Message);
            return otherwise;
        }
        finally
        {
            Leave(work);
        }
    }

    /// <summary>What is late still holds its place until it is done, or the limit would be none.</summary>
    private void Leave(Task? work)
    {
        if (work is null || work.IsCompleted)
        {
            Interlocked.Decrement(ref _atWork);
            return;
        }
        _ = work.ContinueWith(
            (done, _) =>
            {
                // Looked at, or it would count as unobserved.
                _ = done.Exception;
                Interlocked.Decrement(ref _atWork);
            },
            null,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>The 1st, 2nd, 4th, 8th … is told: said loudly, but the log survives.</summary>
    private void Tell(long count, string reason)
    {
        if ((count & (count - 1)) == 0)
            log.Warning("{Name:l}: answered {Count} times without the guard: {Reason:l}", name, count, reason);
    }
}
