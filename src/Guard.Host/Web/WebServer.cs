using System.Net;
using System.Net.Sockets;
using Guard.Host.Intake.Sockets;
using Guard.Host.Web.Modules;
using Guard.Host.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Web;

/// <summary>
/// The node's web server for console, API, health and metrics. Like the auth policy server it starts from an empty builder, so that nothing but the guard's own
/// settings decides what it listens on.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    /// <summary>Browsers, their pages' web sockets, and programs; idle ones make room.</summary>
    private const int MaxConnections = 2000;

    private readonly WebApplication _application;

    /// <param name="certificate">Null: plain HTTP.</param>
    public WebServer(TakenAddress taken, IReadOnlyList<IWebModule> modules, RenewedCertificate? certificate = null, Serilog.ILogger? log = null)
    {
        Address = AddressOf(taken, certificate is not null);
        var door = ConnectionDoor.Wide("console", MaxConnections, log ?? Serilog.Core.Logger.None);
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(WebServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory }
        );
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(
                    taken.EndPoint,
                    options =>
                    {
                        options.UseDoor(door);
                        if (certificate is not null)
                            options.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Current);
                    }
                );
            });
        PacedListenerFactory.Use(builder.Services, door, taken);
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddRouting();
        foreach (var module in modules)
            module.Add(builder.Services);
        _application = builder.Build();
        _application.UseLeases();
        foreach (var module in modules)
            module.Map(_application);
    }

    /// <summary>The address with the port that the system chose when 0 was asked for.</summary>
    public Uri Address { get; }

    public static Uri AddressOf(TakenAddress taken, bool isEncrypted) => new($"{(isEncrypted ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{taken.EndPoint}");

    /// <summary>What is mapped, for tests that try all of it.</summary>
    public IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints =>
        [.. ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)_application).DataSources.SelectMany(source => source.Endpoints)];

    /// <summary>Starts a server by itself.</summary>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    internal static async Task<WebServer> StartAsync(IPEndPoint listen, IReadOnlyList<IWebModule> modules)
    {
        var server = new WebServer(TakenAddress.Take(listen), modules);
        await server._application.StartAsync().ConfigureAwait(false);
        return server;
    }

    public Task StartAsync(CancellationToken cancel) => _application.StartAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
