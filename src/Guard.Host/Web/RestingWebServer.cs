using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Guard.Host.Intake.Sockets;
using Guard.Host.Node.Health;
using Guard.Host.Platform;
using Guard.Host.Web.Modules;
using Guard.Host.Web.People;
using Guard.Host.Web.Security;
using Serilog;

namespace Guard.Host.Web;

/// <summary>
/// The node's web server from its start on. Until somebody comes it has its address and nothing else: console, sign-in and their database would be a third of an
/// idle guard's memory (docs/decisions/0047). Whoever comes first waits until they are there.
/// </summary>
internal sealed class RestingWebServer : IAsyncDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<IWebModule> _modules;
    private readonly Func<TakenAddress, WebServer> _make;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private WebServer? _server;
    private string _trouble = "";

    /// <param name="modules">What is served; closed with the server.</param>
    /// <param name="make">Makes the server that has the address.</param>
    /// <param name="atOnce">Not only when somebody comes.</param>
    public RestingWebServer(TakenAddress address, IReadOnlyList<IWebModule> modules, Func<TakenAddress, WebServer> make, bool atOnce, ILogger log)
    {
        (Listen, _modules, _make, _log) = (address.EndPoint, modules, make, log);
        _serving = Task.Run(() => ServeAsync(address, atOnce));
    }

    public IPEndPoint Listen { get; }

    /// <summary>Whether somebody came, and was served.</summary>
    public bool IsThere => Volatile.Read(ref _server) is not null;

    /// <summary>Why nobody is served; empty: nothing is wrong.</summary>
    public string Trouble => Volatile.Read(ref _trouble);

    /// <summary>Takes the address of a node's console; null when it is off, or when the usual address is taken by another program.</summary>
    /// <exception cref="IOException">An address that somebody chose cannot be had, or the certificate cannot.</exception>
    public static async Task<RestingWebServer?> StartAsync(WebContext context)
    {
        if (context.Settings.Console is not { } console)
            return null;
        var certificate = console.Tls is { } tls ? new RenewedCertificate(tls) : null;
        TakenAddress address;
        try
        {
            address = TakenAddress.Take(console.Listen);
        }
        catch (SocketException failure)
        {
            if (console.Chosen)
                throw StartException.Listening("console.listen", "console", console.Listen, failure);
            var missing = Finding.Fault(
                "listener console",
                $"there is no console, {console.Listen} cannot be had: {failure.Message}",
                "stop the program that has the address, or set console.listen; where no console is wanted: console.listen = off"
            );
            context.Node.SelfChecks.Add(() => [missing]);
            context.Log.Warning("No console: {Listen} cannot be had: {Reason:l}", console.Listen, failure.Message);
            return null;
        }
        var modules = WebModules.Of(context);
        var atOnce = await IsWantedAtOnceAsync(context).ConfigureAwait(false);
        var server = new RestingWebServer(address, modules, taken => new WebServer(taken, modules, certificate, context.Log), atOnce, context.Log);
        context.Node.SelfChecks.Add(() =>
            server.Trouble is { Length: > 0 } trouble ? [Finding.Fault("listener console", $"the console cannot be served: {trouble}", "")] : []
        );
        context.Log.Information("Console and API at {Address:l}", WebServer.AddressOf(address, certificate is not null));
        return server;
    }

    /// <summary>Programs that ask for decisions do not wait, and while nobody administers the console the link that sets it up is to be printed.</summary>
    private static async Task<bool> IsWantedAtOnceAsync(WebContext context) =>
        context.Settings.Http.Tokens.Length > 0
        || (context.Console is not null && !await PeopleLook.IsClaimedAsync(context.Settings, CancellationToken.None).ConfigureAwait(false));

    private async Task ServeAsync(TakenAddress first, bool atOnce)
    {
        var address = first;
        try
        {
            while (!await TryAsync(address, atOnce).ConfigureAwait(false))
                address = await TakeAgainAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node stops, and nobody is served any more.
            address.Dispose();
        }
    }

    /// <summary>The guard guards without a console too: whoever comes next tries again.</summary>
    private async Task<bool> TryAsync(TakenAddress address, bool atOnce)
    {
        WebServer? server = null;
        try
        {
            // Where the process has no descriptors left this fails too.
            if (!atOnce)
                await address.WaitForFirstAsync(_stop.Token).ConfigureAwait(false);
            var since = Stopwatch.GetTimestamp();
            server = _make(address);
            await server.StartAsync(_stop.Token).ConfigureAwait(false);
            Volatile.Write(ref _server, server);
            Volatile.Write(ref _trouble, "");
            _log.Debug("The console was there after {Milliseconds} ms", (long)Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            return true;
        }
        catch (Exception failure)
        {
            if (server is not null)
                await server.DisposeAsync().ConfigureAwait(false);
            address.Dispose();
            if (_stop.IsCancellationRequested)
                throw new OperationCanceledException("the node stops", failure);
            Volatile.Write(ref _trouble, failure.Message);
            _log.Error(failure, "The console cannot be served");
            return false;
        }
    }

    private async Task<TakenAddress> TakeAgainAsync()
    {
        while (true)
        {
            await Task.Delay(TryAgain, _stop.Token).ConfigureAwait(false);
            try
            {
                return TakenAddress.Take(Listen);
            }
            catch (SocketException failure)
            {
                Volatile.Write(ref _trouble, $"{Listen} cannot be had: {failure.Message}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(false);
        if (_server is not null)
            await _server.DisposeAsync().ConfigureAwait(false);
        foreach (var module in _modules.OfType<IDisposable>())
            module.Dispose();
        _stop.Dispose();
    }
}
