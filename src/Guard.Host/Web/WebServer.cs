using System.Net;
using System.Net.Sockets;
using Guard.Host.Configuration;
using Guard.Host.Intake.Sockets;
using Guard.Host.Node.Health;
using Guard.Host.Platform;
using Guard.Host.Web.Modules;
using Guard.Host.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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

    /// <param name="tls">Null: plain HTTP.</param>
    public WebServer(IPEndPoint listen, IReadOnlyList<IWebModule> modules, ConsoleTls? tls = null, Serilog.ILogger? log = null)
    {
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
                    listen,
                    options =>
                    {
                        options.UseDoor(door);
                        Encrypt(options, tls);
                    }
                );
            });
        PacedListenerFactory.Use(builder.Services, door);
        if (tls is not null)
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
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>What is mapped, for tests that try all of it.</summary>
    public IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints =>
        [.. ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)_application).DataSources.SelectMany(source => source.Endpoints)];

    /// <summary>Starts the server of a node; null when it is off, has nothing to serve, or when the usual address is taken by another program.</summary>
    /// <exception cref="IOException">An address that somebody chose cannot be had.</exception>
    public static async Task<WebServer?> StartAsync(WebContext context)
    {
        if (context.Settings.Console is not { } console || WebModules.Of(context) is not { Count: > 0 } modules)
            return null;
        var server = new WebServer(console.Listen, modules, console.Tls, context.Log);
        try
        {
            await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
            context.Log.Information("Console and API at {Address}", server.Address);
            return server;
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            if (console.Chosen)
                throw StartException.Listening("console.listen", "console", console.Listen, failure);
            var missing = Finding.Fault(
                "listener console",
                $"there is no console, {console.Listen} cannot be had: {failure.Message}",
                "stop the program that has the address, or set console.listen; where no console is wanted: console.listen = off"
            );
            context.Node.SelfChecks.Add(() => [missing]);
            context.Log.Warning("No console: {Listen} cannot be had: {Reason:l}", console.Listen, failure.Message);
            return null;
        }
    }

    private static void Encrypt(ListenOptions options, ConsoleTls? tls)
    {
        if (tls is null)
            return;
        var certificate = new RenewedCertificate(tls);
        options.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Current);
    }

    /// <summary>Starts a server by itself.</summary>
    /// <exception cref="IOException">The address cannot be had.</exception>
    internal static async Task<WebServer> StartAsync(IPEndPoint listen, IReadOnlyList<IWebModule> modules)
    {
        var server = new WebServer(listen, modules);
        await server._application.StartAsync().ConfigureAwait(false);
        return server;
    }

    /// <exception cref="IOException">The address cannot be had.</exception>
    public Task StartAsync(CancellationToken cancel) => _application.StartAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
