using System.Globalization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Guard.Host.Web.People;

/// <summary>Marks endpoints that need the people's tables, whoever asks.</summary>
internal sealed class NeedsPeople
{
    public static NeedsPeople Instance { get; } = new();
}

/// <summary>Makes the people's tables ready beside the node's start, which does not wait for it, and prints the set-up link while nobody administers the
/// console.</summary>
internal sealed class PeopleStart(IServiceProvider services, WebContext web, IHostApplicationLifetime lifetime, string sessionCookie)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    /// <summary>A database that is away for a moment is not worth an error page.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _trouble = "";

    public void Begin() => lifetime.ApplicationStarted.Register(() => _ = Task.Run(PrepareUntilReadyAsync, lifetime.ApplicationStopping));

    /// <summary>
    /// Waits for the tables, where a request needs them; answers with 503 when they are not there in time. What other parts of the guard serve (observations,
    /// reports' links) never waits for the console.
    /// </summary>
    public async Task<bool> IsReadyAsync(HttpContext context)
    {
        if (_ready.Task.IsCompleted || !Needs(context))
            return true;
        try
        {
            await _ready.Task.WaitAsync(Patience, context.RequestAborted).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            await context.Response.WriteAsync("the console's own database cannot be had; the log tells why").ConfigureAwait(false);
            return false;
        }
    }

    private bool Needs(HttpContext context) =>
        context.Request.Cookies.ContainsKey(sessionCookie)
        || context.Request.Headers.Authorization.ToString().Contains(ApiTokens.Prefix, StringComparison.Ordinal)
        || context.Request.Path.StartsWithSegments("/_blazor")
        || context.GetEndpoint()?.Metadata is { } about
            && (about.GetMetadata<ComponentTypeMetadata>() is not null || about.GetMetadata<NeedsPeople>() is not null);

    private async Task PrepareUntilReadyAsync()
    {
        while (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            var attempt = PrepareAsync();
            await attempt.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (attempt.IsCompletedSuccessfully)
            {
                _ready.SetResult();
                return;
            }
            await Task.Delay(TryAgain, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PrepareAsync()
    {
        try
        {
            await using (
                var context = await services
                    .GetRequiredService<IDbContextFactory<PeopleContext>>()
                    .CreateDbContextAsync(lifetime.ApplicationStopping)
                    .ConfigureAwait(false)
            )
                await PeopleDatabase.PrepareAsync(context, lifetime.ApplicationStopping).ConfigureAwait(false);
            if (await services.GetRequiredService<ApiTokens>().LimitAsync(lifetime.ApplicationStopping).ConfigureAwait(false) is > 0 and var limited)
                web.Log.Warning(
                    "{Count} tokens of the console had no end, or a later one than console.token-lifetime: they end after that time from now",
                    limited
                );
            var links = services.GetRequiredService<OneTimeLinks>();
            if (await links.IsUnclaimedAsync(lifetime.ApplicationStopping).ConfigureAwait(false))
            {
                var (secret, printedBy) = await links.ClaimSetUpAsync(web.Node.Name, lifetime.ApplicationStopping).ConfigureAwait(false);
                if (secret is not null)
                    web.Log.Warning("Nobody administers the console yet. Set it up within a day at {Address:l}", AddressOf($"set-up?token={secret}"));
                else
                    web.Log.Warning(
                        "Nobody administers the console yet. The link that sets it up was printed by {Node:l}; accountguard console setup-link prints another",
                        printedBy
                    );
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (_trouble != failure.Message)
                web.Log.Error("The console's people cannot be had, and are tried again: {Reason:l}", failure.Message);
            _trouble = failure.Message;
            throw;
        }
    }

    private string AddressOf(string path)
    {
        var listens = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return $"{web.Settings.Console!.AddressAt(new Uri(listens).Port)}/{path}";
    }
}
