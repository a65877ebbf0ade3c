using System.Net;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Messages.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Guard.Host.Tests.Geo;

/// <summary>Feeds of networks with a bad name, from a web server of which nothing is believed.</summary>
public sealed class FeedDownloadTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-feed").FullName;
    private WebApplication? _server;
    private RequestDelegate _answer = _ => Task.CompletedTask;
    private ReputationSettings _feed = new("drop", "", 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task ServeAsync(RequestDelegate answer)
    {
        _answer = answer;
        if (_server is not null)
            return;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(context => _answer(context));
        await _server.StartAsync(Cancellation);
        _feed = new ReputationSettings("drop", Path.Combine(_directory, "lists", "drop.list"), 3)
        {
            Address = new Uri(_server.Urls.First() + "/drop_v4.json?token=secret"),
            RenewEvery = TimeSpan.FromHours(6),
        };
    }

    private Task<(bool IsNew, FeedMemory Memory)> FetchAsync(TimeSpan? patience = null) => FetchAtAsync(Now, patience);

    private async Task<(bool IsNew, FeedMemory Memory)> FetchAtAsync(DateTimeOffset now, TimeSpan? patience = null)
    {
        using var download = new FeedDownload(patience ?? TimeSpan.FromMinutes(1));
        return await download.FetchAsync(_feed, now, Cancellation);
    }

    private string Listed(string address)
    {
        var lists = new ReputationLists([_feed]);
        lists.Reload();
        return lists.Mark(new Place(NetworkAddress.Parse(address))).Listed;
    }

    [Fact]
    public async Task A_feed_is_sent_again_only_when_it_changed()
    {
        var asked = new List<string>();
        await ServeAsync(context =>
        {
            asked.Add(context.Request.Headers.IfNoneMatch.ToString());
            context.Response.Headers.ETag = "\"1\"";
            if (asked[^1] == "\"1\"")
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            return context.Response.WriteAsync(
                "{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL256894\",\"rir\":\"apnic\"}\n{\"type\":\"metadata\",\"records\":1}\n"
            );
        });
        Assert.True((await FetchAsync()).IsNew);
        Assert.Equal("drop", Listed("1.10.31.255"));
        var (isNew, memory) = await FetchAtAsync(Now.AddHours(6));
        Assert.False(isNew);
        Assert.Equal(["", "\"1\""], asked);
        Assert.Equal((Now.AddHours(6).UtcDateTime, ""), (memory.Asked, memory.Trouble));
        // Without the copy its tag is worth nothing.
        File.Delete(_feed.File);
        Assert.True((await FetchAsync()).IsNew);
    }

    [Fact]
    public async Task A_server_without_tags_is_asked_by_the_time_of_the_last_change()
    {
        const string Changed = "Thu, 26 Nov 2026 05:17:00 GMT";
        var asked = new List<string>();
        await ServeAsync(context =>
        {
            asked.Add(context.Request.Headers.IfModifiedSince.ToString());
            context.Response.Headers.LastModified = Changed;
            context.Response.StatusCode = asked[^1] == Changed ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
            return asked[^1] == Changed ? Task.CompletedTask : context.Response.WriteAsync("; Spamhaus DROP List 2026/11/26\n1.4.0.0/17 ; SBL256893\n");
        });
        await FetchAsync();
        Assert.False((await FetchAsync()).IsNew);
        Assert.Equal(["", Changed], asked);
    }

    [Theory]
    [InlineData("", "holds no network")]
    [InlineData("<html><body>\nplease log in\n</body></html>\n", "are no networks")]
    [InlineData("\0\0\0\0\n\u001b[2J\n", "are no networks")]
    public async Task What_is_no_list_leaves_the_last_good_copy_in_place(string text, string trouble)
    {
        await ServeAsync(context => context.Response.WriteAsync("192.0.2.0/24\n"));
        await FetchAsync();
        await ServeAsync(context => context.Response.WriteAsync(text));
        var (isNew, memory) = await FetchAtAsync(Now.AddDays(1));
        Assert.False(isNew);
        Assert.Contains(trouble, memory.Trouble, StringComparison.Ordinal);
        Assert.Equal("drop", Listed("192.0.2.7"));
        Assert.Equal(Now.UtcDateTime, memory.Asked);
        Assert.Equal(
            [Path.GetFileName(_feed.File), Path.GetFileName(_feed.File) + ".json"],
            Directory.GetFiles(Path.Combine(_directory, "lists")).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task A_feed_without_end_is_cut_off_and_not_taken()
    {
        var line = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("192.0.2.0/24 # again and again\n", 4096)));
        await ServeAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(line, context.RequestAborted);
        });
        var (isNew, memory) = await FetchAsync();
        Assert.False(isNew);
        Assert.Contains("larger than 64 MiB", memory.Trouble, StringComparison.Ordinal);
        Assert.False(File.Exists(_feed.File));
    }

    [Fact]
    public async Task A_server_that_keeps_silent_is_given_up()
    {
        await ServeAsync(async context =>
        {
            await context.Response.WriteAsync("192.0.2.0/24\n", context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        Assert.Equal("no answer in time", (await FetchAsync(TimeSpan.FromMilliseconds(300))).Memory.Trouble);
    }

    [Fact]
    public async Task How_old_a_feed_is_and_what_hinders_it_is_shown_without_its_secrets()
    {
        await ServeAsync(context => context.Response.WriteAsync("192.0.2.0/24\n"));
        var lists = new ReputationLists([_feed]);
        lists.Reload();
        Assert.Equal("it was not fetched yet", lists.Status[0].Problem);
        await FetchAsync();
        lists.Reload();
        Assert.Equal((Now.UtcDateTime, null, ""), (lists.Status[0].Built, lists.Status[0].Problem, lists.Status[0].Trouble));
        await ServeAsync(context =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.Forbidden;
            return Task.CompletedTask;
        });
        await FetchAtAsync(Now.AddDays(1));
        Assert.Equal((Now.UtcDateTime, "the server answers 403"), (lists.Status[0].Built, lists.Status[0].Trouble));
        Assert.DoesNotContain("secret", lists.Status[0].File, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_directory, true);
    }
}
