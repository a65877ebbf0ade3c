using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Guard.EndToEnd.Tests.Logs;

/// <summary>
/// A root of its own, laid over the machine's in a mount namespace, with an unpacked daemon in it, an account anna (password secret), and a real rsyslog behind
/// /dev/log that writes each line in three forms. All of it ends with the test.
/// </summary>
internal sealed class DaemonRoot : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-daemon");
    private readonly StringBuilder _said = new();
    private readonly List<Process> _processes = [];

    private DaemonRoot() { }

    /// <summary>What rsyslog wrote, in its traditional form, with RFC 3339 stamps, and as RFC 5424.</summary>
    public string[] Logs => [Traditional, this["rfc3339.log"], this["rfc5424.log"]];

    /// <summary>A directory that both see, here and as /logs in the daemon's root.</summary>
    public string this[string name] => Path.Combine(_directory.FullName, "logs", name);

    private string Traditional => this["traditional.log"];

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <param name="package">Whose unpacked files are laid over the machine's; null for a program that is installed.</param>
    /// <param name="script">Runs as root in there, and goes on as the daemon, or ends when the daemon is in the background.</param>
    public static async Task<DaemonRoot> Start(string? package, string script, CancellationToken cancellation)
    {
        Requirement.Root();
        Requirement.Programs("unshare", "rsyslogd", "useradd", "chpasswd");
        var unpacked = $"/var/lib/accountguard-tests/daemons/{package}";
        if (package is not null)
            Requirement.That(Directory.Exists(unpacked), $"needs {package}, which tests/install-packages unpacks");
        var root = new DaemonRoot();
        Directory.CreateDirectory(root["."]);
        root.Run("rsyslogd", "-n", "-f", root.Write("rsyslog.conf", root.Syslog()), "-i", root["rsyslog.pid"]);
        Assert.True(await Eventually.Within(Patience, () => Task.FromResult(File.Exists(root["log.sock"])), cancellation), root.Said);
        root.Write("start", $"useradd -m -s /bin/sh anna\necho anna:secret | chpasswd\n{script}\n");
        root.Run(
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
            "sh",
            "-e",
            root.Write("root.sh", Over(package is null ? null : unpacked, root["."]))
        );
        return root;
    }

    /// <summary>Waits until the log has as many lines with each of these texts as are given.</summary>
    public async Task Until(string file, CancellationToken cancellation, params string[] texts)
    {
        var there = await Eventually.Within(
            Patience,
            () => Task.FromResult(File.Exists(file) && texts.All(text => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))),
            cancellation
        );
        Assert.True(there, $"{string.Join(", ", texts)} not in {file}: {(File.Exists(file) ? File.ReadAllText(file) : "")} {Said}");
    }

    /// <summary>Waits until all forms of the syslog have the text.</summary>
    public async Task UntilLogged(CancellationToken cancellation, params string[] texts)
    {
        foreach (var log in Logs)
            await Until(log, cancellation, texts);
    }

    public static async Task Listening(int port, DaemonRoot root, CancellationToken cancellation) =>
        Assert.True(await Eventually.Within(Patience, () => Task.FromResult(Answers(port)), cancellation), root.Said);

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Syslog() =>
        $"""
            module(load="imuxsock" SysSock.Use="off")
            input(type="imuxsock" Socket="{this["log.sock"]}" CreatePath="on" RateLimit.Interval="0")
            action(type="omfile" file="{Traditional}" template="RSYSLOG_TraditionalFileFormat")
            action(type="omfile" file="{this["rfc3339.log"]}" template="RSYSLOG_FileFormat")
            action(type="omfile" file="{this["rfc5424.log"]}" template="RSYSLOG_SyslogProtocol23Format")
            """;

    private static string Over(string? unpacked, string logs) =>
        $"""
            t=$(mktemp -d)
            mount -t tmpfs none $t
            mkdir $t/upper $t/work $t/root $t/lower
            {(unpacked is null ? "" : $"cp -a {unpacked}/. $t/lower")}
            mount -t overlay overlay -o lowerdir=$t/lower:/,upperdir=$t/upper,workdir=$t/work $t/root
            mount -t proc none $t/root/proc
            mount -t tmpfs none $t/root/dev
            for device in null zero random urandom tty; do touch $t/root/dev/$device; mount --bind /dev/$device $t/root/dev/$device; done
            mount -t tmpfs none $t/root/run
            mkdir $t/root/logs
            mount --bind {logs} $t/root/logs
            touch $t/root/dev/log
            mount --bind {logs}/log.sock $t/root/dev/log
            chroot $t/root sh -e /logs/start
            exec sleep 600
            """;

    private string Write(string name, string text)
    {
        File.WriteAllText(this[name], text.ReplaceLineEndings("\n"));
        return this[name];
    }

    private void Run(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    public void Dispose()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        _directory.Delete(recursive: true);
    }
}
