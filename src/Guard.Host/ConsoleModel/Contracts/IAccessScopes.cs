using System.Security.Claims;

namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>Knows what a signed-in person or token may do. The console's sign-in provides it; the API and the pages ask it for each request.</summary>
public interface IAccessScopes
{
    /// <param name="from">Address of the browser or tool.</param>
    /// <returns><see cref="AccessScope.Nobody"/> for whoever is not signed in or has no role.</returns>
    ValueTask<AccessScope> OfAsync(ClaimsPrincipal principal, string from, CancellationToken cancel);
}
