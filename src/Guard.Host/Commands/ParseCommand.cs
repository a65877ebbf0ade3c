using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Shapes;
using Guard.Host.Parsing;

namespace Guard.Host.Commands;

/// <summary><c>accountguard parse</c>: what each line of a log is read as. Changes nothing and needs no configuration.</summary>
public static class ParseCommand
{
    /// <param name="domain">Of names without one; null: the configured one.</param>
    public static int Run(string? config, string? domain, string format, IReadOnlyDictionary<string, string> sets, IReadOnlyList<string> files)
    {
        var loaded = GuardConfiguration.Load(config, sets);
        if (loaded.Settings is not { } settings)
            return ConfigurationMistakes.Refuse(loaded.Faults, Console.Error);
        var logs = domain is null ? settings.Logs : settings.Logs with { DefaultDomain = domain, SystemDomain = domain };
        return ReplayInput.Run(() =>
        {
            using var output = new RowsOutput(OutputFormat.Rows(format));
            var shapes = new UnknownShapes();
            using IParsedLineWriter writer =
                output.Format != RowFormat.Text ? new NdjsonParsedLines(output.Lines) : new TextParsedLines(output.Lines, OutputFormat.HasColours, shapes);
            var parser = new LogParser(
                new LogParserSettings("parse", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1), logs.Zone, logs.DovecotTag, logs.DovecotAuthFailures)
                {
                    Unknown = shapes,
                    Senders = SenderRules.Of(settings.Senders),
                },
                UserNames.Of(logs),
                new PlaceLookup([])
            );
            var lines = new ParsedLines(parser, writer);
            foreach (var file in ReplayFiles.InOrder(files))
            {
                parser.Reference = ReplayFiles.TimeOf(file);
                parser.File = file;
                using var stream = ReplayFiles.Open(file);
                lines.Read(stream);
            }
            output.Complete();
            return 0;
        });
    }
}
