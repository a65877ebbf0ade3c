using System.Net;
using Guard.Host.Intake.PostfixPolicy;
using Guard.Host.Tests.Sockets;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.PostfixPolicy;

public sealed class PolicyServerSpecs
{
    private const string Dunno = "action=DUNNO\n\n";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Pipelined requests are answered in their order")]
    public async Task InOrder()
    {
        await using var server = Start(
            static async (request, cancel) =>
            {
                // The first takes the longest.
                await Task.Delay(request.Recipient == "a" ? 60 : 1, cancel);
                return PolicyAnswer.Reject(request.Recipient);
            }
        );
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.SendAsync(Asked.Text("RCPT", recipient: "a") + Asked.Text("RCPT", recipient: "b") + Asked.Text("RCPT", recipient: "c"), Cancel);
        const string expected = "action=REJECT a\n\naction=REJECT b\n\naction=REJECT c\n\n";
        Assert.Equal(expected, await client.ReceiveAsync(expected.Length, Cancel));
        Assert.Equal(3, server.Counts.Requests);
    }

    [Fact(DisplayName = "Connections do not wait for each other")]
    public async Task Concurrent()
    {
        var first = new TaskCompletionSource();
        await using var server = Start(
            async (request, cancel) =>
            {
                if (request.Recipient == "slow")
                    await first.Task.WaitAsync(cancel);
                return PolicyAnswer.Dunno;
            },
            static settings => settings with { Deadline = TimeSpan.FromSeconds(30) }
        );
        await using var slow = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await using var quick = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await slow.SendAsync(Asked.Text("RCPT", recipient: "slow"), Cancel);
        await quick.SendAsync(Asked.Text("RCPT", recipient: "quick"), Cancel);
        Assert.Equal(Dunno, await quick.ReceiveAsync(Dunno.Length, Cancel));
        first.SetResult();
        Assert.Equal(Dunno, await slow.ReceiveAsync(Dunno.Length, Cancel));
    }

    [Fact(DisplayName = "A Unix socket serves as well, replaces a stale one and is removed")]
    public async Task Unix()
    {
        var endPoint = Loopback.TemporarySocket();
        using (
            var stale = new System.Net.Sockets.Socket(
                System.Net.Sockets.AddressFamily.Unix,
                System.Net.Sockets.SocketType.Stream,
                System.Net.Sockets.ProtocolType.Unspecified
            )
        )
            stale.Bind(endPoint);
        await using (var server = Start(static (_, _) => new(PolicyAnswer.Hold("look")), listen: endPoint))
        {
            await using var client = await Loopback.ConnectAsync(endPoint, Cancel);
            await client.SendAsync(Asked.Text("RCPT"), Cancel);
            Assert.Equal("action=HOLD look\n\n", await client.ReceiveAsync(18, Cancel));
            Assert.Throws<IOException>(() => Start(static (_, _) => default, listen: endPoint));
        }
        Assert.False(File.Exists(endPoint.ToString()));
    }

    [Fact(DisplayName = "When deciding hangs, fails or is too much, the mail flows and it is counted")]
    public async Task FailOpen()
    {
        var never = new TaskCompletionSource<PolicyAnswer>();
        await using var server = Start(
            (request, _) => request.Recipient == "hang" ? new(never.Task) : throw new InvalidOperationException("broken"),
            static settings => settings with { Deadline = TimeSpan.FromMilliseconds(50), MaxAtWork = 1 }
        );
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.SendAsync(Asked.Text("RCPT", recipient: "fail") + Asked.Text("RCPT", recipient: "hang") + Asked.Text("RCPT"), Cancel);
        Assert.Equal(Dunno + Dunno + Dunno, await client.ReceiveAsync(3 * Dunno.Length, Cancel));
        // What hangs still holds its place.
        Assert.Equal((1L, 1L, 1L), (server.Counts.Failed, server.Counts.Late, server.Counts.Overloaded));
        Assert.Equal((3L, 3L), (server.Reading.Asked, server.Reading.Unanswered));
        never.SetResult(PolicyAnswer.Dunno);
    }

    [Fact(DisplayName = "The answer of a guard that cannot decide can be another one")]
    public async Task FailClosed()
    {
        await using var server = Start(
            static (_, _) => throw new InvalidOperationException(),
            static settings => settings with { Unanswered = PolicyAnswer.DeferIfPermit("later") }
        );
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.SendAsync(Asked.Text("RCPT"), Cancel);
        Assert.Equal("action=DEFER_IF_PERMIT later\n\n", await client.ReceiveAsync(30, Cancel));
    }

    [Fact(DisplayName = "A connection that sends something else is closed, and counted")]
    public async Task Malformed()
    {
        await using var server = Start(static (_, _) => default);
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.SendAsync("GET / HTTP/1.1\r\n\r\n", Cancel);
        Assert.True(await client.IsClosedAsync(Cancel));
        Assert.Equal(1, server.Counts.Malformed);
    }

