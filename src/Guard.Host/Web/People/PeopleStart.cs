using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Guard.Host.Web.People;

/// <summary>Marks endpoints that are served before the people's tables are ready: they ask for nobody.</summary>
internal sealed class NeedsNoPeople
{
    public static NeedsNoPeople Instance { get; } = new();
}

/// <summary>Makes the people's tables ready beside the node's start, which does not wait for it, and prints the set-up link while nobody administers the console.</summary>
internal sealed class PeopleStart(IServiceProvider services, WebContext web, IHostApplicationLifetime lifetime)
{
    private Task _ready = Task.CompletedTask;

    public void Begin() => lifetime.ApplicationStarted.Register(() => _ready = Task.Run(PrepareAsync, lifetime.ApplicationStopping));

    /// <summary>Waits for the tables; answers with 503 when they cannot be had.</summary>
    public async Task<bool> IsReadyAsync(HttpContext context)
    {
        if (_ready.IsCompletedSuccessfully || context.GetEndpoint()?.Metadata.GetMetadata<NeedsNoPeople>() is not null)
            return true;
        try
        {
            await _ready.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Whoever needs no people, such as health checks without a sign-in, is served all the same.
            if (!context.Request.Headers.ContainsKey("Cookie") && !context.Request.Headers.ContainsKey("Authorization") && context.Request.Path.StartsWithSegments("/health"))
                return true;
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("the console's own database cannot be had; the log tells why").ConfigureAwait(false);
            return false;
        }
    }

    private async Task PrepareAsync()
    {
        try
        {
            await using (var context = await services.GetRequiredService<IDbContextFactory<PeopleContext>>().CreateDbContextAsync(lifetime.ApplicationStopping).ConfigureAwait(false))
                await PeopleDatabase.PrepareAsync(context, lifetime.ApplicationStopping).ConfigureAwait(false);
            var links = services.GetRequiredService<OneTimeLinks>();
            if (await links.IsUnclaimedAsync(lifetime.ApplicationStopping).ConfigureAwait(false))
            {
                var secret = await links.IssueAsync(LinkKind.SetUp, null, lifetime.ApplicationStopping).ConfigureAwait(false);
                web.Log.Warning("Nobody administers the console yet. Set it up within a day at {Address:l}", AddressOf($"set-up?token={secret}"));
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            web.Log.Error("The console's people cannot be had: {Reason:l}", failure.Message);
            throw;
        }
    }

    private string AddressOf(string path)
    {
        var address = web.Settings.Console!.PublicAddress?.ToString() ?? services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return $"{address.TrimEnd('/')}/{path}";
    }
}
