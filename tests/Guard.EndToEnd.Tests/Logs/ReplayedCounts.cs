using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Guard.EndToEnd.Tests.Logs;

/// <summary>What a replay of one log came to; unparsed are lines of known daemons that were not understood.</summary>
internal readonly record struct ReplayedCounts(int Logins, int Failures, int Submissions, int Recipients, int Unparsed)
{
    /// <param name="guard">Its configuration is written anew.</param>
    /// <param name="log">A file, or <c>journal:</c> with a directory.</param>
    public static ReplayedCounts Of(GuardProgram guard, string log)
    {
        guard.Configure("data", FreePort.Next());
        var (text, error, code) = guard.Guard("replay", "--config", guard["guard.conf"], "--format", "ndjson", "--progress", "off", log);
        Assert.True(code == 0, error);
        // Whom strangers named in their texts did nothing.
        Assert.DoesNotContain("victim@example.com", text, StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(text.Trim().Split('\n')[^1]);
        int Of(string name) => int.Parse(summary.RootElement.GetProperty(name).GetRawText(), CultureInfo.InvariantCulture);
        return new ReplayedCounts(Of("logins"), Of("failures"), Of("submissions"), Of("recipients"), Of("unparsed"));
    }

    /// <summary>Each form of the syslog, and the journal, has to come to this.</summary>
    public void AreThoseOf(GuardProgram guard, DaemonRoot root, params IEnumerable<string> logs)
    {
        foreach (var log in logs)
        {
            var counted = Of(guard, log);
            Assert.True(counted == this, $"{counted} instead of {this} of {log}: {root.Read(log)}");
        }
    }
}
