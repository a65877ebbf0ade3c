using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace Guard.Actors.Tests.History.Simulation;

/// <summary>
/// Runs every actor of a system on one thread, one message at a time, in an order drawn from a seed: the same seed gives the same run, and other seeds give
/// other interleavings.
/// While the system starts and ends it lends the thread pool instead.
/// </summary>
public sealed class SimulatedThreads : IDisposable
{
    private static readonly ConcurrentDictionary<string, SimulatedThreads> Known = new();

    private readonly Lock _gate = new();
    private readonly List<IRunnable> _waiting = [];
    private bool _simulated;
    private int _running;

    public SimulatedThreads() => Known[Name] = this;

    public string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Steps taken so far: the simulation's clock for histories.</summary>
    public long Steps { get; private set; }

    /// <summary>Dispatchers for a system's configuration.</summary>
    public string Hocon
    {
        get
        {
            var dispatcher = $"type = Dispatcher\nthroughput = 1\nexecutor = \"{typeof(Configurator).AssemblyQualifiedName}\"\nsimulation = \"{Name}\"\n";
            return $"akka.actor {{\ndefault-dispatcher {{\n{dispatcher}}}\ninternal-dispatcher {{\n{dispatcher}}}\n}}";
        }
    }

    /// <summary>From now on nothing runs but by <see cref="Step"/>. What was begun before comes to its end first.</summary>
    public void Begin()
    {
        var quiet = 0;
        while (quiet < 3)
        {
            lock (_gate)
            {
                quiet = _running == 0 ? quiet + 1 : 0;
                if (quiet == 3)
                    _simulated = true;
            }
            Thread.Sleep(1);
        }
    }

    /// <summary>Hands what waits, and what comes, to the thread pool.</summary>
    public void End()
    {
        lock (_gate)
        {
            _simulated = false;
            foreach (var run in _waiting)
                Lend(run);
            _waiting.Clear();
        }
    }

    /// <summary>Runs one thing that waits, drawn by chance; false when nothing does.</summary>
    public bool Step(Random chance)
    {
        IRunnable run;
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return false;
            var index = chance.Next(_waiting.Count);
            run = _waiting[index];
            _waiting[index] = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
        }
        Steps++;
        run.Run();
        return true;
    }

    public void Dispose()
    {
        End();
        Known.TryRemove(Name, out _);
    }

    private void Execute(IRunnable run)
    {
        lock (_gate)
        {
            if (_simulated)
            {
                _waiting.Add(run);
                return;
            }
            Lend(run);
        }
    }

    private void Lend(IRunnable run)
    {
        _running++;
        ThreadPool.UnsafeQueueUserWorkItem(
            one =>
            {
                one.Run();
                lock (_gate)
                    _running--;
            },
            run,
            preferLocal: false
        );
    }

    /// <summary>Named by the dispatchers' configuration.</summary>
    public sealed class Configurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new Executor(id, Known[Config.GetString("simulation")]);
    }

    private sealed class Executor(string id, SimulatedThreads threads) : ExecutorService(id)
    {
        public override void Execute(IRunnable run) => threads.Execute(run);

        public override void Shutdown() { }
    }
}
