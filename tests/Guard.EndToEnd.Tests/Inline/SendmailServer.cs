using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Guard.Host.Platform;
using Xunit;

namespace Guard.EndToEnd.Tests.Inline;

/// <summary>A Sendmail of the test's own that asks a milter. What it accepts stays in its queue. The accounts are info and anna, password "secret".</summary>
internal sealed class SendmailServer : IProcessRunner, IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-sendmail");
    private readonly ProcessRunner _runner = new();
    private readonly Socket _syslog = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly StringBuilder _said = new();
    private Process? _sendmail;
    private Task _logging = Task.CompletedTask;

    /// <summary>Runs a program where Sendmail has its files and its name.</summary>
    public Task<ProcessOutcome> Run(ProcessRequest request, CancellationToken cancellation = default) =>
        _runner.Run(
            request with
            {
                Program = "nsenter",
                Arguments =
                [
                    "-m",
                    "-u",
                    "-t",
                    _sendmail!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    "--",
                    request.Program,
                    .. request.Arguments,
                ],
            },
            cancellation
        );

    public int Port { get; } = FreePort.Next();

    /// <summary>Sendmail's log as rsyslog would write it.</summary>
    public string Log => Path.Combine(_directory.FullName, "mail.log");

    public static async Task<SendmailServer> Start(int milter, CancellationToken cancellation)
    {
        Requirement.Root();
        Requirement.Programs("m4", "saslpasswd2", "unshare");
        Requirement.That(
            File.Exists(Path.Combine(SendmailConfiguration.Unpacked, "usr/libexec/sendmail/sendmail")),
            $"needs Sendmail unpacked in {SendmailConfiguration.Unpacked} (tests/install-packages)"
        );
        var server = new SendmailServer();
        try
        {
            await server.StartAsync(milter, cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    private async Task StartAsync(int milter, CancellationToken cancellation)
    {
        var root = _directory.FullName;
        await File.WriteAllTextAsync(Path.Combine(root, "sendmail.mc"), SendmailConfiguration.Macros(Port, milter), cancellation);
        await File.WriteAllTextAsync(Path.Combine(root, "service.switch"), "hosts files\n", cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(root, "sendmail.cf"),
            await _runner.Must(
                new ProcessRequest("m4", $"-D_CF_DIR_={SendmailConfiguration.Unpacked}/usr/share/sendmail/cf/", Path.Combine(root, "sendmail.mc")),
                cancellation
            ),
            cancellation
        );
        _syslog.Bind(new UnixDomainSocketEndPoint(Path.Combine(root, "syslog")));
        await File.WriteAllTextAsync(Log, "", cancellation);
        _logging = KeepLogAsync();
        _sendmail = Process.Start(
            new ProcessStartInfo("unshare", ["-mu", "sh", "-c", SendmailConfiguration.Start(root)])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        _sendmail.ErrorDataReceived += Keep;
        _sendmail.OutputDataReceived += Keep;
        _sendmail.BeginErrorReadLine();
        _sendmail.BeginOutputReadLine();
        await GuardProgram.UntilAsync(() => _sendmail.HasExited || Answers(), () => "Sendmail does not answer");
        Assert.False(_sendmail.HasExited, $"Sendmail did not start: {_said}{await File.ReadAllTextAsync(Log, cancellation)}");
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            return client.GetStream().ReadByte() == '2';
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    /// <summary><c>&lt;22>Nov 24 10:00:00 sm-mta[1]: …</c> becomes a line with a host.</summary>
    private async Task KeepLogAsync()
    {
        await using var log = new StreamWriter(Log, append: true) { AutoFlush = true };
        var datagram = new byte[8192];
        try
        {
            while (true)
            {
                var text = Encoding.UTF8.GetString(datagram, 0, await _syslog.ReceiveAsync(datagram)).TrimEnd('\n', '\0');
                text = text[(text.IndexOf('>', StringComparison.Ordinal) + 1)..];
                await log.WriteLineAsync($"{text[..15]} mail {text[16..]}");
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_sendmail is not null)
        {
            if (!_sendmail.HasExited)
                _sendmail.Kill(entireProcessTree: true);
            await _sendmail.WaitForExitAsync();
            _sendmail.Dispose();
        }
        _syslog.Dispose();
        await _logging;
        _directory.Delete(recursive: true);
    }
}
