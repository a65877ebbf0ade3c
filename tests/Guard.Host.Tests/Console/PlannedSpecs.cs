using System.Globalization;
using System.Net;
using Xunit;

namespace Guard.Host.Tests.Console;

/// <summary>Announcements over the API, on a real node.</summary>
public sealed class PlannedSpecs(ServedConsole console) : IClassFixture<ServedConsole>
{
    private static readonly string Today = DayIn(0);
    private static readonly string NextWeek = DayIn(7);

    [Theory]
    [InlineData("/api/v1/accounts/bob@example.com/exceptions")]
    [InlineData("/api/v1/sites/example.net/exceptions")]
    public async Task A_stay_abroad_is_announced_listed_and_taken_back_and_each_is_audited(string path)
    {
        var body = $$"""{"places":"ES, PT","recipients":200,"from":"{{Today}}","until":"{{NextWeek}}","note":"summer"}""";
        var (status, answer, _) = await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, path, body);
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        var row = Assert.Single((await console.GetAsync(ServedConsole.Admin, path)).EnumerateArray());
        Assert.Equal("summer", row.GetProperty("note").GetString());
        Assert.Equal("boss", row.GetProperty("by").GetString());
        Assert.Equal(200, row.GetProperty("recipients").GetInt32());
        var number = row.GetProperty("number").GetInt64();
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Delete, $"{path}?number={number}&why=stays")).Status);
        Assert.Empty((await console.GetAsync(ServedConsole.Admin, path)).EnumerateArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await console.AskAsync(ServedConsole.Admin, HttpMethod.Delete, $"{path}?number=999")).Status);
        var acts = (await console.GetAsync(ServedConsole.Admin, "/api/v1/audit?act=exception.&limit=100")).GetProperty("items").EnumerateArray();
        Assert.Contains(acts, entry => entry.GetProperty("act").GetString() == "exception.add" && entry.GetProperty("outcome").GetString() != "begun");
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"places":"ES"}""")]
    [InlineData("""{"places":"Atlantis","from":"2026-07-01","until":"2026-07-14"}""")]
    [InlineData("""{"places":"ES","from":"2026-07-14","until":"2026-07-01"}""")]
    [InlineData("""{"recipients":-5,"from":"2026-07-01","until":"2026-07-14"}""")]
    [InlineData("""{"from":"2026-07-01","until":"2026-07-14","note":"nothing"}""")]
    public async Task What_announces_nothing_or_cannot_be_read_is_refused(string body) =>
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await console.AskAsync(ServedConsole.Admin, HttpMethod.Post, "/api/v1/accounts/bob@example.com/exceptions", body)).Status
        );

    [Fact]
    public async Task Whoever_may_not_act_sees_announcements_and_makes_none()
    {
        const string path = "/api/v1/accounts/marie@example.net/exceptions";
        var body = $$"""{"places":"ES","from":"{{Today}}","until":"{{NextWeek}}"}""";
        Assert.Equal(HttpStatusCode.Forbidden, (await console.AskAsync("account:marie@example.net", HttpMethod.Post, path, body)).Status);
        Assert.Equal(HttpStatusCode.OK, (await console.AskAsync("account:marie@example.net", HttpMethod.Get, path)).Status);
    }

    private static string DayIn(int days) => DateTimeOffset.UtcNow.AddDays(days).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
