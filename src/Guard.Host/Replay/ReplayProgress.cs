using System.Globalization;
using Guard.Host.Platform;

namespace Guard.Host.Replay;

/// <summary>Tells on standard error how far the reading of logs is, and how long it still takes.</summary>
public sealed class ReplayProgress(TextWriter output, bool on, TimeProvider? time = null)
{
    private readonly LongWork _work = new(output, on, time);
    private Dictionary<string, long> _before = [];
    private long _total;

    /// <summary>What will be read, in order; of what has no size, such as a pipe or the journal, only lines are told.</summary>
    public void Begin(IReadOnlyList<string> files)
    {
        (_before, _total) = ([], 0);
        if (!on || !files.All(File.Exists))
            return;
        foreach (var file in files)
        {
            _before[file] = _total;
            _total += new FileInfo(file).Length;
        }
    }

    /// <param name="taken">Bytes of the file that were read, compressed ones of a compressed file.</param>
    public void Tell(string file, long lines, long taken)
    {
        if (on)
            _work.Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Path.GetFileName(file)}: {lines:N0} lines, {lines / Math.Max(0.001, _work.Elapsed.TotalSeconds):N0}/s"
                ),
                _before.GetValueOrDefault(file) + taken,
                _total
            );
    }

    public void Done() => _work.Done();
}
