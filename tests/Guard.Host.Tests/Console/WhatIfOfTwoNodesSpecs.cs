using System.Text.Json;
using System.Text.Json.Nodes;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Tests.Inspection;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>An account leaves its story on the node where it lived, and what-ifs are asked anywhere.</summary>
public sealed class WhatIfOfTwoNodesSpecs : IAsyncLifetime
{
    private static readonly AccessScope Admin = AccessScope.ServerAdmin("boss", "192.0.2.1");

    private readonly InspectedGuard _guard = new();

    public async ValueTask InitializeAsync()
    {
        _guard.More["accountguard.archive.keep-days"] = "366";
        _guard.More["accountguard.policy.default.learning.from-site"] = "off";
        await _guard.InitializeAsync();
        // Its time is its log's, too.
        await File.WriteAllTextAsync(
            Path.Combine(_guard.Directory, "second.log"),
            "2026-04-14T14:37:04.000000+00:00 mail dovecot: imap-login: Login: user=<second@example.net>, method=PLAIN, rip=86.130.198.86, lip=192.0.2.25, mpid=24619, TLS, session=<0000aa49A2>\n"
        );
        await _guard.StartAsync($"\"{_guard.Directory}/second.log\"");
        await Eventually.Is(async () => (await _guard.RowsAsync(1, "cluster")).Count(row => row.GetProperty("status").GetString() == "up") == 2);
        await Eventually.Is(async () =>
            (await _guard.RowsAsync(1, "intake")).Count(row =>
                row.GetProperty("kind").GetString() == "log" && row.GetProperty("journaled-to").ValueKind == JsonValueKind.String
            ) == 2
        );
    }

    public ValueTask DisposeAsync() => _guard.DisposeAsync();

    private Task<WhatIfResult> AskAsync(int node, PolicySubject subject, string proposed) =>
        _guard.Guard(node).Console.WhatIf.RunAsync(Admin, subject, (JsonObject)JsonNode.Parse(proposed)!, null, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("example.com", null)]
    [InlineData("example.com", "info@example.com")]
    [InlineData("example.org", null)]
    public async Task A_node_that_saw_nothing_says_the_same_as_the_one_that_saw_it(string site, string? user)
    {
        var subject = user is null ? PolicySubject.Of(new SiteId(site)) : PolicySubject.Of(new SiteId(site), new UserId(user));
        const string Proposed = """{"quotas":[{"per":"1d","recipients":3}],"reactions":{"on-quota":"suspended"}}""";
        var (there, here) = (await AskAsync(0, subject, Proposed), await AskAsync(1, subject, Proposed));
        Assert.True(there.Observations > 100);
        Assert.NotEmpty(there.Accounts);
        Assert.Equal((there.Observations, there.AccountsSeen, there.Summary, true), (here.Observations, here.AccountsSeen, here.Summary, here.Complete));
        Assert.Equal(there.Accounts.Select(account => JsonSerializer.Serialize(account)), here.Accounts.Select(account => JsonSerializer.Serialize(account)));
    }
}
