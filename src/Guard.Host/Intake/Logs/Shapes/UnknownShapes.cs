using System.Collections.Immutable;
using System.Text;
using Guard.Messages.Identity;

namespace Guard.Host.Intake.Logs.Shapes;

/// <summary>Lines of a daemon that have one shape, which is not known.</summary>
/// <param name="Example">The first of them, control characters masked.</param>
public sealed record UnknownShape(string Daemon, string Program, string Shape, long Count, string Example);

/// <summary>A bounded sample of the shapes of lines that were not understood. Safe to use from any thread.</summary>
public sealed class UnknownShapes
{
    /// <summary>Of one daemon; what comes beyond is counted together.</summary>
    private const int MaxShapes = 100;

    private const int MaxPrograms = 64;
    private const int MaxExample = 400;

    private sealed class Entry(string program, string example)
    {
        public string Program { get; } = program;

        public string Example { get; } = example;

        public long Count { get; set; }
    }

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, Entry>> _daemons = [];

    /// <param name="daemon">See <see cref="IDaemonParser.Name"/>.</param>
    /// <param name="line">The whole line as it came.</param>
    public void Take(string daemon, ReadOnlySpan<byte> program, ReadOnlySpan<byte> message, ReadOnlySpan<byte> line)
    {
        Span<char> shape = stackalloc char[ShapeMask.Longest];
        shape = shape[..ShapeMask.Of(message, shape)];
        lock (_gate)
        {
            if (!_daemons.TryGetValue(daemon, out var shapes))
            {
                if (_daemons.Count >= MaxPrograms)
                    return;
                _daemons.Add(daemon, shapes = new Dictionary<string, Entry>(StringComparer.Ordinal));
            }
            var known = shapes.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!known.TryGetValue(shape, out var entry))
            {
                var text = shapes.Count >= MaxShapes ? "(further shapes)" : new string(shape);
                if (!shapes.TryGetValue(text, out entry))
                    shapes.Add(text, entry = new Entry(Shown(program), Shown(line)));
            }
            entry.Count++;
        }
    }

    /// <summary>The most frequent first.</summary>
    public ImmutableArray<UnknownShape> Snapshot()
    {
        lock (_gate)
        {
            return
            [
                .. _daemons
                    .SelectMany(daemon =>
                        daemon.Value.Select(shape => new UnknownShape(daemon.Key, shape.Value.Program, shape.Key, shape.Value.Count, shape.Value.Example))
                    )
                    .OrderByDescending(shape => shape.Count)
                    .ThenBy(shape => shape.Shape, StringComparer.Ordinal),
            ];
        }
    }

    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        return Printable.Of(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxExample)]));
    }
}
