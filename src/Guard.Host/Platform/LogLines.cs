using System.Globalization;
using Guard.Messages.Identity;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Guard.Host.Platform;

/// <summary>
/// The log's lines. Whatever stands in a line besides our own words may be a stranger's: it stays on its line and steers no terminal. Lines that belong to the one above
/// (reasons of an incident, an exception's stack) begin with blanks, which no line of its own does.
/// </summary>
internal sealed class LogLines : ITextFormatter
{
    /// <summary>The one property with several lines: reasons, each encoded already.</summary>
    private const string Several = "Lines";

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(string.Create(CultureInfo.InvariantCulture, $"[{logEvent.Timestamp.LocalDateTime:yyyy-MM-dd HH:mm:ss} {Level(logEvent.Level)}] "));
        foreach (var token in logEvent.MessageTemplate.Tokens)
            output.Write(token is PropertyToken property ? Value(property, logEvent) : token.ToString());
        output.Write('\n');
        if (logEvent.Exception is not { } exception)
            return;
        foreach (var line in exception.ToString().Split('\n'))
            output.Write($"    {Printable.Of(line.TrimEnd('\r'))}\n");
    }

    /// <summary>Writes the program's own lines to the console.</summary>
    public static LoggerConfiguration To(LoggerSinkConfiguration sinks, LogEventLevel? errorsFrom = null) =>
        sinks.Console(new LogLines(), standardErrorFromLevel: errorsFrom);

    private static string Value(PropertyToken token, LogEvent logEvent)
    {
        if (!logEvent.Properties.TryGetValue(token.PropertyName, out var value))
            return token.ToString();
        if (value is ScalarValue { Value: string text })
            return Printable.Of(text, token.PropertyName == Several);
        using var written = new StringWriter(CultureInfo.InvariantCulture);
        token.Render(logEvent.Properties, written, IsoCulture.Instance);
        return Printable.Of(written.ToString());
    }

    private static string Level(LogEventLevel level) =>
        level switch
        {
            LogEventLevel.Verbose => "VRB",
            LogEventLevel.Debug => "DBG",
            LogEventLevel.Information => "INF",
            LogEventLevel.Warning => "WRN",
            LogEventLevel.Error => "ERR",
            _ => "FTL",
        };
}
