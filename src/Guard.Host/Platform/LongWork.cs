using System.Globalization;

namespace Guard.Host.Platform;

/// <summary>Tells on a terminal how far long work is and how long it still takes, at most once a second.</summary>
/// <param name="on">False: nothing is told, as where standard error is no terminal.</param>
public sealed class LongWork(TextWriter output, bool on, TimeProvider? time = null)
{
    /// <summary>Too little was done before to say how long the rest takes, percent.</summary>
    private const double Foretold = 1;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _one = new();
    private (long Stamp, long Done)? _begun;
    private long _told;
    private int _width;

    /// <summary>Since the work began.</summary>
    public TimeSpan Elapsed => _begun is { } begun ? _time.GetElapsedTime(begun.Stamp) : TimeSpan.Zero;

    /// <param name="what">What is done, and how much of it in words.</param>
    /// <param name="done">How much of all; where it begins again after an interruption, with what was done before.</param>
    /// <param name="total">0: not known.</param>
    public void Tell(string what, long done, long total)
    {
        if (!on)
            return;
        lock (_one)
        {
            var now = _time.GetTimestamp();
            if (_begun is null)
            {
                (_begun, _told) = ((now, done), now);
                return;
            }
            if (_time.GetElapsedTime(_told, now) < Every)
                return;
            _told = now;
            var line = $"{what}{Ahead(done, total, _time.GetElapsedTime(_begun.Value.Stamp, now), _begun.Value.Done)}";
            output.Write($"\r{line.PadRight(_width)}");
            _width = line.Length;
        }
    }

    /// <summary>Tells by itself what a look says, for work that says nothing while it lasts.</summary>
    public IDisposable Watch(string what, Func<long> done, long total)
    {
        Tell(what, 0, total);
        return on ? _time.CreateTimer(_ => Tell(what, Math.Min(done(), total), total), null, Every, Every) : new Nothing();
    }

    /// <summary>Ends the line, where one was begun.</summary>
    public void Done()
    {
        lock (_one)
        {
            if (_width > 0)
                output.WriteLine();
            _width = 0;
        }
    }

    /// <summary>Percent of all, and the time that the rest takes at the speed so far.</summary>
    private static string Ahead(long done, long total, TimeSpan elapsed, long before)
    {
        if (total <= 0)
            return "";
        var percent = Math.Clamp(100.0 * done / total, 0, 100);
        var here = 100.0 * (done - before) / total;
        var left = here < Foretold ? "" : $", {Words(elapsed * ((100 - percent) / here))} left";
        return string.Create(CultureInfo.InvariantCulture, $": {Math.Floor(percent):0} %{left}");
    }

    private static string Words(TimeSpan left) =>
        left.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours} h {left.Minutes} min")
        : left.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{left.Minutes} min {left.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{left.Seconds} s");

    private sealed class Nothing : IDisposable
    {
        public void Dispose() { }
    }
}
