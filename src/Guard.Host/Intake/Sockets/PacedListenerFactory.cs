using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Guard.Host.Intake.Sockets;

/// <summary>Kestrel's sockets, but no more are taken from the queue than the door can look at: Kestrel by itself accepts without end, and each connection that
/// waits for a thread has a descriptor already.</summary>
/// <param name="taken">The address that the server has already, and who came there first; null: Kestrel takes its own.</param>
internal sealed class PacedListenerFactory(SocketTransportFactory sockets, ConnectionDoor door, TakenAddress? taken)
    : IConnectionListenerFactory,
        IConnectionListenerFactorySelector
{
    public static void Use(IServiceCollection services, ConnectionDoor door, TakenAddress? taken = null)
    {
        services.AddSingleton<SocketTransportFactory>();
        services.RemoveAll<IConnectionListenerFactory>();
        services.AddSingleton<IConnectionListenerFactory>(provider => new PacedListenerFactory(
            provider.GetRequiredService<SocketTransportFactory>(),
            door,
            taken
        ));
        if (taken is not null)
            services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = _ => taken.Socket);
    }

    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false), door, taken);

    private sealed class Listener(IConnectionListener sockets, ConnectionDoor door, TakenAddress? taken) : IConnectionListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

        private SocketConnectionContextFactory? _ofFirst;

        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (door.Waiting >= door.MaxWaiting)
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            var connection = First() ?? await sockets.AcceptAsync(cancellationToken).ConfigureAwait(false);
            if (connection is not null)
                door.Arrive();
            return connection;
        }

        private ConnectionContext? First()
        {
            if (taken?.TakeFirst() is not { } first)
                return null;
            // As Kestrel does with those that it accepts itself.
            first.NoDelay = true;
            _ofFirst = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), NullLogger.Instance);
            return _ofFirst.Create(first);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => sockets.UnbindAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await sockets.DisposeAsync().ConfigureAwait(false);
            _ofFirst?.Dispose();
        }
    }
}
