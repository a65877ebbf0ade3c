using System.Security.Claims;
using Guard.Host.Web.People;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Logging;

namespace Guard.Host.Web.SignIn;

/// <summary>Looks again and again whether the session of an open page still holds; a page whose session ended shows nothing more.</summary>
internal sealed class SessionWatch(ILoggerFactory logger, PersonSessions sessions) : RevalidatingServerAuthenticationStateProvider(logger)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(15);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        authenticationState.User.FindFirstValue(PersonScopes.SessionClaim) is { } session
        && await sessions.FindAsync(session, false, cancellationToken).ConfigureAwait(false) is not null;
}

/// <summary>What somebody does in an open page keeps the session from being idle; that the page is merely open does not.</summary>
internal sealed class CircuitActivity(AuthenticationStateProvider authentication, PersonSessions sessions) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        async context =>
        {
            if ((await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User.FindFirstValue(PersonScopes.SessionClaim) is { } session)
                await sessions.FindAsync(session, true, CancellationToken.None).ConfigureAwait(false);
            await next(context).ConfigureAwait(false);
        };
}
