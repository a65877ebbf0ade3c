using System.Net;
using Guard.Host.Web.Security;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Hundreds who sign in at once are held by their own connections.</summary>
public sealed class SignInPaceSpecs
{
    private static DefaultHttpContext Request(string method, string path, string from)
    {
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path, http.Connection.RemoteIpAddress) = (method, path, IPAddress.Parse(from));
        return http;
    }

    private static async Task<(int Passed, int Held, int Refused)> SendAsync(SignInPace pace, Func<int> held, IEnumerable<DefaultHttpContext> requests)
    {
        var passed = 0;
        var before = held();
        var all = requests.ToArray();
        await Task.WhenAll(
            all.Select(http =>
                pace.PassAsync(
                    http,
                    () =>
                    {
                        Interlocked.Increment(ref passed);
                        return Task.CompletedTask;
                    }
                )
            )
        );
        return (passed, held() - before, all.Count(http => http.Response.StatusCode == StatusCodes.Status429TooManyRequests));
    }

    [Fact]
    public async Task A_network_s_first_forms_go_on_the_others_wait_for_their_refusal_and_other_networks_are_not_concerned()
    {
        var held = 0;
        using var pace = new SignInPace(
            _ =>
            {
                Interlocked.Increment(ref held);
                return Task.CompletedTask;
            },
            replenishes: false
        );
        var flood = await SendAsync(pace, () => held, Enumerable.Range(0, 400).Select(_ => Request("POST", "/sign-in/password", "203.0.113.9")));
        Assert.Equal((SignInPace.AtOnce, 400 - SignInPace.AtOnce, 400 - SignInPace.AtOnce), flood);
        Assert.Equal((1, 0, 0), await SendAsync(pace, () => held, [Request("POST", "/sign-in/password", "198.51.100.7")]));
        // Of IPv6 a customer has a /64.
        var wide = Enumerable.Range(1, 100).Select(host => Request("POST", "/sign-in/code/given", $"2001:db8:1:2::{host:x}"));
        Assert.Equal(SignInPace.AtOnce, (await SendAsync(pace, () => held, wide)).Passed);
    }

    [Fact]
    public async Task Pages_the_API_and_health_are_not_held_up()
    {
        using var pace = new SignInPace(_ => Task.CompletedTask, replenishes: false);
        string[] paths = ["/", "/health/ready", "/metrics", "/api/v1/accounts", "/sign-in-elsewhere"];
        foreach (var path in paths)
            Assert.Equal((100, 0, 0), await SendAsync(pace, () => 0, Enumerable.Range(0, 100).Select(_ => Request("POST", path, "203.0.113.9"))));
        Assert.Equal((100, 0, 0), await SendAsync(pace, () => 0, Enumerable.Range(0, 100).Select(_ => Request("GET", "/sign-in", "203.0.113.9"))));
    }
}
