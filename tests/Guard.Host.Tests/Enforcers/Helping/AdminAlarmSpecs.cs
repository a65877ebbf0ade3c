using System.Net.Sockets;
using System.Text;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Platform;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Enforcers.Helping;

/// <summary>How the helper tells an administrator without its daemon.</summary>
public sealed class AdminAlarmSpecs : TimeProvider, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-alarm");
    private readonly Socket _syslog = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    public AdminAlarmSpecs() => _syslog.Bind(new UnixDomainSocketEndPoint(Log));

    private string Log => Path.Combine(_directory.FullName, "log");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Dispose()
    {
        _syslog.Dispose();
        _directory.Delete(true);
    }

    private AdminAlarm Alarm(IProcessRunner runner, string to) => new(runner, to, new LoggerConfiguration().CreateLogger(), this, Log);

    [Fact]
    public void Syslog_has_the_first_at_once_and_what_was_left_out_ten_minutes_later()
    {
        var alarm = Alarm(new Answering(), "");
        for (var i = 0; i < 1_000; i++)
            alarm.Tell("the daemon asked to lock an administrator: root is root; refused");
        _now += TimeSpan.FromMinutes(11);
        alarm.Tell("again");
        Assert.Equal($"<33>accountguard-helper[{Environment.ProcessId}]: the daemon asked to lock an administrator: root is root; refused", Received());
        Assert.Equal($"<33>accountguard-helper[{Environment.ProcessId}]: again; 999 more like it before", Received());
        Assert.Equal(0, _syslog.Available);
    }

    [Fact]
    public async Task A_mail_goes_out_through_the_machine_s_own_sendmail()
    {
        var sent = new TaskCompletionSource<ProcessRequest>();
        Alarm(
                new Answering
                {
                    Answer = request =>
                    {
                        sent.SetResult(request);
                        return new ProcessOutcome(0, "", "");
                    },
                },
                "root"
            )
            .Tell("refused");
        var request = await sent.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(("sendmail", "-i -t"), (request.Program, string.Join(' ', request.Arguments)));
        Assert.StartsWith("To: root\nSubject: AccountGuard's helper refused its daemon\n", request.Input, StringComparison.Ordinal);
        Assert.Contains("\n\nrefused\n", request.Input, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_system_log_the_helper_goes_on()
    {
        File.Delete(Log);
        Alarm(new Answering(), "").Tell("refused");
    }

    private string Received()
    {
        var bytes = new byte[2000];
        return Encoding.UTF8.GetString(bytes, 0, _syslog.Receive(bytes));
    }
}
