using Guard.Host.Configuration;

namespace Guard.Host.Commands;

/// <summary>Ends a command whose configuration is wrong: every mistake on a line of its own.</summary>
internal static class ConfigurationMistakes
{
    public static int Refuse(IReadOnlyList<ConfigurationFault> faults, TextWriter output)
    {
        foreach (var fault in faults)
            output.WriteLine(fault);
        output.WriteLine(faults.Count == 1 ? "1 mistake in the configuration" : $"{faults.Count} mistakes in the configuration");
        return 2;
    }
}
