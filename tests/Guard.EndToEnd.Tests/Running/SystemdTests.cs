using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Guard.EndToEnd.Tests.Running;

/// <summary>The built program under a service manager that it tells how it is (sd_notify(3)): here the test holds the manager's socket.</summary>
public sealed class SystemdTests : IDisposable
{
    private const int Sigterm = 15;

    private readonly GuardProgram _guard = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    [Fact]
    public async Task It_says_when_it_is_ready_that_it_lives_and_that_it_stops_and_what_was_read_is_journaled()
    {
        _manager.Bind(new UnixDomainSocketEndPoint(_guard["notify"]));
        _guard.Configure("data", FreePort.Next(), "accountguard.console.listen = off");
        await File.WriteAllBytesAsync(_guard["mail.log"], _guard.DemoLog(), TestContext.Current.CancellationToken);
        var expected = _guard.Replayed();
        var process = StartAsService();

        await HearAsync("READY=1");
        Assert.True(_guard.Answers, _guard.Heard);
        // It reads from then on.
        await GuardProgram.UntilAsync(() => _guard.Explain("info@example.com") is not null, () => _guard.Heard);
        await HearAsync("WATCHDOG=1");
        await HearAsync("WATCHDOG=1");
        Assert.Equal(0, Kill(process.Id, Sigterm));
        await HearAsync("STOPPING=1");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, _guard.Heard);

        // Stopped in the middle or at the end: nothing is lost, and nothing counts twice.
        StartAsService();
        await HearAsync("READY=1");
        await GuardProgram.UntilAsync(() => _guard.Totals() == expected, () => $"{expected} was expected, {_guard.Totals()} came about: {_guard.Heard}");
    }

    /// <summary>As systemd starts it: told where to tell and how long it is waited for (systemd.exec(5)); who its parent is, a hardened unit hides.</summary>
    private Process StartAsService() =>
        _guard.StartProgram(
            "/usr/bin/env",
            $"NOTIFY_SOCKET={_guard["notify"]}",
            "WATCHDOG_USEC=600000",
            GuardProgram.Program,
            "run",
            "--config",
            _guard["guard.conf"]
        );

    private async Task HearAsync(string word)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(GuardProgram.Patience);
        var heard = new List<string>();
        var buffer = new byte[1024];
        try
        {
            do
            {
                heard.Add(Encoding.UTF8.GetString(buffer, 0, await _manager.ReceiveAsync(buffer, patience.Token)));
            } while (heard[^1].TrimEnd('\n') != word);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"{word} was expected, {string.Join(", ", heard)} was heard: {_guard.Heard}");
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    public void Dispose()
    {
        _guard.Dispose();
        _manager.Dispose();
    }
}
