using System.Diagnostics;

namespace Guard.Host.Intake.Routing;

/// <summary>
/// Names that the guard does not know are asked about at their entities only so often: in quiet times all of them are, in a flood of random names nearly none,
/// and it costs nothing. The others are counted.
/// </summary>
public sealed class UnknownNames(int perSecond = 20, int atOnce = 200)
{
    private readonly Lock _gate = new();
    private double _left = atOnce;
    private long _since = Stopwatch.GetTimestamp();
    private long _passedOver;

    /// <summary>How many were judged without their entity.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    public bool MayAsk()
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            _left = Math.Min(atOnce, _left + (Stopwatch.GetElapsedTime(_since, now).TotalSeconds * perSecond));
            _since = now;
            if (_left >= 1)
            {
                _left--;
                return true;
            }
        }
        Interlocked.Increment(ref _passedOver);
        return false;
    }
}
