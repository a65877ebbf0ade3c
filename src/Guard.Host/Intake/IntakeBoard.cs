using System.Collections.Concurrent;
using System.Collections.Immutable;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Shapes;

namespace Guard.Host.Intake;

/// <summary>What a source of observations did since the start of the node.</summary>
/// <param name="Kind">Such as <c>log</c>, <c>syslog</c>, <c>postfix-policy</c>.</param>
/// <param name="Lines">Lines or messages read; of these <paramref name="Ignored"/> carried nothing and <paramref name="Unparsed"/> could not be read.</param>
/// <param name="BehindBytes">What is there and was not read yet.</param>
/// <param name="JournaledTo">Time of the last line of which everything is in the journal.</param>
/// <param name="Lag">How far the journal is behind a source that has more to read; zero when all is journaled.</param>
/// <param name="Asked">Questions of servers that wait for an answer.</param>
/// <param name="Unanswered">Those of them that were answered without the guard, so that mail flows.</param>
/// <param name="Refused">Connections, calls or datagrams of those that are not let in.</param>
/// <param name="Cut">Connections that made room for others, or found none.</param>
public sealed record IntakeReading(
    string Name,
    string Kind,
    long Lines = 0,
    long Ignored = 0,
    long Unparsed = 0,
    long BehindBytes = 0,
    DateTimeOffset? JournaledTo = null,
    TimeSpan Lag = default,
    long Asked = 0,
    long Unanswered = 0,
    long Refused = 0,
    long Cut = 0
)
{
    /// <summary>How many hosts are named.</summary>
    public const int ShownHosts = 5;

    /// <summary>Of <see cref="Ignored"/> the lines of no known daemon.</summary>
    public long Foreign { get; init; }

    /// <summary>Messages that the logging daemon says it dropped.</summary>
    public long Lost { get; init; }

    /// <summary>Lines whose stamp was not believed, so that they were judged at their arrival.</summary>
    public long Misdated { get; init; }

    /// <summary>What is odd about the source, in words; empty: nothing.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Messages that belong to nobody: no login, and no sender rule.</summary>
    public long Unjudged { get; init; }

    /// <summary>Which hosts handed most of them in.</summary>
    public string UnjudgedFrom { get; init; } = "";

    /// <summary>Why nothing comes, in words that go behind the name; empty when all is well.</summary>
    public string Problem { get; init; } = "";
}

/// <summary>The sources of one node, for inspection and metrics.</summary>
public sealed class IntakeBoard
{
    private readonly Lock _changing = new();
    private readonly ConcurrentDictionary<string, SourceWatch> _watches = [];
    private ImmutableList<Func<IntakeReading>> _sources = [];

    public IReadOnlyList<IntakeReading> Readings => [.. _sources.Select(read => Watched(read()))];

    /// <summary>The shapes of lines that were not understood, of all sources.</summary>
    public UnknownShapes Unknown { get; } = new();

    /// <summary>Watches a source that is read line by line.</summary>
    /// <param name="source">The reading's name, or <c>syslog:</c> and the address of one that sends.</param>
    /// <param name="say">Tells the admin.</param>
    public SourceWatch Watch(string source, Action<string> say) => _watches[source] = new SourceWatch(source, say);

    private IntakeReading Watched(IntakeReading reading)
    {
        foreach (var (source, watch) in _watches)
        {
            if (source != reading.Name && !(reading.Kind == "syslog" && source.StartsWith("syslog:", StringComparison.Ordinal)))
                continue;
            reading = reading with
            {
                Foreign = reading.Foreign + watch.Foreign,
                Lost = reading.Lost + watch.Lost,
                Misdated = reading.Misdated + watch.Misdated,
                Notice = watch.Notices.IsEmpty ? reading.Notice : watch.Notices[^1],
            };
        }
        return reading;
    }

    /// <param name="read">Called from any thread, at any time.</param>
    public void Add(Func<IntakeReading> read)
    {
        lock (_changing)
            _sources = _sources.Add(read);
    }

    /// <summary>The source is gone.</summary>
    public void Remove(Func<IntakeReading> read)
    {
        _watches.TryRemove(read().Name, out _);
        lock (_changing)
            _sources = _sources.Remove(read);
    }
}
