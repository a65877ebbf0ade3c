using Akka.Actor;
using Microsoft.Extensions.Hosting.Systemd;

namespace Guard.Host.Running;

/// <summary>
/// Tells systemd that the guard lives, as long as its actors get to work: the timer, the dispatcher and the pool of threads that every answer needs are what carries
/// the word. A database that is away does not silence it, since a restart would not bring it back and mail servers would go unanswered meanwhile
/// (sd_notify(3), WATCHDOG=1; systemd.service(5), WatchdogSec=).
/// </summary>
internal sealed class Watchdog : ReceiveActor, IWithTimers
{
    public const string Name = "watchdog";

    private static readonly ServiceState Alive = new("WATCHDOG=1");

    private readonly TimeSpan _every;

    public Watchdog(ISystemdNotifier systemd, TimeSpan every)
    {
        _every = every;
        Receive<Tick>(_ => systemd.Notify(Alive));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ISystemdNotifier systemd, TimeSpan every) => Akka.Actor.Props.Create(() => new Watchdog(systemd, every));

    /// <summary>How often to tell, a third of what systemd waits; null when it does not wait for this process.</summary>
    /// <param name="variable">Reads the environment: WATCHDOG_USEC in microseconds, WATCHDOG_PID (sd_watchdog_enabled(3)).</param>
    /// <param name="process">This process's number.</param>
    public static TimeSpan? Interval(Func<string, string?> variable, int process)
    {
        if (!long.TryParse(variable("WATCHDOG_USEC"), out var microseconds) || microseconds <= 0)
            return null;
        if (int.TryParse(variable("WATCHDOG_PID"), out var meant) && meant != process)
            return null;
        return TimeSpan.FromMicroseconds(microseconds / 3.0);
    }

    protected override void PreStart() => Timers.StartPeriodicTimer(Name, Tick.Instance, TimeSpan.Zero, _every);

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
