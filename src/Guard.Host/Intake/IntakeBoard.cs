using System.Collections.Immutable;

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
    string Name, string Kind, long Lines = 0, long Ignored = 0, long Unparsed = 0, long BehindBytes = 0, DateTimeOffset? JournaledTo = null, TimeSpan Lag = default,
    long Asked = 0, long Unanswered = 0, long Refused = 0, long Cut = 0)
{
    /// <summary>How many hosts are named.</summary>
    public const int ShownHosts = 5;

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
    private ImmutableList<Func<IntakeReading>> _sources = [];

    public IReadOnlyList<IntakeReading> Readings => [.. _sources.Select(read => read())];

    /// <param name="read">Called from any thread, at any time.</param>
    public void Add(Func<IntakeReading> read)
    {
        lock (_changing)
            _sources = _sources.Add(read);
    }

    /// <summary>The source is gone.</summary>
    public void Remove(Func<IntakeReading> read)
    {
        lock (_changing)
            _sources = _sources.Remove(read);
    }
}
