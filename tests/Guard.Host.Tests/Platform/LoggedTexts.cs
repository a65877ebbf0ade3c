using Serilog.Core;
using Serilog.Events;

namespace Guard.Host.Tests.Platform;

/// <summary>What was logged, as it reads; for one thread.</summary>
internal sealed class LoggedTexts : List<string>, ILogEventSink
{
    public void Emit(LogEvent logEvent) => Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
}
