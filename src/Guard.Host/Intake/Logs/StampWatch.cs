using System.Globalization;

namespace Guard.Host.Intake.Logs;

/// <summary>
/// Whether a source's stamps fit this machine's clock: lines that are ahead of it, or of before the year 2000, and lines that were behind it when they were
/// written. What was mended is over soon; where one of several machines is at fault it stays, however many good lines lie between.
/// </summary>
internal sealed class StampWatch
{
    /// <summary>What is behind by less may have waited on its way.</summary>
    internal static readonly TimeSpan MaxLate = TimeSpan.FromMinutes(10);

    /// <summary>A log that somebody put there, or that came in one piece, is late once.</summary>
    internal const int LateReads = 3;

    private const int FewLines = 20;
    private const int ManyLines = 1000;
    private const int MaxLines = 10 * ManyLines;

    private string _misdated = "";
    private string _late = "";
    private long _fitting;
    private long _mostFitting;
    private int _lateReads;

    /// <summary>What is wrong with them now; empty: nothing.</summary>
    public string Notice => _misdated.Length > 0 ? _misdated : _late;

    /// <summary>A line's stamp could not be believed.</summary>
    /// <param name="by">How far it is ahead of the clock; less than nothing: of before the year 2000.</param>
    public void Misdated(TimeSpan by)
    {
        // What lies further apart is no mixture of machines.
        _mostFitting = _fitting < ManyLines ? Math.Max(_mostFitting, _fitting) : 0;
        _fitting = 0;
        if (_misdated.Length == 0)
            _misdated =
                by > TimeSpan.Zero
                    ? $"its stamps are {Long(by)} ahead of this machine's clock, so its lines are judged at their arrival: is intake.logs.time-zone its zone, and is its clock right?"
                    : "it has stamps of before the year 2000, whose lines are judged at their arrival: is its machine's clock set?";
    }

    /// <summary>A line's stamp was believed.</summary>
    public void Fits()
    {
        _fitting++;
        if (_misdated.Length > 0 && _fitting >= Math.Clamp(10 * _mostFitting, FewLines, MaxLines))
            _misdated = "";
    }

    /// <summary>A line came to a source of which everything had been read.</summary>
    /// <param name="late">How far the clock was ahead of its stamp.</param>
    public void Written(TimeSpan late)
    {
        if (late < MaxLate)
            (_lateReads, _late) = (0, "");
        else if (++_lateReads == LateReads)
            _late =
                $"its stamps are {Long(late)} behind this machine's clock when they are written: is intake.logs.time-zone its zone, is its clock right, or do its lines wait on their way?";
    }

    private static string Long(TimeSpan time) =>
        time.TotalDays >= 2
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} minutes");
}
