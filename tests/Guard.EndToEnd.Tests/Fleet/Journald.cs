using System.Diagnostics;
using Xunit;

namespace Guard.EndToEnd.Tests.Fleet;

/// <summary>A real systemd-journald in a namespace of its own (systemd-journald.service(8)), beside the machine's.</summary>
internal sealed class Journald : IDisposable
{
    private const string Program = "/lib/systemd/systemd-journald";

    private readonly GuardProgram _programs;
    private Process? _process;

    public Journald(GuardProgram programs)
    {
        _programs = programs;
        Requirement.Root();
        Requirement.Programs("journalctl", "logger");
        Requirement.That(File.Exists(Program) && File.Exists("/etc/machine-id"), "needs systemd's journald, which is not installed");
        Start();
    }

    public string Namespace { get; } = $"agtest{Environment.ProcessId}x{Guid.NewGuid():N}"[..24];

    /// <summary>Where daemons hand it what they say by syslog(3).</summary>
    public string Socket => $"{Run}/dev-log";

    /// <summary>Where it hands on what it is told: a syslog daemon may listen there.</summary>
    public string Forwarding => $"{Run}/syslog";

    private string Run => $"/run/systemd/journal.{Namespace}";

    /// <summary>Where it keeps its files: on disk where the machine has such a directory, else below /run.</summary>
    public string Files => Found ?? throw new InvalidOperationException("journald keeps no files yet");

    private string? Found =>
        new[] { "/var/log/journal", "/run/log/journal" }
            .SelectMany(top => Directory.Exists(top) ? Directory.GetDirectories(top, $"*.{Namespace}") : [])
            .FirstOrDefault();

    /// <summary>It makes them a little after it was started.</summary>
    public Task KeepsFilesAsync() => GuardProgram.UntilAsync(() => Found is not null, () => "journald keeps no files");

    public void Start()
    {
        Directory.CreateDirectory(Run);
        _process = _programs.StartProgram(Program, Namespace);
    }

    public void Stop()
    {
        _process!.Kill();
        _process.WaitForExit();
        foreach (var socket in Directory.GetFiles(Run))
            File.Delete(socket);
    }

    /// <summary>Logs as a daemon does by syslog(3).</summary>
    public async Task LogAsync(string tag, params IEnumerable<string> lines)
    {
        await GuardProgram.UntilAsync(() => File.Exists(Socket), () => "journald does not listen");
        var file = Path.Combine(_programs.Directory, "lines");
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        _programs.Must("logger", "--socket", Socket, "--tag", tag, "--file", file);
    }

    /// <summary>The messages of one tag that it has in its files.</summary>
    public string[] Read(string tag) =>
        _programs
            .Run("journalctl", $"--namespace={Namespace}", $"--identifier={tag}", "--output=cat", "--quiet")
            .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Control(params string[] words) => _programs.Must("journalctl", [$"--namespace={Namespace}", .. words]);

    /// <summary>Its process ends with the programs of the test.</summary>
    public void Dispose()
    {
        foreach (
            var directory in new[] { "/var/log/journal", "/run/log/journal" }.SelectMany(top =>
                Directory.Exists(top) ? Directory.GetDirectories(top, $"*.{Namespace}") : []
            )
        )
            Directory.Delete(directory, true);
        if (Directory.Exists(Run))
            Directory.Delete(Run, true);
    }
}
