using System.Globalization;

namespace Guard.Bench.Detection.Reporting;

/// <summary>A scale of a plot.</summary>
/// <param name="Logarithmic">By decades; what is below the least is drawn at it.</param>
public sealed record Axis(string Title, double Least, double Most, bool Logarithmic, IReadOnlyList<double> Ticks)
{
    public double Share(double value)
    {
        value = Math.Clamp(value, Least, Most);
        return Logarithmic ? Math.Log(value / Least) / Math.Log(Most / Least) : (value - Least) / (Most - Least);
    }

    public static Axis Decades(string title, double least, double most)
    {
        var ticks = new List<double>();
        for (var tick = least; tick <= most * 1.001; tick *= 10)
            ticks.Add(tick);
        return new Axis(title, least, most, true, ticks);
    }

    public static Axis Percent(string title) => new(title, 0, 100, false, [0, 20, 40, 60, 80, 100]);

    public static string Text(double tick) => tick.ToString("0.###", CultureInfo.InvariantCulture);
}
