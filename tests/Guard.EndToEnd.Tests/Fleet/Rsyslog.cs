using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Guard.EndToEnd.Tests.Fleet;

/// <summary>A real rsyslog of its own, whose machine's daemons the test plays.</summary>
internal sealed class Rsyslog : IDisposable
{
    /// <summary>Keeps the whole tag.</summary>
    public const string Template =
        """template(name="guard" type="string" string="<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% %syslogtag:F,58:1% %PROCID% - - %msg:::drop-last-lf%\n")""";

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-rsyslog").FullName;
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    /// <param name="port">Of the guard's <c>tls-listen</c>.</param>
    /// <param name="template">The one of docs/syslog.md, or one of rsyslog's own.</param>
    public Rsyslog(int port, string authority, string certificate, string key, string template = "guard")
    {
        var conf = Path.Combine(_directory, "rsyslog.conf");
        File.WriteAllText(
            conf,
            $$"""
            module(load="imuxsock" SysSock.Use="off")
            input(type="imuxsock" Socket="{{Socket}}" RateLimit.Interval="0")
            {{Configuration(_directory, authority, certificate, key, "127.0.0.1", port, template)}}
            """
        );
        _process = Process.Start(
            new ProcessStartInfo("rsyslogd", ["-n", "-f", conf, "-i", Path.Combine(_directory, "pid")])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    private string Socket => Path.Combine(_directory, "log.sock");

    public bool IsReady => File.Exists(Socket);

    /// <summary>The lines that docs/syslog.md tells an admin to write.</summary>
    public static string Configuration(
        string directory,
        string authority,
        string certificate,
        string key,
        string target,
        int port,
        string template = "guard"
    ) =>
        $"""
            {Template}
            global(workDirectory="{directory}" defaultNetstreamDriverCAFile="{authority}" defaultNetstreamDriverCertFile="{certificate}" defaultNetstreamDriverKeyFile="{key}")
            mail,auth,authpriv.* action(type="omfwd" target="{target}" port="{port}" protocol="tcp" TCP_Framing="octet-counted" template="{template}"
              StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="guard.example.com"
              queue.type="LinkedList" queue.filename="guard" queue.saveOnShutdown="on" action.resumeRetryCount="-1" action.resumeInterval="1")
            """;

    /// <summary>What a daemon hands to <c>syslog(3)</c>.</summary>
    public void Log(string tag, string text)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(Encoding.UTF8.GetBytes($"<22>{DateTime.Now:MMM dd HH:mm:ss} {tag}: {text}"), new UnixDomainSocketEndPoint(Socket));
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
            _said.AppendLine(line.Data);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        Directory.Delete(_directory, true);
    }
}
