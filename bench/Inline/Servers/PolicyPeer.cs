using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Guard.Bench.Shared;

namespace Guard.Bench.Inline.Servers;

/// <summary>A policy server that the bench starts on a free port of loopback and stops.</summary>
internal abstract class PolicyPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Process? _process;

    public abstract string Name { get; }

    /// <summary>Debian's package; empty when it is our own.</summary>
    public abstract string Package { get; }

    public abstract TimeSpan WarmUp { get; }

    /// <summary>What the server has used of the processors so far.</summary>
    public TimeSpan Used
    {
        get
        {
            using var server = Process.GetProcessById(ProcessId);
            return server.TotalProcessorTime;
        }
    }

    /// <summary>For profilers.</summary>
    public int ProcessId => _process!.HasExited ? Daemon : _process.Id;

    private int Daemon => int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);

    public int Port { get; } = FreePort.Next();

    protected string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("policy-bench").FullName;

    public void Start()
    {
        // A peer gives its rights up and must still reach its files.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Directory, (UnixFileMode)0b111_101_101);
        var command = Prepare();
        _process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                WorkingDirectory = Directory,
            }
        )!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        for (var since = Stopwatch.StartNew(); !Answers(); Thread.Sleep(100))
        {
            if (since.Elapsed > Patience || (_process.HasExited && _process.ExitCode != 0))
                throw new InvalidOperationException($"{Name} does not answer");
        }
    }

    /// <summary>Writes what the server needs, and tells how it is started.</summary>
    protected abstract string[] Prepare();

    /// <summary>Where a server that leaves the foreground writes its process id.</summary>
    protected string PidFile => Path.Combine(Directory, "pid");

    private bool Answers()
    {
        try
        {
            using var client = new PolicyClient(Port);
            client.Send(PolicyText.Next(new Random(1), 0), Stopwatch.GetTimestamp());
            return client.Receive([]) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void End(Process process)
    {
        using (process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            if (_process.HasExited && File.Exists(PidFile))
                End(Process.GetProcessById(Daemon));
            End(_process);
        }
        System.IO.Directory.Delete(Directory, true);
    }
}
