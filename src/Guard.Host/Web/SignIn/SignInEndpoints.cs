using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.People;
using Guard.Host.Web.Security;
using Guard.Messages.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Guard.Host.Web.SignIn;

/// <summary>What the forms of the sign-in pages are sent to. All are POST, demand the form's token, and go on to a page of this console.</summary>
internal static class SignInEndpoints
{
    public const string ExternalScheme = "provider-answer";
    public const string ProviderScheme = "provider";

    public static void Map(IEndpointRouteBuilder endpoints, ConsoleSettings settings)
    {
        var forms = endpoints
            .MapGroup("")
            .AddEndpointFilter(
                async (call, next) =>
                {
                    try
                    {
                        await call.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(call.HttpContext).ConfigureAwait(false);
                    }
                    catch (AntiforgeryValidationException)
                    {
                        return Results.StatusCode(StatusCodes.Status400BadRequest);
                    }
                    return await next(call).ConfigureAwait(false);
                }
            )
            .AllowAnonymous()
            .WithMetadata(NeedsPeople.Instance);
        forms.MapPost("/sign-in/password", PasswordAsync);
        forms.MapPost("/sign-in/code/given", CodeAsync);
        forms.MapPost(
            "/sign-in/out",
            async (HttpContext context, SignInDesk desk) =>
            {
                await desk.EndAsync(context, (await context.Request.ReadFormAsync().ConfigureAwait(false))["everywhere"] == "yes").ConfigureAwait(false);
                return Results.LocalRedirect("/sign-in");
            }
        );
        forms.MapPost("/set-up/first", SetUpAsync);
        forms.MapPost("/password/chosen", ChooseAsync);
        // Changes nothing but a taste, so a link will do.
        endpoints.MapGet("/language", Language).AllowAnonymous();
        if (settings.Oidc is null)
            return;
        forms.MapPost(
            "/sign-in/provider",
            async (HttpContext context) =>
            {
                var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
                return Results.Challenge(
                    new AuthenticationProperties { RedirectUri = $"/sign-in/provider/done?return={Uri.EscapeDataString(LocalPath.Of(form["return"]))}" },
                    [ProviderScheme]
                );
            }
        );
        endpoints.MapGet("/sign-in/provider/done", ProviderAsync).AllowAnonymous().WithMetadata(NeedsPeople.Instance);
    }

