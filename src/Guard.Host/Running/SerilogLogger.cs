using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Serilog;
using AkkaLogLevel = Akka.Event.LogLevel;

namespace Guard.Host.Running;

/// <summary>Carries Akka's log events into Serilog.</summary>
public sealed class SerilogLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly RemotingComplaints _complaints = new(TimeProvider.System);

    public SerilogLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(entry =>
        {
            var level = entry.LogLevel() switch
            {
                AkkaLogLevel.ErrorLevel => Serilog.Events.LogEventLevel.Error,
                AkkaLogLevel.WarningLevel => Serilog.Events.LogEventLevel.Warning,
                AkkaLogLevel.InfoLevel => Serilog.Events.LogEventLevel.Information,
                _ => Serilog.Events.LogEventLevel.Debug,
            };
            if (_complaints.TextOf(entry) is { } text)
                Log.Write(
                    level,
                    level >= Serilog.Events.LogEventLevel.Warning && entry.LogClass?.Namespace?.StartsWith("Akka.Remote", StringComparison.Ordinal) == true
                        ? null
                        : entry.Cause,
                    "{Message:l}",
                    text
                );
        });
    }
}
