using Guard.Messages.Decisions;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Http;

public sealed class DecisionApiSpecs
{
    private static readonly DateTimeOffset Until = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_refusal_names_its_reasons_and_what_the_user_may_be_told()
    {
        var accounts = new ApiServer.Accounts
        {
            Decide = observation => new Decision(
                observation.User,
                "",
                Verdict.Reject,
                Verdict.Reject,
                Rung.Suspended,
                Until,
                31.5,
                [new Reason(ReasonCodes.AccountLocked, 1, 0), new Reason(ReasonCodes.NewCountry, 0, 31, 10.5, "RO")]
            ),
        };
        await using var api = await ApiServer.StartAsync(accounts: accounts);
        var (response, body) = await api.AskAsync("""{"type":"login","user":"info","address":"203.0.113.9","service":"imap"}""");
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(
            ("reject", "reject", true, "suspended", Until, 31.5),
            (
                body.GetProperty("verdict").GetString(),
                body.GetProperty("would_be").GetString(),
                body.GetProperty("answered").GetBoolean(),
                body.GetProperty("rung").GetString(),
                body.GetProperty("until").GetDateTimeOffset(),
                body.GetProperty("score").GetDouble()
            )
        );
        Assert.Equal(
            [ReasonCodes.AccountLocked, ReasonCodes.NewCountry],
            body.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())
        );
        Assert.All(body.GetProperty("reasons").EnumerateArray(), reason => Assert.NotEqual("", reason.GetProperty("text").GetString()));
        Assert.EndsWith("contact postmaster@example.com", body.GetProperty("text").GetString(), StringComparison.Ordinal);
        var asked = Assert.IsType<Login>(Assert.IsType<UserCommands.Decide>(Assert.Single(accounts.Questions)).Observation);
        Assert.Equal(
            ("info@example.com", Service.Imap, LoginOutcome.Succeeded, "203.0.113.9"),
            (asked.User.Value, asked.Service, asked.Outcome, asked.Place.Address.ToString())
        );
    }

    [Fact]
    public async Task Only_asked_nothing_is_counted()
    {
        await using var api = await ApiServer.StartAsync();
        var (_, body) = await api.AskAsync("""{"type":"submission","user":"info","recipients":40,"count":false}""");
        Assert.Equal(("allow", ""), (body.GetProperty("verdict").GetString(), body.GetProperty("text").GetString()));
        Assert.Equal(40, Assert.IsType<Submission>(Assert.IsType<UserCommands.Check>(Assert.Single(api.Told.Questions)).Observation).Recipients);
    }

    [Theory]
    [InlineData(false, "allow")]
    [InlineData(true, "defer")]
    public async Task A_guard_that_does_not_answer_within_the_deadline_is_no_obstacle(bool defer, string verdict)
    {
        await using var api = await ApiServer.StartAsync(
            accounts: new ApiServer.Accounts { Decide = _ => null },
            inline: settings => settings with { Deadline = TimeSpan.FromMilliseconds(100), DeferUnanswered = defer }
        );
        var (response, body) = await api.AskAsync("""{"type":"submission","user":"info","recipients":1}""");
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal((verdict, false), (body.GetProperty("verdict").GetString(), body.GetProperty("answered").GetBoolean()));
    }

    [Theory]
    [InlineData("""{"type":"delivery","user":"info"}""", 400, "type: must be login or submission")]
    [InlineData("""{"type":"login"}""", 400, "user: is missing")]
    [InlineData("{", 400, "the body is not a JSON object of the known fields")]
    [InlineData("", 400, "the body is not a JSON object of the known fields")]
    [InlineData("""{"type":"login","user":"info","count":"yes"}""", 400, "count: has not the form that is expected")]
    public async Task A_question_is_read_strictly(string question, int status, string detail)
    {
        await using var api = await ApiServer.StartAsync();
        var (response, body) = await api.AskAsync(question);
        Assert.Equal((status, detail), ((int)response.StatusCode, body.GetProperty("detail").GetString()));
        Assert.Empty(api.Told.Questions);
    }

    [Fact]
    public async Task Of_accounts_of_other_sites_a_bound_token_may_not_ask()
    {
        await using var api = await ApiServer.StartAsync();
        Assert.Equal(403, (int)(await api.AskAsync("""{"type":"login","user":"info@example.com"}""", ApiServer.Shop)).Response.StatusCode);
        Assert.Equal(200, (int)(await api.AskAsync("""{"type":"login","user":"a@shop.example"}""", ApiServer.Shop)).Response.StatusCode);
        Assert.Single(api.Told.Questions);
        Assert.Equal(413, (int)(await api.AskAsync(new string(' ', 9000))).Response.StatusCode);
        Assert.Equal(415, (int)(await api.PostAsync("/api/v1/decisions", new StringContent("{}"), ApiServer.Webmail)).Response.StatusCode);
    }
}
