using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Guard.Host.Web.Api;

/// <param name="Why">For the audit.</param>
/// <param name="Until">Only for a lock: null for the policy's time of a suspension.</param>
/// <param name="Grade">Only for a lock: everything, sending or strange; null for what the policy says.</param>
internal sealed record ActRequest(string? Why = null, DateTimeOffset? Until = null, string? Grade = null);

/// <summary>What an act came to.</summary>
internal sealed record ActAnswer(string Message);

/// <summary>Accounts: list, one, time line, acts.</summary>
internal static class AccountRoutes
{
    private static readonly ExportColumn<AccountRow>[] Columns =
    [
        new("user", row => row.User.Value),
        new("site", row => row.Site.Value),
        new("rung", row => Name(row.Rung)),
        new("until", row => row.Until),
        new("score", row => row.Score),
        new("first_seen", row => row.FirstSeen),
        new("last_seen", row => row.LastSeen),
        new("country", row => row.Country),
        new("address", row => row.Address),
        new("logins", row => row.Logins),
        new("failures", row => row.Failures),
        new("mails", row => row.Mails),
        new("recipients", row => row.Recipients),
        new("stopped", row => row.Stopped),
        new("sent_today", row => row.SentToday),
    ];

    private static readonly ExportColumn<TimelineEntry>[] TimelineColumns =
    [
        new("at", row => row.At),
        new("kind", row => row.Kind.ToString().ToLowerInvariant()),
        new("what", row => row.What),
        new("address", row => row.Address),
        new("country", row => row.Country),
        new("score", row => row.Score),
        new("recipients", row => row.Recipients),
        new("judgement", row => row.Judgement),
        new("reasons", row => string.Join("; ", row.Reasons.Select(reason => reason.Text))),
    ];

    public static void Map(RouteGroupBuilder api, ConsoleServices services)
    {
        api.MapGet(
                "/accounts",
                async (
                    HttpContext http,
                    string? search,
                    string? site,
                    string? atLeast,
                    string? country,
                    string? sort,
                    bool? descending,
                    int? offset,
                    int? limit
                ) =>
                {
                    var query = new AccountQuery(
                        search,
                        ApiWords.Site(site),
                        ApiWords.Of(atLeast, Rung.Normal),
                        country?.ToUpperInvariant(),
                        ApiWords.Of(sort, AccountSort.Name),
                        descending ?? false,
                        offset ?? 0,
                        limit ?? 50
                    );
                    return ApiExport.Of(http, "accounts", services.Accounts.AllAsync(http.Scope(), query, http.RequestAborted), Columns)
                        ?? ApiJson.Ok(await services.Accounts.ListAsync(http.Scope(), query, http.RequestAborted).ConfigureAwait(false));
                }
            )
            .Produces<Page<AccountRow>>()
            .WithSummary("Accounts in reach; sort by name, site, risk, last-seen, sent, logins or country; export=csv or json for all that match.");
        api.MapGet(
                "/accounts/{user}",
                async (HttpContext http, string user) =>
                    ApiJson.Ok(await services.Accounts.GetAsync(http.Scope(), ApiWords.User(user), http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<AccountDetail>()
            .WithSummary("Everything that is known of an account.");
        api.MapGet(
                "/accounts/{user}/timeline",
                async (HttpContext http, string user, DateTimeOffset? before, bool? notable, int? limit) =>
                {
                    var line = await services
                        .Accounts.TimelineAsync(
                            http.Scope(),
                            ApiWords.User(user),
                            new TimelineQuery(before, notable ?? false, limit ?? 200),
                            http.RequestAborted
                        )
                        .ConfigureAwait(false);
                    return ApiExport.Of(http, "timeline", line.Entries, TimelineColumns) ?? ApiJson.Ok(line);
                }
            )
            .Produces<Timeline>()
            .WithSummary("Logins, mails, reactions and acts, newest first.");
        Act(
            api,
            "release",
            "End the reaction; nothing is learnt.",
            (scope, user, act, cancel) => services.Acts.ReleaseAsync(scope, user, act.Why ?? "", cancel)
        );
        Act(
            api,
            "absolve",
            "It was the owner: end the reaction and learn what was strange.",
            (scope, user, act, cancel) => services.Acts.AbsolveAsync(scope, user, act.Why ?? "", cancel)
        );
        Act(
            api,
            "confirm",
            "It was an attack: suspend from now.",
            (scope, user, act, cancel) => services.Acts.ConfirmAsync(scope, user, act.Why ?? "", cancel)
        );
        Act(
            api,
            "reset-password",
            "Have the panel's command give the account a new password (enforcement.locks.reset-password-command).",
            (scope, user, act, cancel) => services.FollowUp.ResetPasswordAsync(scope, user, act.Why ?? "", cancel)
        );
        Act(
            api,
            "end-sessions",
            "End its open sessions on every node.",
            async (scope, user, act, cancel) =>
                string.Join("; ", await services.FollowUp.EndSessionsAsync(scope, user, act.Why ?? "", cancel).ConfigureAwait(false))
        );
        api.MapGet(
                "/accounts/{user}/follow-up",
                async (HttpContext http, string user) =>
                    ApiJson.Ok(await services.FollowUp.LookAsync(http.Scope(), ApiWords.User(user), http.RequestAborted).ConfigureAwait(false))
            )
            .Produces<FollowUps>()
            .WithSummary("What can be done once an attack is confirmed: a new password, an end of sessions, held mail.");
        Act(
            api,
            "lock",
            "Lock by hand, whatever the policy's cap; until, and grade: everything, sending or strange.",
            (scope, user, act, cancel) => services.Acts.LockAsync(scope, user, act.Until, GradeOf(act.Grade), act.Why ?? "", cancel)
        );
    }

    private static void Act(RouteGroupBuilder api, string name, string summary, Func<AccessScope, UserId, ActRequest, CancellationToken, Task<string>> act) =>
        api.MapPost(
                $"/accounts/{{user}}/{name}",
                async (HttpContext http, string user) =>
                {
                    var request = await ApiJson.ReadAsync<ActRequest>(http).ConfigureAwait(false);
                    return ApiJson.Ok(new ActAnswer(await act(http.Scope(), ApiWords.User(user), request, http.RequestAborted).ConfigureAwait(false)));
                }
            )
            .Accepts<ActRequest>("application/json")
            .Produces<ActAnswer>()
            .WithSummary(summary);

    private static LockGrade? GradeOf(string? text) => string.IsNullOrEmpty(text) ? null : ApiWords.Of(text, LockGrade.Everything);

    private static string Name(Rung rung) => rung.ToString().ToLowerInvariant();
}
