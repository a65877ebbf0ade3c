using System.Security.Claims;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;

namespace Guard.Host.Web.People;

/// <summary>
/// Turns who signed in into what they may do. Asked for each act, and answered from what holds now: a session that was ended or a role that was taken away
/// counts at once, also in a page that stays open.
/// </summary>
internal sealed class PersonScopes(PersonSessions sessions, ApiTokens tokens) : IAccessScopes
{
    /// <summary>Claim that holds the session's or token's secret; never leaves the server but within the cookie.</summary>
    public const string SessionClaim = "accountguard:session";
    public const string TokenClaim = "accountguard:token";

    public async ValueTask<AccessScope> OfAsync(ClaimsPrincipal principal, string from, CancellationToken cancel)
    {
        if (principal.FindFirstValue(TokenClaim) is { } token)
            return await tokens.FindAsync(token, cancel).ConfigureAwait(false) is { } found
                ? Of(found.Person, from, $" with token {found.Token.Name}").Narrow(ApiTokens.RightsOf(found.Token))
                : AccessScope.Nobody;
        if (principal.FindFirstValue(SessionClaim) is { } session && await sessions.FindAsync(session, false, cancel).ConfigureAwait(false) is { } person)
            return Of(person, from, "");
        return AccessScope.Nobody;
    }

    public static AccessScope Of(Person person, string from, string with) =>
        person.Role switch
        {
            PersonRole.ServerAdmin => AccessScope.ServerAdmin(person.UserName + with, from),
            PersonRole.SiteOwner => AccessScope.SiteOwner(person.UserName + with, from, person.Sites.Select(site => new SiteId(site))),
            PersonRole.AccountOwner => AccessScope.AccountOwner(person.UserName + with, from, person.Accounts.Select(account => new UserId(account))),
            _ => AccessScope.ReadOnly(person.UserName + with, from),
        };
}
