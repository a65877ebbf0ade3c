namespace Guard.Bench.Cluster;

internal static class Percentile
{
    /// <param name="sorted">Ascending.</param>
    /// <param name="share">From 0 to 1.</param>
    /// <returns>0 where nothing was measured.</returns>
    public static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
