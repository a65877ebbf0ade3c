using System.Globalization;
using Guard.Host.ConsoleModel.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Web.Api;

/// <summary>
/// Stands before every endpoint: who is not signed in gets no further, a browser is not made to act by another site's page, and what services refuse becomes a
/// problem by RFC 9457.
/// </summary>
internal sealed class ApiGate : IEndpointFilter
{
    /// <summary>A page of another origin cannot send it without being asked first, which nobody here agrees to.</summary>
    public const string OwnHeader = "X-AccountGuard";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var scope = await http
            .RequestServices.GetRequiredService<IAccessScopes>()
            .OfAsync(http.User, http.Connection.RemoteIpAddress?.ToString() ?? "", http.RequestAborted)
            .ConfigureAwait(false);
        if (scope.Rights == AccessRights.None || scope == AccessScope.Nobody)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Problem(StatusCodes.Status401Unauthorized, "sign in, or send a token: Authorization: Bearer …");
        }
        if (
            Acts(http)
            && !http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && !http.Request.Headers.ContainsKey(OwnHeader)
        )
            return Problem(StatusCodes.Status403Forbidden, $"a request that changes something needs a token, or the header {OwnHeader}: 1");
        http.Features.Set(scope);
        try
        {
            var result = await next(context).ConfigureAwait(false);
            // A parameter that could not be read never reaches the endpoint.
            return result is null or EmptyHttpResult && http.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest }
                ? Problem(StatusCodes.Status400BadRequest, "a parameter cannot be read")
                : result;
        }
        catch (ServiceException refused)
        {
            return Refused(refused);
        }
    }

    private static IResult Refused(ServiceException refused) =>
        refused switch
        {
            PolicyMistakesException mistakes => Results.Problem(
                refused.Message,
                statusCode: StatusCodes.Status422UnprocessableEntity,
                extensions: new Dictionary<string, object?>
                {
                    ["mistakes"] = mistakes
                        .Mistakes.Select(one => new
                        {
                            one.Path,
                            one.Problem,
                            one.Expected,
                        })
                        .ToArray(),
                }
            ),
            NotThereException => Problem(StatusCodes.Status404NotFound, refused.Message),
            AccessDeniedException => Problem(StatusCodes.Status403Forbidden, refused.Message),
            ChangedMeanwhileException => Problem(StatusCodes.Status412PreconditionFailed, refused.Message),
            UnavailableException => Problem(StatusCodes.Status503ServiceUnavailable, refused.Message),
            _ => Problem(StatusCodes.Status400BadRequest, refused.Message),
        };

    private static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    private static bool Acts(HttpContext http) => !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
}

/// <summary>What endpoints read from a request.</summary>
internal static class ApiRequest
{
    /// <summary>Whoever asks; set by the gate, without which an endpoint does not answer at all.</summary>
    public static AccessScope Scope(this HttpContext http) => http.Features.Get<AccessScope>() ?? throw new AccessDeniedException("nobody let this request in");

    /// <summary>The version of a policy in <c>If-Match</c>.</summary>
    /// <exception cref="BadRequestException">There is none.</exception>
    public static long Version(this HttpContext http)
    {
        var tag = http.Request.Headers.IfMatch.ToString().Trim();
        return tag is ['"', .., '"'] && long.TryParse(tag[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new BadRequestException("send the version that the change is based on: If-Match with the ETag of the policy");
    }
}
