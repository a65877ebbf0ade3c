using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Guard.Host.Configuration;
using Guard.Host.Feedback;
using Guard.Host.Reports.Webhooks;
using Guard.Host.Running;
using Guard.Host.Tests.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Serilog;
using Xunit;

namespace Guard.Host.Tests.Feedback;

/// <summary>A whole node with a mail server and a receiver of events beside it.</summary>
public sealed class ToldGuard : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-told").FullName;
    private readonly ReceivingServer _mail = new();
    private readonly WebApplication _receiver;
    private GuardNode? _node;

    public ToldGuard()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(ReceiveAsync);
    }

    internal ReceivingServer Mail => _mail;

    public GuardNode Node => _node!;

    /// <summary>Ids of events, each as often as it came.</summary>
    public ConcurrentQueue<string> Events { get; } = [];

    /// <summary>So many events are refused first.</summary>
    public int Failing { get; set; }

    public int Failed { get; private set; }

    public Uri Web { get; private set; } = null!;

    public byte[] Key => FeedbackKey.Of(Path.Combine(_directory, "data"));

    public string Socket => Path.Combine(_directory, "guard.sock");

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (
            !WebhookSignature.Verify(
                "hush",
                context.Request.Headers[WebhookSignature.Header].ToString(),
                body.ToArray(),
                DateTimeOffset.UtcNow,
                TimeSpan.FromMinutes(5)
            )
        )
        {
            context.Response.StatusCode = 401;
            return;
        }
        if (Failing > 0)
        {
            Failing--;
            Failed++;
            context.Response.StatusCode = 503;
            return;
        }
        Events.Enqueue(context.Request.Headers["X-AccountGuard-Event"].ToString());
    }

    public async ValueTask InitializeAsync()
    {
        await _receiver.StartAsync();
        Web = new Uri($"http://127.0.0.1:{FreePort()}/");
        var loaded = GuardConfiguration.Load(
            null,
            new Dictionary<string, string>
            {
                ["accountguard.mode"] = "enforce",
                ["accountguard.data-directory"] = $"{_directory}/data",
                ["accountguard.inspection.socket"] = Socket,
                ["accountguard.cluster.listen"] = $"127.0.0.1:{FreePort()}",
                ["accountguard.console.listen"] = $"127.0.0.1:{Web.Port}",
                ["accountguard.intake.postfix-policy.listen"] = "off",
                ["accountguard.intake.auth-policy.listen"] = "off",
                ["accountguard.intake.milter.listen"] = "off",
                ["accountguard.geo.fetch-default"] = "off",
                ["accountguard.reports.mail.host"] = "127.0.0.1",
                ["accountguard.reports.mail.port"] = $"{_mail.Port}",
                ["accountguard.reports.mail.from"] = "guard@example.net",
                ["accountguard.reports.mail.admin"] = "[\"admin@example.net\"]",
                ["accountguard.reports.webhooks.siem"] = $"{{ url = \"{_receiver.Urls.First()}/hook\", secret = hush }}",
                ["accountguard.reports.links"] = $"{{ enabled = on, base = \"{Web}\" }}",
            }
        );
        Assert.Empty(loaded.Faults);
        _node = await GuardNode.StartAsync(loaded.Settings!, loaded.Akka, new LoggerConfiguration().CreateLogger());
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        await _mail.DisposeAsync();
        await _receiver.DisposeAsync();
        Directory.Delete(_directory, true);
    }
}
