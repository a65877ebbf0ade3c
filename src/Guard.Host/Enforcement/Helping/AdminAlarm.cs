using System.Net.Sockets;
using System.Text;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Serilog;

namespace Guard.Host.Enforcement.Helping;

/// <summary>Tells an administrator of this machine what the daemon wanted and did not get; the daemon itself may be in a thief's hands and would not.</summary>
public interface IAdminAlarm
{
    void Tell(string text);
}

/// <summary>
/// Tells by syslog (facility auth, severity alert), by the helper's own log, and by a mail that this machine's sendmail sends. At once the first time, then at
/// most every ten minutes with what was left out meanwhile: a flood of alarms is no alarm.
/// </summary>
/// <param name="mailTo">A local user or an address; empty: no mail.</param>
/// <param name="syslog">The datagram socket of the system's log, syslog(3).</param>
public sealed class AdminAlarm(IProcessRunner runner, string mailTo, ILogger log, TimeProvider clock, string syslog = "/dev/log") : IAdminAlarm
{
    // <facility * 8 + severity>, RFC 3164: auth is 4, alert 1.
    private const string AuthAlert = "<33>";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private int _left;

    public void Tell(string text)
    {
        int left;
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now - _last < Pause)
            {
                _left++;
                return;
            }
            (left, _left, _last) = (_left, 0, now);
        }
        // The daemon that said it may be in a thief's hands.
        var line = Printable.Of(left > 0 ? $"{text}; {left} more like it before" : text);
        log.Error("{Alarm:l}", line);
        Log(line);
        if (mailTo.Length > 0)
            _ = Task.Run(() => Mail(line));
    }

    private void Log(string line)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes($"{AuthAlert}accountguard-helper[{Environment.ProcessId}]: {line}"), new UnixDomainSocketEndPoint(syslog));
        }
        catch (SocketException failure)
        {
            log.Warning("syslog at {Socket:l} did not take the alarm: {Why:l}", syslog, failure.Message);
        }
    }

    private async Task Mail(string line)
    {
        var mail = $"""
            To: {mailTo}
            Subject: AccountGuard's helper refused its daemon
            Content-Type: text/plain; charset=utf-8
            Auto-Submitted: auto-generated

            {line}

            The helper does with root's rights what the guard's daemon asks for, and has refused this. If you did not ask for it yourself, the daemon may be
            in somebody else's hands: stop it (systemctl stop accountguard) and look at its log before it runs again.

            """;
        try
        {
            var outcome = await runner.Run(new ProcessRequest("sendmail", "-i", "-t") { Input = mail }).ConfigureAwait(false);
            if (!outcome.Succeeded)
                log.Warning("The alarm could not be mailed to {To:l}: {Why:l}", mailTo, outcome.Complaint);
        }
        catch (EnforcementException failure)
        {
            log.Warning("The alarm could not be mailed to {To:l}: {Why:l}", mailTo, failure.Message);
        }
    }
}