    private static async Task<IResult> PasswordAsync(HttpContext context, SignInDesk desk)
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        var back = LocalPath.Of(form["return"]);
        var (outcome, wait) = await desk.WithPasswordAsync(context, form["name"].ToString(), form["password"].ToString()).ConfigureAwait(false);
        return outcome switch
        {
            SignInOutcome.SignedIn => Results.LocalRedirect(back),
            SignInOutcome.NeedsCode => Results.LocalRedirect($"/sign-in/code?return={Uri.EscapeDataString(back)}"),
            SignInOutcome.Wait or SignInOutcome.Busy => Results.LocalRedirect(
                $"/sign-in?problem={(outcome == SignInOutcome.Busy ? "busy" : "wait")}&seconds={Math.Ceiling(wait.TotalSeconds):0}&return={Uri.EscapeDataString(back)}"
            ),
            _ => Results.LocalRedirect($"/sign-in?problem=wrong&return={Uri.EscapeDataString(back)}"),
        };
    }

    private static async Task<IResult> CodeAsync(HttpContext context, SignInDesk desk)
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        var back = LocalPath.Of(form["return"]);
        var (outcome, wait) = await desk.WithCodeAsync(context, form["code"].ToString()).ConfigureAwait(false);
        return outcome switch
        {
            SignInOutcome.SignedIn => Results.LocalRedirect(back),
            SignInOutcome.NeedsCode => Results.LocalRedirect($"/sign-in/code?problem=code&return={Uri.EscapeDataString(back)}"),
            SignInOutcome.Wait => Results.LocalRedirect(
                $"/sign-in/code?problem=wait&seconds={Math.Ceiling(wait.TotalSeconds):0}&return={Uri.EscapeDataString(back)}"
            ),
            _ => Results.LocalRedirect("/sign-in"),
        };
    }

    private static async Task<IResult> SetUpAsync(
        HttpContext context,
        OneTimeLinks links,
        UserManager<Person> users,
        SignInDesk desk,
        PasswordWork passwords,
        IAuditLog audit,
        TimeProvider clock
    )
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        var (token, name, password) = (form["token"].ToString(), form["name"].ToString().Trim(), form["password"].ToString());
        string Again(string problem) => $"/set-up?token={Uri.EscapeDataString(token)}&problem={problem}&name={Uri.EscapeDataString(name)}";
        if (
            !await links.IsUnclaimedAsync(context.RequestAborted).ConfigureAwait(false)
            || await links.FindAsync(token, LinkKind.SetUp, context.RequestAborted).ConfigureAwait(false) is null
        )
            return Results.LocalRedirect("/set-up?problem=link");
        if (name.Length is < 2 or > 200 || !Printable.IsPlain(name))
            return Results.LocalRedirect(Again("name"));
        if (password != form["repeat"])
            return Results.LocalRedirect(Again("password.differs"));
        if (PasswordRules.Problem(password, name) is { } weak)
            return Results.LocalRedirect(Again(weak));
        // Before the link is used up: there may be no room at this moment.
        if (await HashedAsync(passwords, password, context).ConfigureAwait(false) is not { } hash)
            return Results.LocalRedirect(Again("busy"));
        if (!await links.UseAsync(token, context.RequestAborted).ConfigureAwait(false))
            return Results.LocalRedirect("/set-up?problem=link");
        var person = new Person
        {
            UserName = name,
            Email = name.Contains('@', StringComparison.Ordinal) ? name : null,
            Role = PersonRole.ServerAdmin,
            Created = clock.GetUtcNow(),
            PasswordHash = hash,
        };
        await audit
            .WriteAsync(
                new AuditDraft(name, context.Connection.RemoteIpAddress?.ToString() ?? "", "person.add", null, name, "first server admin, by the set-up link"),
                context.RequestAborted
            )
            .ConfigureAwait(false);
        var made = await users.CreateAsync(person).ConfigureAwait(false);
        if (!made.Succeeded)
            return Results.LocalRedirect("/set-up?problem=name");
        await desk.BeginAsync(context, person, "set-up").ConfigureAwait(false);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> ChooseAsync(
        HttpContext context,
        OneTimeLinks links,
        UserManager<Person> users,
        OwnAccess access,
        PasswordWork passwords,
        IAuditLog audit
    )
    {
        var form = await context.Request.ReadFormAsync().ConfigureAwait(false);
        var (token, password) = (form["token"].ToString(), form["password"].ToString());
        string Again(string problem) => $"/password?token={Uri.EscapeDataString(token)}&problem={problem}";
        if (
            await links.FindAsync(token, LinkKind.Password, context.RequestAborted).ConfigureAwait(false) is not { PersonId: { } id }
            || await users.FindByIdAsync(id).ConfigureAwait(false) is not { Disabled: false } person
        )
            return Results.LocalRedirect("/password?problem=link");
        if (password != form["repeat"])
            return Results.LocalRedirect(Again("password.differs"));
        if (PasswordRules.Problem(password, person.UserName!) is { } weak)
            return Results.LocalRedirect(Again(weak));
        if (await HashedAsync(passwords, password, context).ConfigureAwait(false) is not { } chosen)
            return Results.LocalRedirect(Again("busy"));
        if (!await links.UseAsync(token, context.RequestAborted).ConfigureAwait(false))
            return Results.LocalRedirect("/password?problem=link");
        await audit
            .WriteAsync(
                new AuditDraft(
                    person.UserName!,
                    context.Connection.RemoteIpAddress?.ToString() ?? "",
                    "person.password",
                    null,
                    person.UserName!,
                    "by a one-time link"
                ),
                context.RequestAborted
            )
            .ConfigureAwait(false);
        person.PasswordHash = chosen;
        await users.UpdateSecurityStampAsync(person).ConfigureAwait(false);
        await access.EndAllAsync(person.Id, context.RequestAborted).ConfigureAwait(false);
        return Results.LocalRedirect("/sign-in?problem=chosen");
    }

    /// <returns>Null when too many passwords wait already.</returns>
    private static async Task<string?> HashedAsync(PasswordWork passwords, string password, HttpContext context)
    {
        try
        {
            return await passwords.HashAsync(new Person(), password, context.RequestAborted).ConfigureAwait(false);
        }
        catch (UnavailableException)
        {
            return null;
        }
    }

    private static IResult Language(HttpContext context, ConsoleSettings settings)
    {
        Texts.Languages.Remember(context, Texts.Languages.Find(context.Request.Query["to"].ToString()).Name, settings.IsSecure, TimeSpan.FromDays(365));
        return Results.LocalRedirect(LocalPath.Of(context.Request.Query["return"]));
    }

    /// <summary>The provider said who it is. Only people whom a server admin added get in.</summary>
    private static async Task<IResult> ProviderAsync(
        HttpContext context,
        UserManager<Person> users,
        SignInDesk desk,
        RefusedSignIns refused,
        ConsoleSettings settings
    )
    {
        var answer = await context.AuthenticateAsync(ExternalScheme).ConfigureAwait(false);
        await context.SignOutAsync(ExternalScheme).ConfigureAwait(false);
        var (claim, subject) = (settings.Oidc!.NameClaim, answer.Principal?.FindFirst("sub")?.Value);
        var name = answer.Principal?.FindFirst(claim)?.Value;
        if (!answer.Succeeded || string.IsNullOrEmpty(subject))
            return Results.LocalRedirect("/sign-in?problem=provider");
        var person = await users.FindByLoginAsync(ProviderScheme, subject).ConfigureAwait(false);
        if (person is null && !string.IsNullOrEmpty(name) && (claim != "email" || answer.Principal!.FindFirst("email_verified")?.Value is "true" or "True"))
        {
            person = await users.FindByNameAsync(name).ConfigureAwait(false);
            // A name that the provider gave to somebody else later is not the same person.
            if (person is not null && (await users.GetLoginsAsync(person).ConfigureAwait(false)).Any(login => login.LoginProvider == ProviderScheme))
                person = null;
            if (person is { Disabled: false })
                await users.AddLoginAsync(person, new UserLoginInfo(ProviderScheme, subject, settings.Oidc.Name)).ConfigureAwait(false);
        }
        if (person is null || person.Disabled)
        {
            await refused
                .WriteAsync(
                    name ?? "",
                    context.Connection.RemoteIpAddress,
                    "sign-in.failed",
                    "the provider knows them, the console does not",
                    singly: true,
                    context.RequestAborted
                )
                .ConfigureAwait(false);
            return Results.LocalRedirect("/sign-in?problem=stranger");
        }
        await desk.BeginAsync(context, person, settings.Oidc.Name).ConfigureAwait(false);
        return Results.LocalRedirect(LocalPath.Of(context.Request.Query["return"]));
    }
}
