using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Guard.Bench.Shared;

namespace Guard.Bench.Inline.Servers;

/// <summary>The built program with all that a stranger on the machine or on the network can reach: policy, auth policy, milter, console, and a log that tells
/// of failed logins.</summary>
internal sealed class AttackedServer : PolicyPeer
{
    public override string Name => "AccountGuard";

    public override string Package => "";

    public override TimeSpan WarmUp => TimeSpan.FromSeconds(5);

    public int AuthPort { get; } = FreePort.Next();

    public int MilterPort { get; } = FreePort.Next();

    public int ConsolePort { get; } = FreePort.Next();

    public string Log => Path.Combine(Directory, "mail.log");

    public int Process => int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);

    protected override string[] Prepare()
    {
        File.WriteAllText(Log, "");
        File.WriteAllText(
            Configuration,
            $$"""
            accountguard {
              mode = enforce, data-directory = "{{Directory}}/data", log-level = warning, geo.fetch-default = off
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}", console.listen = "127.0.0.1:{{ConsolePort}}"
              intake {
                logs { files = ["{{Log}}"], default-domain = "example.com" }
                postfix-policy.listen = "127.0.0.1:{{Port}}", auth-policy.listen = "127.0.0.1:{{AuthPort}}", milter.listen = "127.0.0.1:{{MilterPort}}"
              }
              policy.default { quotas = [ { per = 1d, recipients = 50000000 } ], reactions.on-anomaly { reported = off, restricted = off, suspended = off, blocked = off } }
            }
            """
        );
        return ["/bin/sh", "-c", $"echo $$ > {PidFile}; exec {Program} run --config {Configuration}"];
    }

    /// <summary>A line of <c>/proc/PID/status</c>, in MiB.</summary>
    public long Memory(string line) =>
        long.Parse(
            File.ReadLines($"/proc/{Process}/status")
                .First(one => one.StartsWith(line, StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024;

    /// <summary>All that lies in the data directory, in MiB.</summary>
    public long Stored => new DirectoryInfo(Path.Combine(Directory, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) >> 20;

    /// <summary>Rows of <c>inspect intake</c>.</summary>
    public IReadOnlyList<JsonElement> Intake()
    {
        using var inspect = System.Diagnostics.Process.Start(
            new ProcessStartInfo(Program, ["inspect", "intake", "--json", "--config", Configuration]) { RedirectStandardOutput = true }
        )!;
        var text = inspect.StandardOutput.ReadToEnd();
        inspect.WaitForExit();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private string Configuration => Path.Combine(Directory, "guard.conf");

    private static string Program => Path.Combine(GuardServer.Root(), "bin", "publish", "accountguard");
}
