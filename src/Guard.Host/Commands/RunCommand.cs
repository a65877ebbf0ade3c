using System.Runtime.InteropServices;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Guard.Messages.Policies;
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
            return CheckConfigCommand.Refuse(loaded.Faults, Console.Error);
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Is(Enum.Parse<LogEventLevel>(settings.LogLevel, ignoreCase: true))
            .WriteTo.Console(
                outputTemplate: "[{Timestamp:HH:mm:ss} {Level:u3}] {Message:lj}{NewLine}{Exception}",
                formatProvider: System.Globalization.CultureInfo.InvariantCulture
            )
            .CreateLogger();
        foreach (var warning in loaded.Warnings)
            Log.Warning("{Warning:l}", warning.ToString());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        try
        {
            using var alone = DataOwnership.Take(settings, "run", message => Log.Warning("{Message:l}", message));
            await using var node = await GuardNode.StartAsync(settings, loaded.Akka, Log.Logger).ConfigureAwait(false);
            using var reload = PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                signal =>
                {
                    signal.Cancel = true;
                    Reload(node, config, sets);
                }
            );
            Log.Information(
                "AccountGuard runs in {Mode} mode on {Files} logs; data in {Directory}",
                settings.Mode,
                settings.Logs.Files.Length,
                Path.GetFullPath(settings.DataDirectory)
            );
            if (settings.Mode == GuardMode.Enforce)
                Log.Information("Mail servers that ask are refused what should not be; {Enforcement:l}", settings.Enforcement.Describe());
            await Task.WhenAny(Task.Delay(Timeout.Infinite, stop.Token), node.Ended).ConfigureAwait(false);
            if (node.Ended.IsCompleted && !stop.IsCancellationRequested)
            {
                // Nothing can be journaled any more; what was not acknowledged is told again after the restart.
                Log.Fatal("This node is out of its cluster: the others went on without it. It ends, so that it can be started again and join them");
                await Log.CloseAndFlushAsync().ConfigureAwait(false);
                Environment.Exit(1);
            }
            Log.Information("Stopping: finishing what was read");
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or FormatException or TimeoutException or OperationCanceledException)
        {
            Log.Fatal("{Reason:l}", failure.Message);
            return 1;
        }
        finally
        {
            await Log.CloseAndFlushAsync().ConfigureAwait(false);
        }
        return 0;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        // Handled here: the process ends by itself once everything is journaled.
        signal.Cancel = true;
        stop.Cancel();
    }

    private static void Reload(GuardNode node, string? config, IReadOnlyDictionary<string, string> sets)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is { } settings)
        {
            node.Reload(settings);
            return;
        }
        foreach (var fault in loaded.Faults)
            Log.Error("{Fault:l}", fault.ToString());
        Log.Error("The configuration has mistakes; the policies stay as they were");
    }
}
