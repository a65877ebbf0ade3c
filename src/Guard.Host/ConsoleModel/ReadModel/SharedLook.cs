using System.Diagnostics;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>One answer for all who ask within a while: however many pages are open, nodes are asked once.</summary>
/// <param name="look">Its token is cancelled by nobody who asks: others wait for the same answer.</param>
internal sealed class SharedLook<T>(TimeSpan keep, Func<Task<T>> look)
{
    private readonly Lock _asking = new();
    private Task<T>? _answer;
    private long _askedAt;

    /// <summary>What failed is asked again by whoever comes next.</summary>
    public Task<T> GetAsync(CancellationToken cancel)
    {
        lock (_asking)
        {
            if (_answer is null or { IsCompleted: true, IsCompletedSuccessfully: false } || (_answer.IsCompleted && Stopwatch.GetElapsedTime(_askedAt) > keep))
                (_answer, _askedAt) = (Task.Run(look, CancellationToken.None), Stopwatch.GetTimestamp());
            return _answer.WaitAsync(cancel);
        }
    }
}
