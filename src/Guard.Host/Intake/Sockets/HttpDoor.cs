using Guard.Host.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Guard.Host.Intake.Sockets;

/// <summary>Who is at the other end of an HTTP connection, found out when it was opened.</summary>
/// <param name="IsKnown">Whether it is one of those that the listener's door is for.</param>
internal sealed record HttpPeer(Peer Peer, bool IsKnown, ConnectionLease Lease)
{
    /// <summary>Null where no door was set.</summary>
    public static HttpPeer? Of(HttpContext http) => http.Features.Get<HttpPeer>();
}

/// <summary>Puts a door before Kestrel, which by itself lets idle connections keep others out.</summary>
internal static class HttpDoor
{
    /// <summary>Before TLS: a handshake that does not come needs a place too.</summary>
    public static void UseDoor(this ListenOptions options, ConnectionDoor door) =>
        options.Use(next =>
            async connection =>
            {
                door.Enter();
                if (
                    connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket
                    || door.Admit(socket, () => connection.Abort(new ConnectionAbortedException("made room for another"))) is not ({ } lease, var peer)
                )
                {
                    connection.Abort();
                    return;
                }
                connection.Features.Set(new HttpPeer(peer, lease.IsKnown, lease));
                try
                {
                    await next(connection).ConfigureAwait(false);
                }
                finally
                {
                    lease.Leave();
                }
            }
        );

    /// <summary>While a request is at work its connection makes room for nobody.</summary>
    public static void UseLeases(this IApplicationBuilder application) =>
        application.Use(
            async (http, next) =>
            {
                var lease = HttpPeer.Of(http)?.Lease;
                lease?.Work();
                try
                {
                    await next(http).ConfigureAwait(false);
                }
                finally
                {
                    lease?.Rest();
                }
            }
        );
}
