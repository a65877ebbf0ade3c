using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake;
using Guard.Host.Intake.Files;
using Guard.Host.Intake.Journal;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Shapes;

namespace Guard.Host.Commands;

/// <summary>The logs a command was given, in order, and parsers for them. The country data is opened once for all of them.</summary>
internal sealed class ReplayInput
{
    private readonly GuardSettings _settings;
    private readonly UserNameRules _names;
    private readonly PlaceLookup _places;
    private readonly SenderRules _senders;

    private ReplayInput(GuardSettings settings, IReadOnlyList<string> files, string? geoip, bool askLists)
    {
        (_settings, Files) = (settings, files);
        _names = UserNames.Of(settings.Logs, warning => Console.Error.WriteLine($"warning: {warning}"));
        _senders = SenderRules.Of(settings.Senders);
        _places = PlaceSource.Open(
            settings,
            geoip is null ? null : [geoip],
            Console.Error.WriteLine,
            askLists ? new DnsLists(settings.Reputation, TimeProvider.System) : null,
            waits: true
        );
        // Who names a database wants to see what comes of it, not of none.
        if (geoip is not null && _places.Status.FirstOrDefault(file => file.Problem is not null) is { } broken)
            throw new FormatException($"--geoip: {broken.File}: {broken.Problem}");
    }

    public IReadOnlyList<string> Files { get; }

    /// <exception cref="LogFileException">A file cannot be read.</exception>
    /// <param name="askLists">Whether lists in the DNS may be asked about the addresses in these logs.</param>
    public static ReplayInput Open(GuardSettings settings, string? geoip, IReadOnlyList<string> files, bool askLists = false) =>
        new(settings, ReplayFiles.InOrder(files), geoip, askLists);

    public PlaceLookup Places => _places;

    /// <summary>One parser for all the files, as one source.</summary>
    public LogParser Parser() => Parser("replay", Files.FirstOrDefault(file => file != "-"));

    /// <param name="source">The lasting name under which observations are recognised.</param>
    /// <param name="file">RFC 3164 stamps have no year: no line of a file is later than its last change. Null for now.</param>
    public LogParser Parser(string source, string? file)
    {
        var reference = file is null || JournalFiles.Are(file) ? DateTimeOffset.UtcNow : ReplayFiles.TimeOf(file);
        return new LogParser(
            new LogParserSettings(
                source,
                reference,
                DateTimeOffset.UtcNow.AddDays(1),
                _settings.Logs.Zone,
                _settings.Logs.DovecotTag,
                _settings.Logs.DovecotAuthFailures
            )
            {
                Senders = _senders,
                Unknown = new UnknownShapes(),
                Watch = new SourceWatch(source, notice => Console.Error.WriteLine($"warning: {notice}")),
            },
            _names,
            _places
        );
    }

    /// <summary>Runs a command that reads logs; what is wrong with them is bad usage.</summary>
    public static int Run(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception failure) when (failure is LogFileException or FormatException or ArgumentException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(failure.Message.ReplaceLineEndings(" "));
            return 2;
        }
    }
}
