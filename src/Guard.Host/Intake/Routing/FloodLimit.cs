using System.Diagnostics;
using Akka.Event;
using Guard.Messages.Observations;

namespace Guard.Host.Intake.Routing;

/// <summary>
/// Of failures whose name nobody knows, one source's so many a second are gone into; the rest of a flood is counted and forgotten where it is read, before it
/// takes memory or anybody's time. A second is the observation's own, so that old logs, however fast they are read, are gone into whole. Guesses at accounts
/// that there are always go through. For one thread at a time.
/// </summary>
/// <param name="log">Told once a minute at most; null: nobody.</param>
/// <param name="perSecond">More than a mail server has unless it is attacked; a thousand addresses that guess are found within a minute by it.</param>
internal sealed class FloodLimit(IntakeRouting routing, ILoggingAdapter? log = null, int perSecond = FloodLimit.PerSecond)
{
    public const int PerSecond = 1000;

    /// <summary>A source that is so far behind what it told began anew, seconds.</summary>
    private const int Backwards = 60;

    private static readonly TimeSpan ToldEvery = TimeSpan.FromMinutes(1);

    private long _second;
    private int _taken;
    private long _toldAt;

    /// <summary>Failures that were not gone into.</summary>
    public long Shed { get; private set; }

    /// <summary>Whether an observation is gone into.</summary>
    public bool Takes(Observation observation)
    {
        if (!routing.IsStrangers(observation))
            return true;
        routing.Guess(observation);
        var second = observation.At.ToUnixTimeSeconds();
        // Lines of several daemons are some seconds out of order; they must not open the same second again and again.
        if (second > _second || second < _second - Backwards)
            (_second, _taken) = (second, 0);
        if (_taken < perSecond)
        {
            _taken++;
            return true;
        }
        Shed++;
        Tell();
        return false;
    }

    /// <summary>Takes what is not gone into out of what was just read.</summary>
    /// <param name="from">Where that begins in the list.</param>
    public void Thin(List<Observation> read, int from)
    {
        for (var i = read.Count - 1; i >= from; i--)
        {
            if (!Takes(read[i]))
                read.RemoveAt(i);
        }
    }

    private void Tell()
    {
        if (log is null || (_toldAt != 0 && Stopwatch.GetElapsedTime(_toldAt) < ToldEvery))
            return;
        log.Warning(
            "Failed logins of names that nobody knows come faster than {0} a second; {1} were not gone into so far. Guesses at accounts are",
            perSecond,
            Shed
        );
        _toldAt = Stopwatch.GetTimestamp();
    }
}
