using Guard.Host.Intake.Logs;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>Rows of a table: lines as a daemon writes them, and what they come to.</summary>
internal static class LineTable
{
    /// <summary>A shape that is known to carry nothing.</summary>
    public const string Nothing = "nothing";

    /// <summary>A shape that is not known, or that somebody tampered with.</summary>
    public const string Unknown = "unknown";

    /// <summary>A line that takes part in what a later one tells.</summary>
    public const string Took = "took part";

    /// <param name="lines">Behind stamp and host, one below the other.</param>
    /// <param name="expected">Observations, one below the other; or the last line's kind where there are none.</param>
    public static void Check(string lines, string expected)
    {
        var parsed = new Parsed();
        foreach (var line in lines.Split('\n'))
            parsed.Feed(IsWhole(line) ? line : $"2026-11-24T02:14:15.123456+00:00 mail {line}");
        string[] told = [.. parsed.All.Select(one => one.IsAccounts && !IsOrdinary(one.User.Value) ? Nobody(one) : Parsed.Tell(one))];
        Assert.Equal(expected is Nothing or Unknown or Took ? [] : expected.Split('\n'), told);
        if (expected == Nothing)
            Assert.Equal(LineResult.Nothing, parsed.Last);
        else if (expected == Unknown)
            Assert.Equal(LineResult.Unknown, parsed.Last);
        else
            Assert.NotEqual(LineResult.Unknown, parsed.Last);
    }

    /// <summary>A name that is no account's may be told escaped, or not at all: both are nobody.</summary>
    private static string Nobody(Observation observation) => Parsed.Tell(observation).Replace(observation.User.Value, "", StringComparison.Ordinal);

    private static bool IsOrdinary(string user) => user.All(c => char.IsAsciiLetterOrDigit(c) || c is '@' or '.' or '-' or '_' or '+');

    private static bool IsWhole(string line) =>
        line[0] is '[' or '{' or '@'
        || line.StartsWith("Nov 24", StringComparison.Ordinal)
        || line.StartsWith("dovecot: Nov 24", StringComparison.Ordinal)
        || line.StartsWith("Tue Nov", StringComparison.Ordinal)
        || line.StartsWith("2026-", StringComparison.Ordinal)
        || line.Contains("[24/Nov/2026", StringComparison.Ordinal);
}
