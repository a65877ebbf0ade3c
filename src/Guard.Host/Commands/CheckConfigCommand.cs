using System.Text.Json;
using Guard.Host.Configuration;

namespace Guard.Host.Commands;

/// <summary><c>accountguard check-config</c>: every mistake with file, line, key and what was expected.</summary>
public static class CheckConfigCommand
{
    public static int Run(string? file, string format, IReadOnlyDictionary<string, string> sets, TextWriter output)
    {
        var loaded = GuardConfiguration.Load(file, sets);
        if (format == "json")
            output.WriteLine(JsonSerializer.Serialize(new { ok = loaded.Faults.Count == 0, faults = loaded.Faults.Select(fault => new { file = fault.File, line = fault.Line, key = fault.Key, problem = fault.Problem, expected = fault.Expected }) }));
        else if (loaded.Settings is { } settings)
            output.WriteLine($"OK: {settings.Policies.Sites.Count} sites, {settings.Policies.Sites.Values.Sum(site => site.Users.Count)} users with their own policy");
        else
            return Refuse(loaded.Faults, output);
        return loaded.Faults.Count == 0 ? 0 : 2;
    }

    public static int Refuse(IReadOnlyList<ConfigurationFault> faults, TextWriter output)
    {
        foreach (var fault in faults)
            output.WriteLine(fault);
        output.WriteLine($"{faults.Count} mistakes in the configuration");
        return 2;
    }
}
