using Serilog;

namespace Guard.Host.Intake.Sockets;

/// <summary>Tells of connections that broke the protocol: at most one line per source and minute, with how many there were since the last one.</summary>
internal sealed class MalformedWarnings(string protocol, TimeProvider time, ILogger log)
{
    /// <summary>What comes from still more sources at a time is told of together.</summary>
    private const int MostSources = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _counting = new();
    private readonly Dictionary<string, (DateTimeOffset Told, int Since)> _sources = [];

    public void Note(string source, string reason)
    {
        int untold;
        lock (_counting)
        {
            var now = time.GetUtcNow();
            if (!_sources.ContainsKey(source) && _sources.Count >= MostSources)
            {
                foreach (var quiet in _sources.Where(one => one.Value.Since == 0 && now - one.Value.Told >= Pause).Select(one => one.Key).ToArray())
                    _sources.Remove(quiet);
                if (_sources.Count >= MostSources)
                    source = "";
            }
            var (told, since) = _sources.GetValueOrDefault(source, (DateTimeOffset.MinValue, 0));
            if (now - told < Pause)
            {
                _sources[source] = (told, since + 1);
                return;
            }
            _sources[source] = (now, 0);
            untold = since;
        }
        log.Warning("{Protocol:l}: a connection from {Source:l} was closed: {Reason:l}; {Untold} more since the last such line", protocol, source.Length == 0 ? "many sources" : source, reason, untold);
    }
}
