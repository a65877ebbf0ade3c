using System.Security.Claims;
using Guard.Host.Web.People;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Guard.Host.Web.SignIn;

/// <summary>What somebody does in an open page keeps the session from being idle; that the page is merely open does not.</summary>
internal sealed class CircuitActivity(AuthenticationStateProvider authentication, PersonSessions sessions, Serilog.ILogger log) : CircuitHandler
{
    private string _trouble = "";

    /// <summary>
    /// The act first, and at once: one that waited here for a database would be overtaken by the next key, and by the browser's word that a change is drawn,
    /// after which the handlers that the change replaced are forgotten.
    /// </summary>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context =>
        {
            var acted = next(context);
            _ = KeepAsync();
            return acted;
        };

    private async Task KeepAsync()
    {
        try
        {
            if ((await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User.FindFirstValue(PersonScopes.SessionClaim) is { } session)
                await sessions.FindAsync(session, true, CancellationToken.None).ConfigureAwait(false);
            _trouble = "";
        }
        catch (Exception away)
        {
            // The next act tries again; whether the session still holds is asked wherever something is read or done.
            if (_trouble != away.Message)
                log.Warning("That somebody is active is not noted in their session: {Reason:l}", away.Message);
            _trouble = away.Message;
        }
    }
}
