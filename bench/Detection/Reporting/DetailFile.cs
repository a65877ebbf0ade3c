using System.Text.Json;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.Scoring;
using Guard.Bench.Detection.World;
using Guard.Messages.Decisions;

namespace Guard.Bench.Detection.Reporting;

/// <summary>Every wrong rise and every attack's outcome with all reasons, one JSON object a line, for tuning.</summary>
public static class DetailFile
{
    public static void Write(string file, IReadOnlyList<RunScore> runs)
    {
        using var output = new StreamWriter(file);
        foreach (var run in runs)
        {
            foreach (var one in run.Wrong)
            {
                var finding = one.Finding;
                Line(
                    output,
                    new
                    {
                        type = "wrong",
                        seed = run.Seed,
                        at = WorldClock.Time(finding.At),
                        user = finding.User,
                        from = finding.From.ToString(),
                        to = finding.To.ToString(),
                        score = finding.Score,
                        ip = finding.Address.ToString(),
                        archetype = one.Archetype,
                        cause = one.Cause,
                        early = one.Early,
                        reasons = finding.Reasons.Select(Text),
                    }
                );
            }
            foreach (var one in run.Outcomes)
            {
                Line(
                    output,
                    new
                    {
                        type = "outcome",
                        seed = run.Seed,
                        user = one.Takeover.Victim.User,
                        archetype = one.Takeover.Victim.Habits.Archetype.ToString(),
                        kind = one.Takeover.Kind.Name(),
                        start = WorldClock.Time(one.Takeover.Start),
                        mails = one.Mails,
                        highest = one.Highest.ToString(),
                        score = one.Score,
                        restrictedAfterMails = one.Restricted?.Mails,
                        restrictedAfterMinutes = one.Restricted?.Minutes,
                        reasons = one.Reasons.Select(Text),
                    }
                );
            }
        }
    }

    private static string Text(Reason reason) =>
        FormattableString.Invariant($"{reason.Code} {reason.Value} usual {reason.Usual} {reason.Subject}: {reason.Bits} bits");

    private static void Line(TextWriter output, object value) => output.WriteLine(JsonSerializer.Serialize(value));
}
