using System.Runtime.InteropServices;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Platform;
using Guard.Host.Running;
using Guard.Messages.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Serilog;
using Serilog.Events;

namespace Guard.Host.Commands;

/// <summary><c>accountguard run</c>: the daemon, in the foreground.</summary>
public static class RunCommand
{
    public static async Task<int> RunAsync(string? config, IReadOnlyDictionary<string, string> sets, CancellationToken cancellation)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        Log.Logger = LogLines
            .To(new LoggerConfiguration().MinimumLevel.Is(Enum.Parse<LogEventLevel>(settings.LogLevel, ignoreCase: true)).WriteTo)
            .CreateLogger();
        foreach (var warning in loaded.Warnings)
            Log.Warning("{Warning:l}", warning.ToString());
        try
        {
            using var alone = DataOwnership.Take(settings, "run", message => Log.Warning("{Message:l}", message));
            LearnedBefore.Forget(settings.DataDirectory);
            var builder = GuardHost.Builder(settings, loaded.Akka, Log.Logger);
            // Under systemd: READY=1 when all has started, STOPPING=1 when it stops. Elsewhere SIGTERM and Ctrl-C stop it.
            Tell(builder.Services);
            builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
            using var host = builder.Build();
            var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            if (await StartAsync(host, stopping, cancellation).ConfigureAwait(false) is not { } node)
                return 0;
            using var reload = PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                signal =>
                {
                    signal.Cancel = true;
                    Reload(node, loaded.Tree, config, sets);
                }
            );
            Greet(settings, host.Services.GetService<ISystemdNotifier>(), node.System);
            await Task.WhenAny(Task.Delay(Timeout.Infinite, stopping), Task.Delay(Timeout.Infinite, cancellation), node.Ended).ConfigureAwait(false);
            if (node.IsOutOfItsCluster)
            {
                // Nothing can be journaled any more; what was not acknowledged is told again after the restart.
                Log.Fatal("This node is out of its cluster: the others went on without it. It ends, so that it can be started again and join them");
                await Log.CloseAndFlushAsync().ConfigureAwait(false);
                Environment.Exit(1);
            }
            Log.Information("Stopping: finishing what was read");
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Whatever it is: a service that does not start says why in one line.
            Log.Debug(failure, "What the last word is about");
            Log.Fatal("{Reason:l}", Failures.Say(failure, settings));
            return 1;
        }
        finally
        {
            await Log.CloseAndFlushAsync().ConfigureAwait(false);
        }
        return 0;
    }

    /// <summary>
    /// Asked of the environment: AddSystemd looks for a parent of that name in /proc, and sees none where the unit says ProtectProc=invisible; the guard would never
    /// be ready.
    /// </summary>
    private static void Tell(IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 })
            return;
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<IHostLifetime, SystemdLifetime>();
    }

    /// <summary>Null when it was stopped before it had started.</summary>
    private static async Task<GuardNode?> StartAsync(IHost host, CancellationToken stopping, CancellationToken cancellation)
    {
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || cancellation.IsCancellationRequested)
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        return host.Services.GetRequiredService<GuardService>().Node;
    }

    private static void Greet(GuardSettings settings, ISystemdNotifier? systemd, ActorSystem system)
    {
        Log.Information(
            "AccountGuard runs in {Mode} mode on {Files} logs; data in {Directory}",
            settings.Mode,
            settings.Logs.Files.Length,
            Path.GetFullPath(settings.DataDirectory)
        );
        if (settings.Mode == GuardMode.Enforce)
            Log.Information("Mail servers that ask are refused what should not be; {Enforcement:l}", settings.Enforcement.Describe());
        if (systemd is not { IsEnabled: true })
            return;
        systemd.Notify(new ServiceState($"STATUS=Runs in {settings.Mode.ToString().ToLowerInvariant()} mode"));
        if (Watchdog.Interval(Environment.GetEnvironmentVariable, Environment.ProcessId) is { } every)
            system.ActorOf(Watchdog.Props(systemd, every), Watchdog.Name);
    }

    /// <param name="running">What the guard was started with.</param>
    private static void Reload(GuardNode node, ConfigurationNode? running, string? config, IReadOnlyDictionary<string, string> sets)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is { } settings)
        {
            node.Reload(settings);
            foreach (var key in ChangedKeys.ThatNeedAStart(running, loaded.Tree))
                Log.Error("{Key:l} was changed and is NOT taken over by a reload: it holds from the guard's next start", key);
            return;
        }
        foreach (var fault in loaded.Faults)
            Log.Error("{Fault:l}", fault.ToString());
        Log.Error("The configuration has mistakes; the policies stay as they were");
    }
}
