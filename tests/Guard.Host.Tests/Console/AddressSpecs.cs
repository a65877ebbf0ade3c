using System.Net;
using System.Text.Json;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>What the console tells of an address, on a node that has read the demo's story.</summary>
public sealed class AddressSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private const string Path = "/api/v1/addresses?network=";
    private const string Victim = "info@example.com";

    [Fact]
    public async Task Who_used_it_is_told_with_what_they_did_there()
    {
        var address = await AttackerAsync();
        var detail = await console.GetAsync(ServedConsole.Admin, Path + address);
        var account = Assert.Single(detail.GetProperty("accounts").EnumerateArray(), account => account.GetProperty("user").GetString() == Victim);
        Assert.True(account.GetProperty("logins").GetInt64() + account.GetProperty("failures").GetInt64() + account.GetProperty("mails").GetInt64() > 0);
        Assert.True(detail.GetProperty("complete").GetBoolean());
        Assert.Equal(address, detail.GetProperty("blockable").GetString());
        Assert.NotEqual("", detail.GetProperty("country").GetString());
        // Its network holds at least as much.
        var network = await console.GetAsync(ServedConsole.Admin, Path + Uri.EscapeDataString($"{address}/24"));
        Assert.True(network.GetProperty("accounts").GetArrayLength() >= detail.GetProperty("accounts").GetArrayLength());
        Assert.EndsWith(".0/24", network.GetProperty("network").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, network.GetProperty("attempts").ValueKind);
    }

    [Fact]
    public async Task Nobody_learns_of_accounts_out_of_their_reach()
    {
        var address = await AttackerAsync();
        foreach (var token in new[] { "site:example.org", "account:karl@example.org" })
        {
            var detail = await console.GetAsync(token, Path + address);
            Assert.DoesNotContain("example.com", detail.ToString(), StringComparison.Ordinal);
            Assert.Equal(JsonValueKind.Null, detail.GetProperty("attempts").ValueKind);
            Assert.Equal(0, detail.GetProperty("offences").GetInt32());
        }
    }

    [Fact]
    public async Task What_was_done_to_it_by_hand_is_its_history_and_a_list_that_names_it_is_told()
    {
        const string address = "203.0.113.77";
        const string block = $$"""{"network":"{{address}}","hold":"2h","why":"a test"}""";
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, "/api/v1/blocks", block)).Status);
        var detail = await console.GetAsync(ServedConsole.Admin, Path + address);
        Assert.Single(detail.GetProperty("blocks").EnumerateArray());
        Assert.Contains(detail.GetProperty("history").EnumerateArray(), past => past.GetProperty("what").GetString() == "block.add");
        const string exempt = """{"networks":"203.0.113.0/24","why":"a test"}""";
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, "/api/v1/exempt-networks", exempt)).Status);
        detail = await console.GetAsync(ServedConsole.Admin, Path + address);
        Assert.Empty(detail.GetProperty("blocks").EnumerateArray());
        Assert.Contains(
            detail.GetProperty("lists").EnumerateArray(),
            list => list.GetProperty("list").GetString() == "exempt" && list.GetProperty("network").GetString() == "203.0.113.0/24"
        );
    }

    [Fact]
    public async Task A_network_that_the_configuration_never_blocks_is_told()
    {
        var lists = (await console.GetAsync(ServedConsole.Admin, Path + "198.51.100.9")).GetProperty("lists").EnumerateArray();
        Assert.Contains(lists, list => list.GetProperty("list").GetString() == "configured-exempt");
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("198.51.100.7/33")]
    [InlineData("")]
    public async Task What_is_no_network_is_refused(string text) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Get, Path + Uri.EscapeDataString(text))).Status);

    private async Task<string> AttackerAsync() =>
        (await console.GetAsync(ServedConsole.Admin, $"/api/v1/incidents?user={Victim}&open=all")).GetProperty("items")[0].GetProperty("address").GetString()!;
}
