using System.Collections.Immutable;
using System.Text.Json;
using Guard.Actors.Policies;
using Guard.Host.Configuration;
using Guard.Messages.Policies;
using Serilog;

namespace Guard.Host.ConsoleModel.Policies;

/// <summary>
/// The policies in force on this node: the file's, and what the cluster's ledger says on top. Every change of either makes a new book, which all entities of
/// the node hear of.
/// </summary>
/// <param name="changed">Told each new book, after it is in force.</param>
internal sealed class PolicyBoard(PolicySource source, Action<PolicyBook> changed, ILogger log)
{
    private readonly Lock _changing = new();
    private ImmutableDictionary<string, string> _problems = ImmutableDictionary<string, string>.Empty;
    private LayeredPolicies _layers = LayeredPolicies.Of(null, GuardMode.Observe);

    public LayeredPolicies Layers => Volatile.Read(ref _layers);

    public PolicyBook Book => source.Current;

    private long _revision;

    /// <summary>Up to here the ledger's changes are known, and in force.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>What is set for a subject and does not hold, and why: the file was changed so that it does not fit any more.</summary>
    public string ProblemOf(string subject) => _problems.GetValueOrDefault(subject, "");

    /// <summary>The file was read, at the start or again.</summary>
    public void TakeFile(ConfigurationNode? file, GuardMode mode)
    {
        lock (_changing)
        {
            Volatile.Write(ref _layers, LayeredPolicies.Of(file, mode) with { Set = _layers.Set, Alarms = _layers.Alarms });
            Rebuild();
        }
    }

    /// <summary>What is known of wrong alarms here changed, and with it what their rates mean.</summary>
    public void TakeAlarms(AlarmCurve alarms)
    {
        lock (_changing)
        {
            Volatile.Write(ref _layers, _layers with { Alarms = alarms });
            Rebuild();
        }
    }

    /// <summary>See <see cref="AlarmRates.Meant"/>.</summary>
    public string AlarmsMeant { get; private set; } = "";

    /// <summary>The ledger told changes; those known already change nothing.</summary>
    public void Take(IReadOnlyCollection<StandingOverride> standing, long revision)
    {
        lock (_changing)
        {
            var fresh = standing.Where(one => !_layers.Set.TryGetValue(one.Subject, out var known) || known.Revision < one.Revision).ToArray();
            if (fresh.Length > 0)
            {
                Volatile.Write(ref _layers, _layers with { Set = _layers.Set.SetItems(fresh.Select(one => KeyValuePair.Create(one.Subject, one))) });
                Rebuild();
            }
            Interlocked.Exchange(ref _revision, Math.Max(_revision, revision));
        }
    }

    /// <summary>What does not fit is left out, loudly, subject by subject: one bad site must not undo the limits of all others.</summary>
    private void Rebuild()
    {
        var layers = _layers;
        var problems = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (subject, standing) in layers.Set)
        {
            if (Unreadable(standing.Own) is { } why)
            {
                problems[subject] = why;
                layers = layers with { Set = layers.Set.Remove(subject) };
            }
        }
        while (true)
        {
            var (book, faults) = layers.Read(out var meant);
            var mine = faults.Faults.Where(fault => fault.File == JsonNodes.File).ToArray();
            if (mine.Length == 0 || layers.Set.IsEmpty)
            {
                AlarmsMeant = meant;
                Publish(book, problems.ToImmutable());
                return;
            }
            var guilty =
                layers
                    .Set.Keys.Where(subject => mine.Any(fault => fault.Key.StartsWith(LayeredPolicies.KeyOf(subject).ToString(), StringComparison.Ordinal)))
                    .MaxBy(subject => subject.Length)
                ?? layers.Set.Keys.Last();
            problems[guilty] = $"{mine[0].Key}: {mine[0].Problem}; expected {mine[0].Expected}";
            layers = layers with { Set = layers.Set.Remove(guilty) };
        }
    }

    private void Publish(PolicyBook book, ImmutableDictionary<string, string> problems)
    {
        foreach (var (subject, problem) in problems)
        {
            if (_problems.GetValueOrDefault(subject) != problem)
                log.Error("What was set in the console for {Subject} does not hold: {Problem:l}", subject.Length == 0 ? "everybody" : subject, problem);
        }
        _problems = problems;
        if (book.Version == source.Current.Version)
            return;
        source.Replace(SamePolicies.Keep(source.Current, book));
        changed(source.Current);
    }

    private static string? Unreadable(string own)
    {
        try
        {
            _ = JsonNodes.Parse(own);
            return null;
        }
        catch (JsonException failure)
        {
            return failure.Message;
        }
    }
}
