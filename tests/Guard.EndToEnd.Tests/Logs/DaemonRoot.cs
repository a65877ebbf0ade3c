using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Guard.EndToEnd.Tests.Fleet;
using Xunit;

namespace Guard.EndToEnd.Tests.Logs;

/// <summary>
/// A root of its own, laid over the machine's in a mount namespace, with an unpacked daemon in it, an account anna (password secret), and behind its /dev/log
/// a real systemd-journald that forwards to a real rsyslog, as Debian's do; rsyslog writes each line in four forms. All of it ends with the test.
/// </summary>
internal sealed class DaemonRoot : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-daemon");
    private readonly StringBuilder _said = new();
    private readonly List<Process> _processes = [];
    private readonly GuardProgram _programs = new();
    private readonly Journald _journald;

    private DaemonRoot() => _journald = new Journald(_programs);

    /// <summary>What the daemon said: rsyslog's traditional form, with RFC 3339 stamps, as RFC 5424 by rsyslog's template and by that of docs/syslog.md, and
    /// systemd's journal.</summary>
    public string[] Logs => [Traditional, this["rfc3339.log"], this["rfc5424.log"], this["guard.log"], JournalName + _journald.Files];

    /// <summary>A directory that both see, here and as /logs in the daemon's root.</summary>
    public string this[string name] => Path.Combine(_directory.FullName, "logs", name);

    private const string JournalName = "journal:";

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
        var listens = await Eventually.Within(
            Patience,
            () => Task.FromResult(File.Exists(root._journald.Forwarding) && File.Exists(root._journald.Socket)),
            cancellation
        );
        Assert.True(listens, root.Said);
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
            root.Write("root.sh", root.Over(package is null ? null : unpacked, root["."]))
        );
        return root;
    }

    /// <summary>Waits until the log has as many lines with each of these texts as are given.</summary>
    public async Task Until(string file, CancellationToken cancellation, params string[] texts)
    {
        var there = await Eventually.Within(
            Patience,
            () =>
            {
                var read = Read(file);
                return Task.FromResult(texts.All(text => read.Contains(text, StringComparison.Ordinal)));
            },
            cancellation
        );
        Assert.True(there, $"{string.Join(", ", texts)} not in {file}: {Read(file)} {Said}");
    }

    /// <summary>The text of a log; of the journal, what was said.</summary>
    public string Read(string log) =>
        log.StartsWith(JournalName, StringComparison.Ordinal) ? _programs.Run("journalctl", "--directory", log[JournalName.Length..], "-o", "cat", "--all").Out
        : File.Exists(log) ? File.ReadAllText(log)
        : "";

    /// <summary>Waits until all forms of the syslog have the text.</summary>
    public async Task UntilLogged(CancellationToken cancellation, params string[] texts)
    {
        await _journald.KeepsFilesAsync();
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
            input(type="imuxsock" Socket="{_journald.Forwarding}" RateLimit.Interval="0")
            {Rsyslog.Template}
            action(type="omfile" file="{Traditional}" template="RSYSLOG_TraditionalFileFormat")
            action(type="omfile" file="{this["rfc3339.log"]}" template="RSYSLOG_FileFormat")
            action(type="omfile" file="{this["rfc5424.log"]}" template="RSYSLOG_SyslogProtocol23Format")
            action(type="omfile" file="{this["guard.log"]}" template="guard")
            """;

    private string Over(string? unpacked, string logs) =>
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
            mount --bind {_journald.Socket} $t/root/dev/log
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
        _programs.Dispose();
        _journald.Dispose();
        _directory.Delete(recursive: true);
    }
}
