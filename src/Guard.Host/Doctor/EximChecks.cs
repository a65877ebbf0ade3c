using System.Net;
using Guard.Host.Configuration;
using Guard.Host.Node.Health;
using Guard.Host.Platform;

namespace Guard.Host.Doctor;

/// <summary>Whether Exim asks the guard, by the configuration that it reads itself (<c>exim -bP config</c>).</summary>
internal static class EximChecks
{
    private const string Program = "/usr/sbin/exim";
    private const string Documented = "the lines are in docs/exim.md";

    public static async Task<IReadOnlyList<Finding>> LookAsync(GuardSettings settings, IProcessRunner runner, CancellationToken cancellation)
    {
        if (!Path.Exists(Program))
            return [];
        try
        {
            var said = await runner.Run(new ProcessRequest(Program, "-bP", "config") { OutputLimit = 8 << 20 }, cancellation).ConfigureAwait(false);
            return said.Succeeded ? [.. Judge(settings, said.Output)] : [Finding.Warning("Exim", said.Complaint, "run doctor as root")];
        }
        catch (EnforcementException failure)
        {
            return [Finding.Warning("Exim", failure.Message, "run doctor as root")];
        }
    }

    public static IEnumerable<Finding> Judge(GuardSettings settings, string configuration)
    {
        if (settings.Inline.Policy is not IPEndPoint policy)
            yield break;
        // Exim ends lines with a backslash where they go on.
        var asked = configuration.Split('\n').Where(line => line.Contains("{readsocket{inet:", StringComparison.Ordinal)).ToArray();
        yield return asked.Any(line => line.Contains($"inet:{policy}}}", StringComparison.Ordinal)) ? Finding.Ok("Exim", $"asks the guard at {policy}")
        : configuration.Contains("smtpd_access_policy", StringComparison.Ordinal)
            ? Finding.Fault("Exim", $"asks another policy server; the guard answers at {policy}", $"correct the address; {Documented}")
        : Finding.Warning("Exim", "does not ask the guard", $"accountguard setup --mail-server where its configuration is Debian's; {Documented}");
    }
}
