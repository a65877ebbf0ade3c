using Guard.Host.Configuration;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Logs;

namespace Guard.Host.Commands;

/// <summary>The logs a command was given, in order, and a parser for them.</summary>
internal sealed record ReplayInput(IReadOnlyList<string> Files, LogParser Parser)
{
    /// <exception cref="LogFileException">A file cannot be read.</exception>
    public static ReplayInput Open(GuardSettings settings, string? geoip, IReadOnlyList<string> files, string source = "replay")
    {
        var ordered = ReplayFiles.InOrder(files);
        var places = PlaceSource.Open(settings, geoip is null ? null : [geoip], Console.Error.WriteLine);
        var parser = new LogParser(
            new LogParserSettings(source, Reference(ordered), DateTimeOffset.UtcNow.AddDays(1), settings.Logs.Zone, settings.Logs.DovecotTag, settings.Logs.DovecotAuthFailures),
            UserNames.Of(settings.Logs), places);
        return new ReplayInput(ordered, parser);
    }

    /// <summary>RFC 3164 stamps have no year: no line of a file is later than its last change.</summary>
    private static DateTimeOffset Reference(IReadOnlyList<string> files)
    {
        var first = files.FirstOrDefault(file => file != "-");
        return first is null ? DateTimeOffset.UtcNow : new DateTimeOffset(File.GetLastWriteTimeUtc(first), TimeSpan.Zero);
    }
}
