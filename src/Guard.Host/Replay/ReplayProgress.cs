using System.Diagnostics;
using System.Globalization;

namespace Guard.Host.Replay;

/// <summary>Tells on standard error how far a long replay is, at most once a second.</summary>
public sealed class ReplayProgress(TextWriter output, bool on)
{
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private long _told;
    private bool _any;

    public void Tell(string file, long lines)
    {
        if (!on || _since.ElapsedMilliseconds - _told < 1000)
            return;
        _told = _since.ElapsedMilliseconds;
        _any = true;
        output.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\r{Path.GetFileName(file)}: {lines:N0} lines, {lines / Math.Max(0.001, _since.Elapsed.TotalSeconds):N0}/s  "
            )
        );
    }

    public void Done()
    {
        if (_any)
            output.WriteLine();
    }
}
