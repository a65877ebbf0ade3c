using Guard.Host.Configuration;

namespace Guard.Host.Running.Setup;

/// <summary>The settings that fit a machine, in a file of their own that the configuration includes.</summary>
internal static class ProposedSetup
{
    public const string File = "/etc/accountguard/setup.conf";

    public static string Of(FoundMachine found)
    {
        var lines = new List<string>
        {
            "# Written by accountguard setup; accountguard setup --undo takes it away. What stands in accountguard.conf wins.",
            "accountguard {",
        };
        if (found.Journal)
            lines.Add("  intake.journal.units = all");
        if (found.Logs.Count > 0)
            lines.Add($"  intake.logs.files = [{string.Join(", ", found.Logs.Select(HoconQuoting.Quote))}]");
        if (found.Domain.Length > 0)
            lines.Add($"  intake.logs.default-domain = {HoconQuoting.Quote(found.Domain)}");
        lines.Add("}");
        return string.Join('\n', lines) + "\n";
    }
}
