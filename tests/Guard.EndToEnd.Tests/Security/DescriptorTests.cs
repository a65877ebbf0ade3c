using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Guard.EndToEnd.Tests.Security;

/// <summary>The built program with few descriptors, and more connections than it may have.</summary>
public sealed class DescriptorTests : IDisposable
{
    private readonly GuardProgram _guard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    public async Task Idle_connections_to_every_port_never_use_up_the_descriptors_and_who_asks_is_answered(int descriptors)
    {
        Requirement.Programs("prlimit");
        var (policy, auth, milter, syslog, console) = (FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        await File.WriteAllTextAsync(
            _guard["guard.conf"],
            $$"""
            accountguard {
              data-directory = "{{_guard["data"]}}"
              cluster.listen = "127.0.0.1:{{FreePort.Next()}}"
              console.listen = "127.0.0.1:{{console}}"
              geo.fetch-default = off
              intake {
                postfix-policy.listen = "127.0.0.1:{{policy}}", auth-policy.listen = "127.0.0.1:{{auth}}", milter.listen = "127.0.0.1:{{milter}}"
                syslog.listen = "127.0.0.1:{{syslog}}"
              }
            }
            """,
            Cancellation
        );
        var process = _guard.StartIn("prlimit", $"--nofile={descriptors}:{descriptors}");
        await GuardProgram.UntilAsync(() => _guard.Heard.Contains("AccountGuard runs", StringComparison.Ordinal), () => _guard.Heard);
        var idle = new List<Socket>();
        for (var i = 0; i < 600; i++)
        {
            foreach (var port in new[] { policy, auth, milter, syslog, console })
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                idle.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
            }
        }
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, policy, Cancellation);
            await client
                .GetStream()
                .WriteAsync(
                    Encoding.ASCII.GetBytes(
                        "request=smtpd_access_policy\nprotocol_state=RCPT\nsasl_username=a@example.com\nclient_address=203.0.113.9\nrecipient=b@c.example\ninstance=1\n\n"
                    ),
                    Cancellation
                );
            using var reader = new StreamReader(client.GetStream());
            Assert.Equal("action=DUNNO", await reader.ReadLineAsync(Cancellation));
        }
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"http://127.0.0.1:{auth}/?command=ping"), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"http://127.0.0.1:{console}/health/live"), Cancellation)).StatusCode);
        Assert.InRange(Directory.GetFiles($"/proc/{process.Id}/fd").Length, 1, descriptors - 1);
        Assert.DoesNotContain("accepting failed", _guard.Heard, StringComparison.Ordinal);
        Assert.False(process.HasExited);
        idle.ForEach(socket => socket.Dispose());
    }

    public void Dispose() => _guard.Dispose();
}