    [Fact(DisplayName = "A line or a request over the limits closes the connection, and is counted")]
    public async Task OverTheLimits()
    {
        await using var server = Start(static (_, _) => default, static settings => settings with { LongestLine = 100, MaxAttributes = 5 });
        foreach (var sent in new[] { "sender=" + new string('a', 200), string.Concat(Enumerable.Repeat("a=b\n", 6)) })
        {
            await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
            await client.SendAsync(sent, Cancel);
            Assert.True(await client.IsClosedAsync(Cancel));
        }
        Assert.Equal((2L, 2L), (server.Counts.Malformed, server.Reading.Unparsed));
    }

    [Fact(DisplayName = "Who does not take its answers is cut off, and counted")]
    public async Task Deaf()
    {
        await using var server = Start(
            static (_, _) => new(PolicyAnswer.Reject(new string('x', 200))),
            static settings => settings with { Slow = TimeSpan.FromMilliseconds(200) }
        );
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel, roomForAnswers: 4096);
        await client.FloodAsync(System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("request=smtpd_access_policy\n\n", 1000))), Cancel);
        Assert.True(await Loopback.UntilAsync(() => server.Counts is { TimedOut: 1, OpenConnections: 0 }, Cancel), $"{server.Counts}");
    }

    [Fact(DisplayName = "Idle and dripping clients are closed")]
    public async Task Slow()
    {
        await using var server = Start(
            static (_, _) => default,
            static settings => settings with { Idle = TimeSpan.FromMilliseconds(150), Slow = TimeSpan.FromMilliseconds(100) }
        );
        await using var idle = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await using var dripping = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await dripping.SendAsync("request=", Cancel);
        Assert.True(await idle.IsClosedAsync(Cancel));
        Assert.True(await dripping.IsClosedAsync(Cancel));
        Assert.True(await Loopback.UntilAsync(() => server.Counts.TimedOut == 2, Cancel), $"{server.Counts}");
    }

    [Fact(DisplayName = "When there is no more room the idle one makes it; the one whose question is at work does not")]
    public async Task TooMany()
    {
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = Start(
            async (request, cancel) =>
            {
                if (request.Recipient == "slow")
                {
                    begun.SetResult();
                    await answer.Task.WaitAsync(cancel);
                }
                return PolicyAnswer.Dunno;
            },
            static settings => settings with { MaxConnections = 1, Deadline = TimeSpan.FromSeconds(60) }
        );
        await using var idle = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await idle.SendAsync(Asked.Text("RCPT"), Cancel);
        Assert.Equal(Dunno, await idle.ReceiveAsync(Dunno.Length, Cancel));
        await using var working = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        Assert.True(await idle.IsClosedAsync(Cancel));
        await working.SendAsync(Asked.Text("RCPT", recipient: "slow"), Cancel);
        await begun.Task.WaitAsync(Cancel);
        await using var third = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        Assert.True(await third.IsClosedAsync(Cancel));
        answer.SetResult();
        Assert.Equal(Dunno, await working.ReceiveAsync(Dunno.Length, Cancel));
        Assert.Equal((2L, 1), (server.Counts.RefusedConnections, server.Counts.OpenConnections));
    }

    [Fact(DisplayName = "A thousand idle connections keep nobody out")]
    public async Task Idle()
    {
        await using var server = Start(static (_, _) => new(PolicyAnswer.Hold("heard")), static settings => settings with { MaxConnections = 100 });
        await using var regular = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        const string held = "action=HOLD heard\n\n";
        var idle = new List<Loopback>();
        for (var i = 0; i < 1000; i++)
        {
            idle.Add(await Loopback.ConnectAsync(server.LocalEndPoint, Cancel));
            if (i % 50 != 0)
                continue;
            await regular.SendAsync(Asked.Text("RCPT"), Cancel);
            Assert.Equal(held, await regular.ReceiveAsync(held.Length, Cancel));
            await using var newcomer = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
            await newcomer.SendAsync(Asked.Text("RCPT"), Cancel);
            Assert.Equal(held, await newcomer.ReceiveAsync(held.Length, Cancel));
        }
        Assert.InRange(server.Counts.OpenConnections, 1, 100);
        foreach (var one in idle)
            await one.DisposeAsync();
    }

    [Fact(DisplayName = "Stopping ends the connections")]
    public async Task Stops()
    {
        var server = Start(static (_, _) => default);
        await using var client = await Loopback.ConnectAsync(server.LocalEndPoint, Cancel);
        await client.SendAsync(Asked.Text("RCPT"), Cancel);
        Assert.Equal(Dunno, await client.ReceiveAsync(Dunno.Length, Cancel));
        await server.DisposeAsync();
        Assert.True(await client.IsClosedAsync(Cancel));
    }

    private static PolicyServer Start(
        Func<PolicyRequest, CancellationToken, ValueTask<PolicyAnswer>> decide,
        Func<PolicyServerSettings, PolicyServerSettings>? with = null,
        EndPoint? listen = null
    )
    {
        var settings = new PolicyServerSettings(listen ?? Loopback.AnyPort);
        var server = new PolicyServer(with?.Invoke(settings) ?? settings, decide, Logger.None);
        server.Start();
        return server;
    }
}
