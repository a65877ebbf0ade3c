using Guard.Host.Intake.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Intake.DovecotAuthPolicy;

/// <summary>
/// The HTTP server of the auth policy calls: Kestrel alone, without the host's environment, configuration files or console log, so that nothing but
/// the guard's own settings decides what it listens on.
/// </summary>
public sealed class AuthPolicyServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;

    public AuthPolicyServer(AuthPolicySettings settings, AuthPolicyEndpoint endpoint)
    {
        var door = settings.Door ?? ConnectionDoor.Wide("Auth policy", settings.MaxConnections, Serilog.Core.Logger.None);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = settings.LongestBody;
                kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
                kestrel.Limits.MaxRequestHeaderCount = 50;
                kestrel.Limits.KeepAliveTimeout = settings.Idle;
                kestrel.Limits.RequestHeadersTimeout = settings.Slow;
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: settings.Slow);
                kestrel.Listen(settings.Listen, options => options.UseDoor(door));
            });
        PacedListenerFactory.Use(builder.Services, door);
        _application = builder.Build();
        _application.UseLeases();
        _application.Run(endpoint.HandleAsync);
    }

    /// <summary>The address with the port that the system chose when 0 was asked for.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public Task StartAsync(CancellationToken cancel) => _application.StartAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
