using System.Diagnostics;
using System.Runtime.CompilerServices;
using Guard.Host.Intake.Files;

namespace Guard.Bench.Cluster;

/// <summary>A guard in a process of its own that follows a log of its own.</summary>
internal sealed class GuardProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _log;
    private readonly string _data;
    private readonly string _said;

    private GuardProcess(Process process, string log, string data, string said)
    {
        (_process, _log, _data, _said) = (process, log, data, said);
    }

    public static string Repository { get; } = Find();

    /// <summary>The built program, or the one that the environment names, to compare two.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("ACCOUNTGUARD_PROGRAM") ?? Path.Combine(Repository, "bin/publish/accountguard");

    /// <param name="ports">Of all nodes.</param>
    /// <param name="more">Further settings of the guard.</param>
    public static GuardProcess Start(Store store, int node, int port, IReadOnlyList<int> ports, string log, string more = "")
    {
        var data = Path.Combine(store.Directory, $"node-{node}");
        var file = Path.Combine(store.Directory, $"node-{node}.conf");
        File.WriteAllText(
            file,
            $$"""
            accountguard {
              data-directory = "{{data}}"
              log-level = warning
              intake { logs { files = ["{{log}}"], default-domain = "example.com", clock = log }, postfix-policy.listen = off, auth-policy.listen = off, milter.listen = off }
              geo { overrides = "{{Repository}}/hocon/demo/places.txt", fetch-default = off }
              cluster { listen = "127.0.0.1:{{port}}", node = "guard{{node}}", seeds = [{{(
                ports.Count > 1 ? string.Join(", ", ports.Select(one => $"\"127.0.0.1:{one}\"")) : ""
            )}}], dangerous-plain-transport = on }
              console.listen = off
              {{store.Hocon}}
              policy.default.quotas = [ { per = 1d, recipients = 500 }, { per = 1d, recipients = 50, when = suspicious, alarm = on } ]
              {{more}}
            }
            """
        );
        return new GuardProcess(
            System.Diagnostics.Process.Start(
                new ProcessStartInfo("/bin/sh", ["-c", "exec \"$1\" run --config \"$2\" > \"$2.said\" 2>&1", "sh", Program, file])
            )!,
            log,
            data,
            $"{file}.said"
        );
    }

    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? throw new InvalidOperationException($"a guard ended by itself: {File.ReadAllText(_said)}") : _process.WorkingSet64;
        }
    }

    /// <summary>Whether everything in the log is journaled.</summary>
    public bool Through => new CheckpointStore(Path.Combine(_data, "intake")).Load(_log, out _)?.Offset == new FileInfo(_log).Length;

    /// <summary>How many nodes the first one sees up.</summary>
    private static int Members(Store store)
    {
        using var process = System.Diagnostics.Process.Start(
            new ProcessStartInfo(Program, ["inspect", "--json", "--config", Path.Combine(store.Directory, "node-0.conf"), "cluster"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _ = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Split('\n').Count(line => line.Contains("\"status\":\"up\"", StringComparison.Ordinal));
    }

    /// <summary>Waits until all of them are members; none may end by itself meanwhile.</summary>
    public static Task UntilUpAsync(IReadOnlyCollection<GuardProcess> guards, Store store) =>
        UntilAsync(() => guards.All(guard => guard.Resident > 0) && Members(store) >= guards.Count);

    public static async Task UntilAsync(Func<bool> reached)
    {
        var clock = Stopwatch.StartNew();
        while (!reached())
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(20))
                throw new TimeoutException("20 minutes were not enough");
            await Task.Delay(50).ConfigureAwait(false);
        }
    }

    private static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));

    /// <summary>Lets it end as systemd does.</summary>
    public async Task StopAsync()
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
