using System.Text.Json;
using Guard.Bench.Detection.Attacks;
using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Lines;

/// <summary>Writes the truth beside a generated log: one JSON object a line for every account, happening and attack.</summary>
public static class LabelFile
{
    public static void Write(TextWriter output, Simulation simulation)
    {
        foreach (var account in simulation.Population.Accounts)
        {
            Line(
                output,
                new
                {
                    type = "account",
                    user = account.User,
                    archetype = account.Habits.Archetype.ToString(),
                    country = account.Persons[0].Country.Code,
                    first = Time(account.FirstDay * WorldClock.Day),
                }
            );
            foreach (var happening in account.Events)
                Line(
                    output,
                    new
                    {
                        type = "life",
                        user = account.User,
                        cause = happening.Cause,
                        start = Time(happening.From * WorldClock.Day),
                        end = Time(happening.To * WorldClock.Day),
                    }
                );
        }
        foreach (var takeover in simulation.Takeovers)
        {
            Line(
                output,
                new
                {
                    type = "takeover",
                    user = takeover.Victim.User,
                    kind = takeover.Kind.Name(),
                    start = Time(takeover.Start),
                    end = Time(takeover.End),
                    mails = takeover.Mails,
                    addresses = takeover.Addresses.Select(address => address.ToString()),
                }
            );
        }
    }

    private static string Time(long at) =>
        WorldClock.Time(at).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static void Line(TextWriter output, object value) => output.WriteLine(JsonSerializer.Serialize(value));
}
