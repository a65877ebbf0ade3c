using Guard.Bench.Shared;

namespace Guard.Bench.Inline.Servers;

/// <summary>The built program, with all that it does of itself: entities, journal, snapshots, detector.</summary>
/// <param name="beside">Where another build of it was published; null for the repository's own.</param>
internal sealed class GuardServer(string? beside = null) : PolicyPeer
{
    public override string Name => beside is null ? "AccountGuard, journal synchronous = full" : $"AccountGuard of {beside}";

    public override string Package => "";

    public override TimeSpan WarmUp => TimeSpan.FromSeconds(5);

    protected override string[] Prepare()
    {
        var configuration = Path.Combine(Directory, "guard.conf");
        File.WriteAllText(
            configuration,
            $$"""
            accountguard {
              mode = enforce, data-directory = "{{Directory}}/data", log-level = warning, geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}", console.listen = "127.0.0.1:{{FreePort.Next()}}"
              intake { postfix-policy.listen = "127.0.0.1:{{Port}}", auth-policy.listen = off, milter.listen = off }
              persistence { engine = sqlite-group-commit, synchronous = full }
              policy.default { quotas = [ { per = 1d, recipients = 50000000 } ], reactions.on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
            }
            """
        );
        return [Path.Combine(beside ?? Path.Combine(Root(), "bin", "publish"), "accountguard"), "run", "--config", configuration];
    }

    internal static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "AccountGuard.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("not within the repository");
    }
}
