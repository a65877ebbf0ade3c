using System.Security.Claims;
using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Components.Authorization;

namespace Guard.Host.Web.People;

/// <summary>Who looks at this page, and what they may do at this moment.</summary>
internal sealed class CurrentPerson(AuthenticationStateProvider authentication, IAccessScopes scopes)
{
    /// <summary>Claim with the address that the page was opened from.</summary>
    public const string AddressClaim = "accountguard:address";

    public async Task<AccessScope> ScopeAsync(CancellationToken cancel = default)
    {
        var user = (await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User;
        return await scopes.OfAsync(user, user.FindFirstValue(AddressClaim) ?? "", cancel).ConfigureAwait(false);
    }

    /// <summary>The session that the page was opened in.</summary>
    public async Task<string?> SessionAsync() =>
        (await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User.FindFirstValue(PersonScopes.SessionClaim);

    public async Task<string?> IdAsync() =>
        (await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User.FindFirstValue(ClaimTypes.NameIdentifier);
}
