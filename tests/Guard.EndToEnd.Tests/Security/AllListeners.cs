namespace Guard.EndToEnd.Tests.Security;

/// <summary>The ports of a guard that listens wherever it can, and its configuration.</summary>
internal sealed class AllListeners
{
    public int Policy { get; } = FreePort.Next();

    public int Auth { get; } = FreePort.Next();

    public int Milter { get; } = FreePort.Next();

    public int Syslog { get; } = FreePort.Next();

    public int Console { get; } = FreePort.Next();

    public int Cluster { get; } = FreePort.Next();

    /// <summary>Starts it, and waits until it runs.</summary>
    /// <param name="more">Further settings of <c>accountguard</c>.</param>
    public async Task<System.Diagnostics.Process> StartAsync(GuardProgram guard, CancellationToken cancellation, string more = "")
    {
        await File.WriteAllTextAsync(
            guard["guard.conf"],
            $$"""
            accountguard {
              mode = enforce
              data-directory = "{{guard["data"]}}"
              cluster.listen = "127.0.0.1:{{Cluster}}"
              console.listen = "127.0.0.1:{{Console}}"
              geo.fetch-default = off
              intake {
                logs.default-domain = "example.com"
                postfix-policy.listen = "127.0.0.1:{{Policy}}"
                auth-policy.listen = "127.0.0.1:{{Auth}}"
                milter.listen = "127.0.0.1:{{Milter}}"
                syslog.listen = "127.0.0.1:{{Syslog}}"
              }
              {{more}}
            }
            """,
            cancellation
        );
        var process = guard.Start();
        await GuardProgram.UntilAsync(() => guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => guard.Heard);
        return process;
    }
}
