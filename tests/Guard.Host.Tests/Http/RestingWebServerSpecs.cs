using System.Net;
using System.Net.Sockets;
using Guard.Host.Intake.Sockets;
using Guard.Host.Web;
using Guard.Host.Web.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Http;

/// <summary>Console and API are made when somebody comes, and whoever comes is served.</summary>
public sealed class RestingWebServerSpecs : IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private readonly Words _words = new();
    private RestingWebServer? _server;
    private int _made;
    private int _failures;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Address => new($"http://{_server!.Listen}/");

    private void Start(bool atOnce = false) =>
        _server = new RestingWebServer(TakenAddress.Take(new IPEndPoint(IPAddress.Loopback, 0)), [_words], Make, atOnce, Logger.None);

    private WebServer Make(TakenAddress taken)
    {
        _made++;
        return _failures-- > 0 ? throw new IOException("no room") : new WebServer(taken, [_words]);
    }

    [Fact]
    public async Task Nothing_is_made_before_somebody_comes_and_then_only_once()
    {
        Start();
        Assert.Equal((false, 0), (_server!.IsThere, _made));
        Assert.Equal("served", await _client.GetStringAsync(Address, Cancel));
        Assert.Equal("served", await _client.GetStringAsync(Address, Cancel));
        using var another = new HttpClient();
        Assert.Equal("served", await another.GetStringAsync(Address, Cancel));
        Assert.Equal((true, 1), (_server.IsThere, _made));
    }

    [Fact]
    public async Task Many_who_come_at_once_are_all_served()
    {
        Start();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(async _ =>
                {
                    using var client = new HttpClient();
                    return await client.GetStringAsync(Address, Cancel);
                })
        );
        Assert.All(answers, answer => Assert.Equal("served", answer));
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task Whoever_came_first_and_went_keeps_nobody_out()
    {
        Start();
        using (var passing = new TcpClient())
            await passing.ConnectAsync(_server!.Listen, Cancel);
        Assert.Equal("served", await _client.GetStringAsync(Address, Cancel));
    }

    [Fact]
    public async Task Where_it_is_wanted_at_once_it_is_there_though_nobody_came()
    {
        Start(atOnce: true);
        await _words.Mapped.WaitAsync(Cancel);
        Assert.Equal(1, _made);
        Assert.Equal("served", await _client.GetStringAsync(Address, Cancel));
    }

    [Fact]
    public async Task What_fails_is_told_and_tried_again_when_the_next_one_comes()
    {
        _failures = 1;
        Start();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _client.GetStringAsync(Address, Cancel));
        Assert.Equal("no room", _server!.Trouble);
        await Eventually.Is(IsServedAsync);
        Assert.Equal(("", 2), (_server.Trouble, _made));
    }

    [Fact]
    public async Task An_address_that_is_lost_before_anybody_came_is_taken_again()
    {
        var address = TakenAddress.Take(new IPEndPoint(IPAddress.Loopback, 0));
        _server = new RestingWebServer(address, [_words], Make, atOnce: false, Logger.None);
        address.Dispose();
        await Eventually.Is(() => Task.FromResult(_server.Trouble.Length > 0));
        await Eventually.Is(IsServedAsync);
        Assert.Equal("", _server.Trouble);
    }

    [Fact]
    public async Task Stopped_before_anybody_came_it_leaves_its_address_to_others()
    {
        Start();
        var listen = _server!.Listen;
        await _server.DisposeAsync();
        _server = null;
        Assert.True(_words.IsClosed);
        using var next = TakenAddress.Take(listen);
        Assert.Equal(listen, next.EndPoint);
    }

    [Fact]
    public void An_address_that_another_has_is_refused_at_the_start()
    {
        using var other = TakenAddress.Take(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Throws<SocketException>(() => TakenAddress.Take(other.EndPoint));
    }

    private async Task<bool> IsServedAsync()
    {
        try
        {
            return await _client.GetStringAsync(Address, Cancel) == "served";
        }
        catch (HttpRequestException)
        {
            // Nobody listens until it tries again.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private sealed class Words : IWebModule, IDisposable
    {
        private readonly TaskCompletionSource _mapped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Mapped => _mapped.Task;

        public bool IsClosed { get; private set; }

        public void Add(IServiceCollection services) { }

        public void Map(WebApplication application)
        {
            application.MapGet("/", () => "served");
            _mapped.TrySetResult();
        }

        public void Dispose() => IsClosed = true;
    }
}
