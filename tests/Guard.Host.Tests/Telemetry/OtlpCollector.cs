using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Tests.Telemetry;

/// <summary>A collector of OTLP over HTTP that keeps what it is sent. Names are looked for in the Protobuf as it came: strings stand in it as they
/// are.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<(string Path, string Body, string? Header)> _received = new();

    private OtlpCollector(WebApplication application)
    {
        _application = application;
    }

    public string Address => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var collector = new OtlpCollector(application);
        application.Run(collector.ReceiveAsync);
        await application.StartAsync();
        return collector;
    }

    public bool Has(string path, string text) => _received.Any(one => one.Path == path && one.Body.Contains(text, StringComparison.Ordinal));

    public bool HasHeader(string value) => _received.Any(one => one.Header == value);

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _received.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray()), http.Request.Headers["x-tenant"]));
        http.Response.ContentType = "application/x-protobuf";
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
