using System.Globalization;

namespace Guard.Host.Tests;

/// <summary>How many random inputs a parser is fed: few in every run, <c>ACCOUNTGUARD_FUZZ=1000000</c> for a long one.</summary>
internal static class FuzzEffort
{
    public static int Inputs { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("ACCOUNTGUARD_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 20_000;
}
