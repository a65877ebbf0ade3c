using Serilog;

namespace Guard.Host.Intake.Sockets;

/// <summary>Tells of connections that broke the protocol, or were not let in: at most one line per source and minute, or another pause, with how many there
/// were since the last one.</summary>
internal sealed class MalformedWarnings(string protocol, TimeProvider time, ILogger log, TimeSpan? pause = null)
{
    /// <summary>What comes from still more sources at a time is told of together.</summary>
    private const int MaxSources = 256;

    private readonly TimeSpan _pause = pause ?? TimeSpan.FromMinutes(1);

    private readonly Lock _counting = new();
    private readonly Dictionary<string, (DateTimeOffset Told, int Since)> _sources = [];

    public void Note(string source, string reason) => Tell(source, $"a connection was closed: {reason}");

    /// <param name="what">What happened, in a sentence.</param>
    public void Tell(string source, string what)
    {
        int untold;
        lock (_counting)
        {
            var now = time.GetUtcNow();
            if (!_sources.ContainsKey(source) && _sources.Count >= MaxSources)
            {
                foreach (var quiet in _sources.Where(one => one.Value.Since == 0 && now - one.Value.Told >= _pause).Select(one => one.Key).ToArray())
                    _sources.Remove(quiet);
                if (_sources.Count >= MaxSources)
                    source = "";
            }
            var (told, since) = _sources.GetValueOrDefault(source, (DateTimeOffset.MinValue, 0));
            if (now - told < _pause)
            {
                _sources[source] = (told, since + 1);
                return;
            }
            _sources[source] = (now, 0);
            untold = since;
        }
        log.Warning(
            "{Protocol:l}: {Source:l}: {What:l}; {Untold} more since the last such line",
            protocol,
            source.Length == 0 ? "many sources" : source,
            what,
            untold
        );
    }
}
