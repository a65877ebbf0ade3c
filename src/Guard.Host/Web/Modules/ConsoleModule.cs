using System.Globalization;
using Guard.Host.Configuration;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Web.Layout;
using Guard.Host.Web.People;
using Guard.Host.Web.Policies;
using Guard.Host.Web.Security;
using Guard.Host.Web.SignIn;
using Guard.Host.Web.Texts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using Serilog.Extensions.Logging;

namespace Guard.Host.Web.Modules;

/// <summary>The console: people, their sign-in, and the pages. Its middleware runs before that of every other module, so that all know who asks.</summary>
internal sealed class ConsoleModule(WebContext web) : IWebModule
{
    private const string EitherScheme = "session-or-token";

    private readonly ConsoleSettings _settings = web.Settings.Console!;

    public void Add(IServiceCollection services)
    {
        services.AddSingleton(web).AddSingleton(_settings).AddSingleton(TimeProvider.System);
        services.AddLogging(logging =>
            logging
                .AddProvider(new SerilogLoggerProvider(web.Log))
                .SetMinimumLevel(LogLevel.Warning)
                // Wrong cookies of strangers are no news, and commands that fail are told where they are tried.
                .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None)
                .AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical)
                .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
                // Who starts the server tells why it does not.
                .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
                .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical)
        );
        AddPeople(services);
        AddSignIn(services);
        services.AddAuthorization().AddCascadingAuthenticationState().AddHttpContextAccessor();
        services
            .AddScoped<AuthenticationStateProvider, SessionWatch>()
            .AddScoped<CurrentPerson>()
            .AddScoped<KeptDrafts>()
            .AddScoped<CircuitHandler>(provider => new CircuitActivity(
                provider.GetRequiredService<AuthenticationStateProvider>(),
                provider.GetRequiredService<PersonSessions>(),
                web.Log
            ));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = SessionCookie.NameOf("accountguard-form", _settings);
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = SessionCookie.SecureOf(_settings);
            options.SuppressXFrameOptionsHeader = true;
        });
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents(options =>
            {
                options.DisconnectedCircuitMaxRetained = 50;
                options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            });
        services.AddMudServices();
        // Reads its keys at the start, before their table is there; the first request that needs them does too.
        foreach (var early in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
            services.Remove(early);
    }

    public void Map(WebApplication application)
    {
        // From a build's output the assets lie in packages; in a published guard they lie beside it.
        StaticWebAssetsLoader.UseStaticWebAssets(application.Environment, application.Configuration);
        if (!_settings.Proxies.IsEmpty)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
            foreach (var proxy in _settings.Proxies)
                forwarded.KnownProxies.Add(proxy);
            application.UseForwardedHeaders(forwarded);
        }
        // Behind the proxy's word: else all who come through it would be one network, and strangers among them keep everybody out.
        application.Services.GetRequiredService<SignInPace>().Use(application);
        var names = new HashSet<string>(
            ["localhost", Environment.MachineName, .. _settings.PublicAddress is { } address ? [address.Host] : Array.Empty<string>()],
            StringComparer.OrdinalIgnoreCase
        );
        var policy = SecurityHeaders.ContentPolicy(_settings.Oidc?.Authority.GetLeftPart(UriPartial.Authority) ?? "");
        var start = new PeopleStart(application.Services, web, application.Lifetime, SessionCookie.NameOf("accountguard-session", _settings));
        application.Use(
            async (context, next) =>
            {
                SecurityHeaders.Set(context.Response.Headers, policy, _settings.IsSecure);
                if (!RequestOrigin.IsOwnHost(context.Request, names) || !RequestOrigin.IsOwn(context.Request))
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    await context.Response.WriteAsync("not from this console").ConfigureAwait(false);
                    return;
                }
                if (!await start.IsReadyAsync(context).ConfigureAwait(false))
                    return;
                await next(context).ConfigureAwait(false);
            }
        );
        application.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        application.Use(
            (context, next) =>
            {
                if (!IsPage(context) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                    pages.Enabled = false;
                return next(context);
            }
        );
        application.UseRequestLocalization(Languages.Options());
        application.Use(
            (context, next) =>
            {
                // The page's web socket follows this; browsers need not send it the languages they prefer.
                if (IsPage(context) && !context.Request.Cookies.ContainsKey(Languages.CookieName))
                    Languages.Remember(context, CultureInfo.CurrentUICulture.Name, _settings.IsSecure, null);
                return next(context);
            }
        );
        application.Use(
            (context, next) =>
            {
                PackageAsset.Keep(context);
                return next(context);
            }
        );
        application.UseAuthentication();
        application.UseAuthorization();
        application.UseAntiforgery();
        application.MapStaticAssets();
        SignInEndpoints.Map(application, _settings);
        application.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        start.Begin();
    }

    private void AddPeople(IServiceCollection services)
    {
        services.AddDbContextFactory<PeopleContext>(options => PeopleDatabase.Use(options, web.Settings));
        services
            .AddIdentityCore<Person>(options =>
            {
                // Names are mail addresses or whatever a directory calls people.
                options.User.AllowedUserNameCharacters = "";
                options.Password.RequireDigit =
                    options.Password.RequireLowercase =
                    options.Password.RequireNonAlphanumeric =
                    options.Password.RequireUppercase =
                        false;
                options.Password.RequiredLength = PasswordRules.Shortest;
            })
            .AddEntityFrameworkStores<PeopleContext>()
            .AddPasswordValidator<PasswordRules>()
            .AddTokenProvider<AuthenticatorTokenProvider<Person>>(TokenOptions.DefaultAuthenticatorProvider);
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordWork.Rounds);
        services
            .AddSingleton<PasswordWork>()
            .AddSingleton<PersonSessions>()
            .AddSingleton<ApiTokens>()
            .AddSingleton<OneTimeLinks>()
            .AddSingleton<SecondFactor>()
            .AddSingleton<PeopleRegister>()
            .AddSingleton<OwnAccess>();
        services.AddSingleton<IAccessScopes, PersonScopes>();
        services.AddDataProtection().SetApplicationName("accountguard");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = new StoredProtectionKeys(provider.GetRequiredService<IDbContextFactory<PeopleContext>>())
        ));
    }

    private void AddSignIn(IServiceCollection services)
    {
        services.AddSingleton(provider => new RefusedSignIns(provider.GetRequiredService<IAuditLog>(), provider.GetRequiredService<TimeProvider>(), web.Log));
        services
            .AddSingleton(_ => new SignInPace())
            .AddSingleton<SignInThrottle>()
            .AddSingleton<KnownDevice>()
            .AddSingleton<PendingCode>()
            .AddScoped<SignInDesk>();
        var authentication = services
            .AddAuthentication(EitherScheme)
            .AddPolicyScheme(
                EitherScheme,
                null,
                options =>
                    options.ForwardDefaultSelector = context =>
                        context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                            ? TokenHandler.SchemeName
                            : SessionCookie.Scheme
            )
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(TokenHandler.SchemeName, null)
            .AddSession(_settings);
        if (_settings.Oidc is { } provider)
            authentication.AddProvider(provider, _settings);
    }

    private static bool IsPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments("/api");
}
