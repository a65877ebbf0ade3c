using System.Text.Json;
using Guard.Host.Node.Health;
using Guard.Host.Platform;

namespace Guard.Host.Doctor;

/// <summary>
/// Looks at files with the rights of the guard's own user when root asks and no guard runs: root may read every log and write everywhere. The owner of the
/// data directory is who the guard runs as.
/// </summary>
internal static class OwnUser
{
    /// <summary>The hidden option of this program that only looks at files, and answers in JSON.</summary>
    public const string Option = "--only-files";

    /// <summary>Null when this is not root, or when the guard is root's as well.</summary>
    public static string? Of(string dataDirectory) =>
        FileOwner.OwnUser() == 0 && FileOwner.Of(dataDirectory) is { User: not 0 } owner ? SystemAccounts.Machine.NameOf(owner.User) : null;

    /// <returns>Null when it cannot be looked at as this user.</returns>
    public static async Task<IReadOnlyList<Finding>?> LookAsync(
        string user,
        string? config,
        IReadOnlyDictionary<string, string> sets,
        IProcessRunner runner,
        CancellationToken cancellation
    )
    {
        // Programs that are started have a small environment; this one may need to know where .NET is.
        string[] runtime = Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? ["env", $"DOTNET_ROOT={root}"] : [];
        string[] more =
        [
            .. sets.SelectMany(set => new[] { "--set", $"{set.Key}={set.Value}" }),
            .. config is null ? Array.Empty<string>() : ["--config", Path.GetFullPath(config)],
        ];
        try
        {
            var said = await runner
                .Run(
                    new ProcessRequest("runuser", ["-u", user, "--", .. runtime, Environment.ProcessPath!, "doctor", Option, "--format", "json", .. more]),
                    cancellation
                )
                .ConfigureAwait(false);
            using var answer = JsonDocument.Parse(said.Output);
            return
            [
                .. answer
                    .RootElement.GetProperty("findings")
                    .EnumerateArray()
                    .Select(one => new Finding(
                        one.GetProperty("check").GetString()!,
                        one.GetProperty("level").GetString() switch
                        {
                            "ok" => FindingLevel.Ok,
                            "warning" => FindingLevel.Warning,
                            _ => FindingLevel.Fault,
                        },
                        one.GetProperty("text").GetString()!,
                        one.GetProperty("remedy").GetString()!
                    )),
            ];
        }
        catch (Exception failure) when (failure is EnforcementException or JsonException or KeyNotFoundException)
        {
            return null;
        }
    }
}
