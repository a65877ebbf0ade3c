using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Guard.Host.Configuration;
using Guard.Host.Running;
using Guard.Messages.Identity;
using Guard.Messages.Users;
using Serilog.Core;
using Xunit;

namespace Guard.Host.Tests.Http;

/// <summary>Two whole nodes of one cluster, and a program that talks to either.</summary>
public sealed class TwoNodesSpecs : IAsyncDisposable
{
    private const string Token = "ag_panel";

    private readonly string _directory = Directory.CreateTempSubdirectory("accountguard-nodes").FullName;
    private readonly List<(GuardNode Node, int Api)> _nodes = [];
    private readonly HttpClient _client = new();
    private readonly int _seed = FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private async Task StartAsync()
    {
        var (number, api) = (_nodes.Count, FreePort());
        var loaded = GuardConfiguration.Load(
            null,
            new Dictionary<string, string>
            {
                ["accountguard.data-directory"] = $"{_directory}/data{number}",
                ["accountguard.cluster.listen"] = $"127.0.0.1:{(number == 0 ? _seed : FreePort())}",
                ["accountguard.console.listen"] = $"127.0.0.1:{api}",
                ["accountguard.intake.postfix-policy.listen"] = "off",
                ["accountguard.intake.auth-policy.listen"] = "off",
                ["accountguard.intake.milter.listen"] = "off",
                ["accountguard.intake.http.tokens.panel.sha256"] = Convert.ToHexStringLower(ConfiguredTokens.HashOf(Token)),
                ["accountguard.intake.http.tokens.panel.scopes"] = "[observe]",
                ["accountguard.geo.fetch-default"] = "off",
                ["akka.cluster.seed-nodes"] = $"[\"akka.tcp://AccountGuard@127.0.0.1:{_seed}\"]",
            }
        );
        Assert.Empty(loaded.Faults);
        // Two journals: the program's own entity lives on one of the nodes, and that is what is asked here.
        var settings = loaded.Settings! with
        {
            Cluster = loaded.Settings!.Cluster with { SeparateJournals = true },
        };
        _nodes.Add((await GuardNode.StartAsync(settings, loaded.Akka, Logger.None), api));
    }

    private async Task<(int Taken, int Repeated)> TellAsync(int node, string lines)
    {
        // A node that has just joined may still be finding out where a program's entity lives.
        for (var attempt = 0; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_nodes[node].Api}/api/v1/observations")
            {
                Content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            using var response = await _client.SendAsync(request, Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            if ((int)response.StatusCode == 503 && attempt < 5)
                continue;
            Assert.True((int)response.StatusCode == 200, text);
            var body = JsonDocument.Parse(text).RootElement;
            return (body.GetProperty("taken").GetInt32(), body.GetProperty("repeated").GetInt32());
        }
    }

    [Fact]
    public async Task What_one_node_was_told_the_other_recognises()
    {
        await StartAsync();
        await StartAsync();
        var lines = string.Concat(
            Enumerable
                .Range(0, 300)
                .Select(i => $$"""{"type":"login","user":"user{{i % 5}}@example.com","address":"203.0.113.9","outcome":"succeeded","id":"{{i}}"}""" + "\n")
        );
        var first = await TellAsync(0, lines);
        // Told again after a 503, some were taken by the first try already.
        Assert.Equal(300, first.Taken + first.Repeated);
        Assert.Equal((0, 300), await TellAsync(1, lines));
        var logins = 0L;
        foreach (var user in Enumerable.Range(0, 5).Select(i => new UserId($"user{i}@example.com")))
            logins += (await _nodes[1].Node.Regions.Users.Ask<UserStatus>(new UserCommands.GetStatus(user), TimeSpan.FromSeconds(30), Cancel)).Totals.Logins;
        Assert.Equal(300, logins);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var (node, _) in Enumerable.Reverse(_nodes))
            await node.DisposeAsync();
        Directory.Delete(_directory, true);
    }
}
