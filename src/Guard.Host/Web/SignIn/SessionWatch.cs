using System.Security.Claims;
using Guard.Host.Web.People;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
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
