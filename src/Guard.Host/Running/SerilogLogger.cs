using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Serilog;
using AkkaLogLevel = Akka.Event.LogLevel;

namespace Guard.Host.Running;

/// <summary>Carries Akka's log events into Serilog.</summary>
public sealed class SerilogLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
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
            Log.Write(level, entry.Cause, "{Message:l}", entry.Message.ToString());
        });
    }
}
