using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Guard.Host.Inspection;
using Guard.Host.Node;
using Xunit;

namespace Guard.EndToEnd.Tests.Cluster;

/// <summary>One node: a process on its machine that is started again when it ends by itself, as systemd or Kubernetes would do.</summary>
internal sealed class NodeProcess(string directory, string name, string[] before) : IDisposable
{
    private static readonly TimeSpan StartAgainAfter = TimeSpan.FromSeconds(1);

    private readonly StringBuilder _said = new();
    private readonly Lock _gate = new();
    private Process? _process;
    private bool _wanted;

    public string Name => name;

    public string Directory { get; } = System.IO.Directory.CreateDirectory(Path.Combine(directory, name)).FullName;

    public string this[string file] => Path.Combine(Directory, file);

    public string Log => this["mail.log"];

    public string PolicySocket => this["policy.sock"];

    public string Socket => this["data/accountguard.sock"];

    /// <summary>How often it ended by itself.</summary>
    public int Ended { get; private set; }

    public int Starts { get; private set; }

    /// <summary>How often it ended at all.</summary>
    public int Ends { get; private set; }

    public string Heard
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            _wanted = true;
            string[] words = [.. before, GuardProgram.Program, "run", "--config", this["guard.conf"]];
            var process = new Process
            {
                StartInfo = new ProcessStartInfo(words[0], words[1..])
                {
                    WorkingDirectory = Directory,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                },
                EnableRaisingEvents = true,
            };
            process.OutputDataReceived += Keep;
            process.ErrorDataReceived += Keep;
            process.Exited += (_, _) => _ = AgainAsync(process);
            _process = process;
            process.Start();
            Starts++;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }
    }

    private async Task AgainAsync(Process ended)
    {
        lock (_gate)
        {
            Ends++;
            if (!_wanted || ended != _process)
                return;
            Ended++;
        }
        await Task.Delay(StartAgainAfter);
        lock (_gate)
        {
            if (!_wanted || ended != _process)
                return;
        }
        Start();
    }

    /// <summary>Kills it, and leaves it dead.</summary>
    public async Task KillAsync()
    {
        lock (_gate)
            _wanted = false;
        // ip netns exec replaces itself by the program, so that this is the guard.
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it as an admin does; returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        lock (_gate)
            _wanted = false;
        using (var term = Process.Start("kill", ["-TERM", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await term.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>One line asked over the node's socket; null when it does not answer.</summary>
    public async Task<JsonElement?> AskAsync(string[] question, CancellationToken cancel) => (await TryAsync(question, cancel)).Answer;

    /// <summary>Whether the guard knows the account; true too when the node cannot say.</summary>
    public async Task<bool> HasSeenAsync(string account) =>
        (await TryAsync(["user", "show", account], TestContext.Current.CancellationToken)).Failure is not InspectionException unknown
        || !unknown.Message.StartsWith("there is no such account", StringComparison.Ordinal);

    private async Task<(JsonElement? Answer, Exception? Failure)> TryAsync(string[] question, CancellationToken cancel)
    {
        try
        {
            return (JsonDocument.Parse(await new InspectionClient(Socket).AskWholeAsync(question, cancel)).RootElement, null);
        }
        catch (Exception failure)
            when (failure is InspectionException or IOException or OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return (null, failure);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    public void Dispose()
    {
        lock (_gate)
            _wanted = false;
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process?.Dispose();
    }
}
