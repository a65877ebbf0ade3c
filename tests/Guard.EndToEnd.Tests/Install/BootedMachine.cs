using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Guard.EndToEnd.Tests.Install;

/// <summary>A Debian server with systemd, without a network, in namespaces of its own (tests/make-root, tests/boot-root). Gone without a trace when disposed.</summary>
internal sealed class BootedMachine : IDisposable
{
    /// <summary>Where tests/make-root puts them.</summary>
    public const string Roots = "/var/lib/accountguard-tests/roots";

    private readonly GuardProgram _runner = new();
    private readonly string _suite;
    private readonly string _changes;
    private Process _machine;
    private int _init;

    private BootedMachine(string suite)
    {
        _suite = suite;
        // Not below /tmp, which may be a file system that no overlay can lie on.
        _changes = Directory.CreateDirectory(Path.Combine(Roots, $"{suite}-{Guid.NewGuid():N}")).FullName;
        _machine = Boot();
        _init = Init();
    }

    /// <summary>The number of its first process, by which its namespaces are reached.</summary>
    public int InitProcess => _init;

    /// <summary>A login as Dovecot tells it to syslog.</summary>
    public void TellLogin(string user) =>
        Must(
            "logger",
            "-t",
            "dovecot",
            "-p",
            "mail.info",
            $"imap-login: Login: user=<{user}>, method=PLAIN, rip=203.0.113.5, lip=198.51.100.25, mpid=11, TLS, session=<abc>"
        );

    private Process Boot() => _runner.StartProgram(Path.Combine(GuardProgram.Root, "tests", "boot-root"), Path.Combine(Roots, _suite), _changes);

    /// <summary>As by a power cut: what is on its disk stays, and nothing is stopped before.</summary>
    public async Task RebootAsync()
    {
        _machine.Kill();
        await _machine.WaitForExitAsync(TestContext.Current.CancellationToken);
        _machine = Boot();
        _init = Init();
        await UpAsync();
    }

    private Task UpAsync() =>
        GuardProgram.UntilAsync(
            () => Run("systemctl", "is-system-running").Out.Trim() is "running" or "degraded",
            () => $"{_suite} did not come up: {_runner.Heard}"
        );

    public static async Task<BootedMachine> StartAsync(string suite)
    {
        Requirement.Root();
        Requirement.Programs("unshare", "nsenter", "debootstrap");
        Requirement.That(File.Exists(Path.Combine(Roots, suite, ".made")), $"needs a Debian root of {suite}: tests/make-root {suite}");
        var machine = new BootedMachine(suite);
        await machine.UpAsync();
        return machine;
    }

    private int Init()
    {
        // The script becomes unshare, whose only child is the machine's first process.
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < GuardProgram.Patience && !_machine.HasExited)
        {
            var children = File.ReadAllText($"/proc/{_machine.Id}/task/{_machine.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (children.Length == 1 && int.Parse(children[0], CultureInfo.InvariantCulture) is var child && NameOf(child) is "systemd" or "init")
                return child;
            Thread.Yield();
        }
        throw new InvalidOperationException($"the machine did not start: {_runner.Heard}");
    }

    /// <summary>What a process runs; empty for one that has just ended.</summary>
    private static string NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    public (string Out, string Error, int Code) Run(params string[] words) =>
        _runner.Run(
            "nsenter",
            [
                $"--target={_init}",
                "--mount",
                "--uts",
                "--ipc",
                "--pid",
                "--net",
                "--cgroup",
                "--root",
                "--wdns=/",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "LANG=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive",
                .. words,
            ]
        );

    public string Must(params string[] words)
    {
        var (text, error, code) = Run(words);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {code}\n{text}{error}\n{Run("journalctl", "-n", "40", "--no-pager").Out}");
        return text;
    }

    /// <summary>Puts a file of this machine into the other one's.</summary>
    public void Put(string file, string at) => File.Copy(file, $"/proc/{_init}/root{at}", true);

    /// <summary>rpm(8) of this machine on the other one's root; what it requires of a system of its kind is not asked for.</summary>
    public void Rpm(params string[] words) => _runner.Must("rpm", ["--root", $"/proc/{_init}/root", "--nodeps", .. words]);

    public void Write(string at, string text) => File.WriteAllText($"/proc/{_init}/root{at}", text);

    /// <summary>Every file with its mode, owner and content; what a running system writes by itself left out (Debian's Sendmail copies its files once a day and makes its Makefile and databases anew at each start).</summary>
    public IReadOnlyList<string> Files() =>
        Must(
                "sh",
                "-c",
                "find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /dev -o -path /var/log -o -path /var/cache -o -path /var/lib/apt "
                    + "-o -path /var/lib/dpkg -o -path /var/lib/systemd -o -path /var/lib/private -o -path /var/tmp -o -path /root -o -path /var/lib/postfix -o -path /var/spool/postfix -o -path /var/lib/dovecot -o -path /var/vmail "
                    + "-o -path /home -o -path /var/mail -o -path /var/spool/mqueue -o -path /var/spool/mqueue-client -o -path /var/spool/exim4 \\) -prune -o "
                    + "! -path '/var/backups/*.bak' ! -path '/etc/*-' ! -path /etc/.pwd.lock ! -path /etc/ld.so.cache ! -path '/etc/mail/*.db' ! -path /etc/mail/Makefile ! -path /etc/mail/databases \\( -type f -exec sha256sum {} + -o -type l -printf 'link %p %l\\n' -o -type d -printf 'directory %p %m %U %G\\n' \\) | sort"
            )
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose()
    {
        _runner.Dispose();
        Directory.Delete(_changes, true);
    }
}
