using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Guard.Host.Intake.Sockets;

/// <summary>Kestrel's sockets, but no more are taken from the queue than the door can look at: Kestrel by itself accepts without end, and each connection that
/// waits for a thread has a descriptor already.</summary>
internal sealed class PacedListenerFactory(SocketTransportFactory sockets, ConnectionDoor door) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public static void Use(IServiceCollection services, ConnectionDoor door)
    {
        services.AddSingleton<SocketTransportFactory>();
        services.RemoveAll<IConnectionListenerFactory>();
        services.AddSingleton<IConnectionListenerFactory>(provider => new PacedListenerFactory(provider.GetRequiredService<SocketTransportFactory>(), door));
    }

    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false), door);

    private sealed class Listener(IConnectionListener sockets, ConnectionDoor door) : IConnectionListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (door.Waiting >= door.MaxWaiting)
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            var connection = await sockets.AcceptAsync(cancellationToken).ConfigureAwait(false);
            if (connection is not null)
                door.Arrive();
            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => sockets.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => sockets.DisposeAsync();
    }
}
