using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Guard.Host.Intake.Files;
using Xunit;

namespace Guard.EndToEnd.Tests;

/// <summary>The built program with a directory of its own, and what the tests need of the machine.</summary>
internal sealed class GuardProgram : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly List<Process> _started = [];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("accountguard-e2e").FullName;

    public StringBuilder Said { get; } = new();

    public static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "AccountGuard.sln")))
                directory = directory.Parent;
            return directory!.FullName;
        }
    }

    /// <summary>What is tried: the program that the packages hold (make e2e says where), or what was built last.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("ACCOUNTGUARD_PROGRAM") ?? Path.Combine(Root, "bin", "publish", "accountguard");

    /// <summary>The helper beside that program: the packages' own, and where there is none the program's command.</summary>
    public static string[] Helper { get; } =
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Program))!, "accountguard-helper") is var own && File.Exists(own) ? [own] : [Program, "helper"];

    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>Writes guard.conf for the demo's policies and an (empty) log beside it.</summary>
    public void Configure(string data, int port, string more = "")
    {
        File.Copy(Path.Combine(Root, "hocon", "demo", "places.txt"), this["places.txt"], true);
        var conf = File.ReadAllText(Path.Combine(Root, "hocon", "demo.conf"))
            .Replace("\"data/demo\"", $"\"{data}\"", StringComparison.Ordinal)
            .Replace("../data/demo/mail.log", "mail.log", StringComparison.Ordinal)
            .Replace("demo/places.txt", "places.txt", StringComparison.Ordinal);
        File.WriteAllText(this["guard.conf"], $"{conf}\naccountguard.cluster.listen = \"127.0.0.1:{port}\"\naccountguard.geo.fetch-default = off\n{more}\n");
    }

    public byte[] DemoLog()
    {
        using var packed = new GZipStream(File.OpenRead(Path.Combine(Root, "hocon", "demo", "mail.log.gz")), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        packed.CopyTo(memory);
        return memory.ToArray();
    }

    public (string Out, string Error, int Code) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Directory,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (text, error.Result, process.ExitCode);
    }

    public (string Out, string Error, int Code) Guard(params string[] arguments) => Run(Program, arguments);

    public (string Out, string Error, int Code) AskHelper(params string[] arguments) => Run(Helper[0], [.. Helper[1..], .. arguments]);

    public void Must(string program, params string[] arguments)
    {
        var (text, error, code) = Run(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {text}{error}");
    }

    public Process Start() => StartIn();

    /// <param name="before">Words that start it elsewhere, such as in a network namespace.</param>
    public Process StartIn(params string[] before) => StartProgram([.. before, Program, "run", "--config", this["guard.conf"]]);

    /// <summary>Another program that is heard, and ends with the test.</summary>
    public Process StartProgram(params string[] words)
    {
        var process = Process.Start(
            new ProcessStartInfo(words[0], words[1..])
            {
                WorkingDirectory = Directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _started.Add(process);
        return process;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (Said)
            Said.AppendLine(line.Data);
    }

    public string Heard
    {
        get
        {
            lock (Said)
                return Said.ToString();
        }
    }

    /// <summary>Whether a running guard answers; nobody has to be an account yet.</summary>
    public bool Answers => Guard("inspect", "--config", "guard.conf", "cluster").Code == 0;

    public JsonElement? Explain(string user)
    {
        var (text, _, code) = Guard("explain", user, "--config", "guard.conf", "--format", "json");
        return code == 0 ? JsonDocument.Parse(text).RootElement : null;
    }

    /// <summary>Logins, failures, submissions, recipients and stopped mails of the demo's accounts.</summary>
    public (long, long, long, long, long) Totals()
    {
        var users = new[]
        {
            "info@example.com",
            "anna@example.com",
            "bob@example.com",
            "sales@example.com",
            "office@example.org",
            "karl@example.org",
            "marie@example.net",
            "news@example.net",
            "paul@example.net",
        };
        var all = users.Select(Explain).ToArray();
        return (Sum("logins"), Sum("failures"), Sum("submissions"), Sum("recipients"), Sum("stopped"));

        long Sum(string name) => all.Sum(one => one?.GetProperty("totals").GetProperty(name).GetInt64() ?? 0);
    }

    /// <summary>The same of a replay.</summary>
    public (long, long, long, long, long) Replayed()
    {
        var (text, error, code) = Guard("replay", "--config", "guard.conf", "--format", "ndjson", "mail.log");
        Assert.True(code == 0, error);
        var summary = JsonDocument.Parse(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
        return (Get("logins"), Get("failures"), Get("submissions"), Get("recipients"), Get("stopped_submissions"));

        long Get(string name) => summary.GetProperty(name).GetInt64();
    }

    /// <summary>Waits until how far a log was taken in is stored, which is a little later than that it counts.</summary>
    public Task CheckpointAsync(string log) =>
        UntilAsync(
            () => new CheckpointStore(this["data/intake"]).Load(this[log], out _)?.Offset == new FileInfo(this[log]).Length,
            () => $"how far {log} was taken in is not stored: {Heard}"
        );

    /// <summary>With pauses long enough that looking, which starts programs, does not keep the machine busy.</summary>
    public static Task UntilAsync(Func<bool> reached, Func<string> otherwise) => UntilAsync(() => Task.FromResult(reached()), otherwise);

    public static async Task UntilAsync(Func<Task<bool>> reached, Func<string> otherwise)
    {
        if (!await Eventually.Within(Patience, reached, TestContext.Current.CancellationToken))
            Assert.Fail(otherwise());
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }
            process.Dispose();
        }
        Run("umount", this["data"]);
        System.IO.Directory.Delete(Directory, true);
    }
}
