using System.Net;
using System.Text.Json;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Incidents as a list: sorted by severity, narrowed, counted.</summary>
public sealed class IncidentListSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private static readonly string[] Rungs = ["blocked", "suspended", "restricted", "reported", "normal"];

    [Fact]
    public async Task The_worst_comes_first_and_those_that_go_on_before_those_that_are_over()
    {
        var items = await ItemsAsync("open=all&sort=severity&limit=1000");
        Assert.NotEmpty(items);
        var order = items
            .Select(item => (Over: item.GetProperty("ended").ValueKind != JsonValueKind.Null, Rung: Array.IndexOf(Rungs, item.GetProperty("rung").GetString())))
            .ToArray();
        Assert.Equal(order.OrderBy(one => one.Over).ThenBy(one => one.Rung), order);
    }

    [Fact]
    public async Task Each_filter_gives_a_part_of_the_whole_and_all_rungs_together_give_it_again()
    {
        var all = await ItemsAsync("open=all&limit=1000");
        var byRung = new List<JsonElement>();
        foreach (var rung in Rungs)
            byRung.AddRange(await ItemsAsync($"open=all&limit=1000&rung={rung}"));
        Assert.Equal(Ids(all).Order(), Ids(byRung).Order());
        var country = all[0].GetProperty("country").GetString()!;
        var there = await ItemsAsync($"open=all&limit=1000&country={country.ToLowerInvariant()}");
        Assert.Equal(Ids(all.Where(item => item.GetProperty("country").GetString() == country)).Order(), Ids(there).Order());
        Assert.All(await ItemsAsync("open=all&search=INFO%40example"), item => Assert.Equal("info@example.com", item.GetProperty("user").GetString()));
        Assert.Empty(await ItemsAsync("open=all&search=zz%25"));
        Assert.Equal(HttpStatusCode.BadRequest, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Get, "/api/v1/incidents?rung=worst")).Status);
    }

    [Fact]
    public async Task A_time_divides_incidents_into_those_that_began_before_and_those_that_began_since()
    {
        var all = await ItemsAsync("open=all&limit=1000&sort=oldest");
        var middle = all[all.Length / 2].GetProperty("since").GetDateTimeOffset().ToString("o");
        var at = Uri.EscapeDataString(middle);
        var (before, since) = (await ItemsAsync($"open=all&limit=1000&before={at}"), await ItemsAsync($"open=all&limit=1000&since={at}"));
        Assert.NotEmpty(since);
        Assert.Equal(Ids(all).Order(), Ids(before.Concat(since)).Order());
        Assert.Equal(Ids(all).Order(), Ids(await ItemsAsync("open=all&limit=1000&back=365d")).Order());
        var one = Assert.Single(await ItemsAsync($"open=all&id={all[0].GetProperty("id").GetInt64()}"));
        Assert.Equal(all[0].GetProperty("user").GetString(), one.GetProperty("user").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Get, "/api/v1/incidents?back=soon")).Status);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("severity")]
    [InlineData("mails")]
    public async Task Pages_put_together_are_the_whole_list_with_the_same_amounts(string sort)
    {
        var all = await ItemsAsync($"open=all&limit=1000&sort={sort}");
        var pages = new List<JsonElement>();
        for (var offset = 0; offset < all.Length; offset += 2)
            pages.AddRange(await ItemsAsync($"open=all&limit=2&offset={offset}&sort={sort}"));
        Assert.Equal(all.Select(Told), pages.Select(Told));

        static (long Id, long Mails, long Stopped) Told(JsonElement item) =>
            (item.GetProperty("id").GetInt64(), item.GetProperty("mails").GetInt64(), item.GetProperty("stopped").GetInt64());
    }

    [Fact]
    public async Task A_reason_leaves_those_that_have_it()
    {
        var all = await ItemsAsync("open=all&limit=1000");
        var code = all.SelectMany(Codes).First();
        Assert.Equal(Ids(all.Where(item => Codes(item).Contains(code))).Order(), Ids(await ItemsAsync($"open=all&limit=1000&reason={code}")).Order());
    }

    private static IEnumerable<string> Codes(JsonElement item) =>
        item.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()!);

    [Fact]
    public async Task The_mails_of_an_incident_are_those_of_its_days()
    {
        var incident = (await ItemsAsync("open=all&user=info@example.com"))[0];
        var days = (await console.GetAsync(ServedConsole.Admin, "/api/v1/accounts/info@example.com")).GetProperty("days").EnumerateArray().ToArray();
        var since = incident.GetProperty("since").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var own = days.Where(day => string.CompareOrdinal(day.GetProperty("day").GetString(), since) >= 0).ToArray();
        Assert.Equal(own.Sum(day => day.GetProperty("mails").GetInt64()), incident.GetProperty("mails").GetInt64());
        Assert.Equal(own.Sum(day => day.GetProperty("stopped").GetInt64()), incident.GetProperty("stopped").GetInt64());
        Assert.NotEqual(0, incident.GetProperty("mails").GetInt64() + incident.GetProperty("stopped").GetInt64());
    }

    private async Task<JsonElement[]> ItemsAsync(string query) =>
        [.. (await console.GetAsync(ServedConsole.Admin, $"/api/v1/incidents?{query}")).GetProperty("items").EnumerateArray()];

    private static IEnumerable<long> Ids(IEnumerable<JsonElement> items) => items.Select(item => item.GetProperty("id").GetInt64());
}
