using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>The built program, killed and started again.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-kill").FullName;
    private readonly List<Process> _started = [];

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "AccountGuard.sln")))
                directory = directory.Parent;
            return directory!.FullName;
        }
    }

    private static string Program => Path.Combine(Root, "bin", "publish", "accountguard");

    private (string Out, int Code) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (text, process.ExitCode);
    }

    private Process StartGuard()
    {
        var process = Process.Start(new ProcessStartInfo(Program, ["run", "--config", Path.Combine(_directory, "guard.conf")]) { WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Nobody reads what it says; a full pipe must not stop it.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _started.Add(process);
        return process;
    }

    private JsonElement? Explain(string user)
    {
        var (text, code) = Run("explain", user, "--config", "guard.conf", "--format", "json");
        return code == 0 ? JsonDocument.Parse(text).RootElement : null;
    }

    [Fact]
    public async Task Killed_during_intake_and_started_again_it_counts_what_an_undisturbed_run_counts()
    {
        await using (var packed = new GZipStream(File.OpenRead(Path.Combine(Root, "hocon", "demo", "mail.log.gz")), CompressionMode.Decompress))
        await using (var log = File.Create(Path.Combine(_directory, "mail.log")))
            await packed.CopyToAsync(log, TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(Root, "hocon", "demo", "places.txt"), Path.Combine(_directory, "places.txt"));
        var conf = await File.ReadAllTextAsync(Path.Combine(Root, "hocon", "demo.conf"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_directory, "guard.conf"), conf
            .Replace("\"data/demo\"", "\"data\"", StringComparison.Ordinal).Replace("../data/demo/mail.log", "mail.log", StringComparison.Ordinal)
            .Replace("demo/places.txt", "places.txt", StringComparison.Ordinal) + "\naccountguard.cluster.listen = \"127.0.0.1:4873\"\naccountguard.geo.fetch-default = off\n", TestContext.Current.CancellationToken);
        var (summary, code) = Run("replay", "--config", "guard.conf", "--format", "ndjson", "mail.log");
        Assert.Equal(0, code);
        var expected = JsonDocument.Parse(summary.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;

        var users = new[] { "info@example.com", "anna@example.com", "bob@example.com", "sales@example.com", "office@example.org", "karl@example.org", "marie@example.net", "news@example.net", "paul@example.net" };
        var (logins, failures, submissions, recipients, stopped) = (0L, 0L, 0L, 0L, 0L);
        var waited = Stopwatch.StartNew();
        var kills = 0;
        var guard = StartGuard();
        while (waited.Elapsed < Patience)
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            var all = users.Select(Explain).ToArray();
            (logins, failures, submissions, recipients, stopped) = (Sum(all, "logins"), Sum(all, "failures"), Sum(all, "submissions"), Sum(all, "recipients"), Sum(all, "stopped"));
            if (kills < 3 && logins > kills * 200)
            {
                guard.Kill();
                await guard.WaitForExitAsync(TestContext.Current.CancellationToken);
                kills++;
                guard = StartGuard();
                continue;
            }
            if (submissions >= expected.GetProperty("submissions").GetInt64() && logins >= expected.GetProperty("logins").GetInt64() && failures >= expected.GetProperty("failures").GetInt64())
                break;
        }
        Assert.True(kills >= 1, "it was never killed");
        Assert.Equal(
            (expected.GetProperty("logins").GetInt64(), expected.GetProperty("failures").GetInt64(), expected.GetProperty("submissions").GetInt64(), expected.GetProperty("recipients").GetInt64(), expected.GetProperty("stopped_submissions").GetInt64()),
            (logins, failures, submissions, recipients, stopped));
        Assert.Equal("blocked", Explain("info@example.com")!.Value.GetProperty("rung").GetString());
    }

    [Fact]
    public void Bad_usage_and_bad_configuration_end_with_two()
    {
        File.WriteAllText(Path.Combine(_directory, "bad.conf"), "accountguard {\n mode = perhaps\n}\n");
        Assert.Equal(2, Run("replay").Code);
        Assert.Equal(2, Run("nonsense").Code);
        var (text, code) = Run("check-config", "bad.conf");
        Assert.Equal(2, code);
        Assert.Contains("bad.conf:2: accountguard.mode", text, StringComparison.Ordinal);
        Assert.Equal(2, Run("replay", "no-such-file.log").Code);
    }

    private static long Sum(JsonElement?[] all, string name) => all.Sum(one => one?.GetProperty("totals").GetProperty(name).GetInt64() ?? 0);

    public void Dispose()
    {
        foreach (var process in _started.Where(process => !process.HasExited))
            process.Kill();
        foreach (var process in _started)
            process.Dispose();
        Directory.Delete(_directory, true);
    }
}
