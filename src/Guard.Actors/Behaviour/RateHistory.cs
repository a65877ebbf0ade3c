namespace Guard.Actors.Behaviour;

/// <summary>One time scale of a rate.</summary>
/// <param name="Window">Number of the present window since 1970.</param>
/// <param name="Current">Amount in the present window.</param>
/// <param name="Previous">Amount in the one before, when it was adjacent.</param>
/// <param name="Withheld">Part of <paramref name="Current"/> that must not be learnt.</param>
/// <param name="Windows">Active windows learnt, older ones faded.</param>
/// <param name="Sum">Amount in those.</param>
public readonly record struct RateCell(long Window, float Current, float Previous, float Withheld, float Windows, float Sum);

/// <summary>
/// How much of something an account does per minute, hour, day and week in those windows in which it does it at all.
/// The amount of an active window is taken as Poisson with an exponentially mixed rate whose scale has a Gamma prior, which gives a
/// closed predictive tail P(X &gt; x) = (β / (β + x))^α with α = α0 + windows and β = β0 + sum (Lomax): with three logins a week it
/// stays wide, with a year of data it becomes narrow.
/// </summary>
public sealed class RateHistory(RateCell[] cells)
{
    /// <summary>Seconds of the four scales.</summary>
    public static ReadOnlySpan<int> Scales => [60, 3600, 86400, 604800];

    public static string ScaleName(int scale) =>
        scale switch
        {
            0 => "minute",
            1 => "hour",
            2 => "day",
            _ => "week",
        };

    private const double PriorWindows = 2;

    /// <summary>Keeps about the last fifty active windows.</summary>
    private const float Keep = 0.98f;

    public static RateHistory Empty { get; } = new(new RateCell[4]);

    public ReadOnlySpan<RateCell> Cells => cells;

    /// <summary>Adds an amount at a time in seconds since 1970.</summary>
    public RateHistory Add(long second, double amount, bool learn)
    {
        var next = new RateCell[4];
        for (var scale = 0; scale < 4; scale++)
        {
            var cell = Roll(cells[scale], second / Scales[scale]);
            next[scale] = cell with { Current = cell.Current + (float)amount, Withheld = cell.Withheld + (learn ? 0 : (float)amount) };
        }
        return new RateHistory(next);
    }

    /// <summary>What was withheld in the present windows is usual after all.</summary>
    public RateHistory LearnWithheld()
    {
        var next = (RateCell[])cells.Clone();
        for (var scale = 0; scale < 4; scale++)
            next[scale] = next[scale] with { Withheld = 0 };
        return new RateHistory(next);
    }

    private static RateCell Roll(RateCell cell, long window)
    {
        if (window <= cell.Window)
            return cell;
        var learnt = cell.Current - cell.Withheld;
        return new RateCell(
            window,
            0,
            window == cell.Window + 1 ? cell.Current : 0,
            0,
            learnt > 0 ? cell.Windows * Keep + 1 : cell.Windows,
            learnt > 0 ? cell.Sum * Keep + learnt : cell.Sum
        );
    }

    /// <summary>The amount in a window of the scale that ends at <paramref name="second"/>, interpolated from two fixed ones.</summary>
    public double Amount(int scale, long second)
    {
        var cell = Roll(cells[scale], second / Scales[scale]);
        var elapsed = second % Scales[scale] / (double)Scales[scale];
        return cell.Current + cell.Previous * (1 - elapsed);
    }

    /// <summary>The usual amount of an active window, with the prior when little is known.</summary>
    public double Usual(int scale, double prior) => (prior + cells[scale].Sum) / (1 + cells[scale].Windows);

    /// <summary>The amount of an active window that a share of them exceeds, by the same predictive tail as <see cref="Surprise"/>.</summary>
    /// <param name="exceeded">Above 0, at most 1.</param>
    public double Quantile(int scale, double prior, double exceeded)
    {
        var alpha = PriorWindows + cells[scale].Windows;
        var beta = prior * PriorWindows + cells[scale].Sum;
        return beta * (Math.Pow(exceeded, -1 / alpha) - 1);
    }

    /// <summary>
    /// -log2 of the chance of more than the amount now in the window, for the scale where it is least likely, if one more
    /// <paramref name="added"/> comes.
    /// </summary>
    /// <param name="priors">Prior amount of an active window for each scale.</param>
    public RateSurprise Surprise(long second, double added, ReadOnlySpan<double> priors)
    {
        var most = default(RateSurprise);
        for (var scale = 0; scale < 4; scale++)
        {
            var amount = Amount(scale, second) + added;
            var cell = cells[scale];
            var alpha = PriorWindows + cell.Windows;
            var beta = priors[scale] * PriorWindows + cell.Sum;
            var usual = beta / alpha;
            // Only what exceeds the usual amount is surprising at all.
            var excess = amount - usual;
            if (excess <= 0)
                continue;
            var bits = alpha * Math.Log2(1 + excess / beta);
            if (bits > most.Bits)
                most = new RateSurprise(bits, scale, amount, usual);
        }
        return most;
    }
}

/// <summary>How unlikely an amount is.</summary>
public readonly record struct RateSurprise(double Bits, int Scale, double Amount, double Usual);
