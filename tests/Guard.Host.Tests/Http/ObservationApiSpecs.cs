using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Guard.Messages.Observations;
using Xunit;

namespace Guard.Host.Tests.Http;

public sealed class ObservationApiSpecs
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Login(string user, string? id = null) =>
        $$"""{"type":"login","user":"{{user}}","address":"203.0.113.9","outcome":"succeeded"{{(id is null ? "" : $",\"id\":\"{id}\"")}}}""" + "\n";

    [Fact]
    public async Task A_batch_of_logins_submissions_and_deliveries_reaches_its_accounts()
    {
        await using var api = await ApiServer.StartAsync();
        var (response, body) = await api.TellAsync(
            """
            {"type":"login","user":"Info@Example.com","at":"2026-11-24T10:00:00+02:00","address":"2001:db8::7","service":"web","outcome":"wrong_password","id":"a"}

            {"type":"submission","user":"info","address":"203.0.113.9","recipients":12,"size":4096,"queue_id":"4ABC"}
            {"type":"delivery","user":"info@example.com","outcome":"unknown_recipient","recipients":3}
            """
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((3, 3, 0, 0), ApiServer.Numbers(body));
        var taken = api.Told.Taken.ToArray();
        var login = Assert.IsType<Login>(taken[0]);
        Assert.Equal(
            ("info@example.com", "2001:db8::7", Service.Web, LoginOutcome.WrongPassword),
            (login.User.Value, login.Place.Address.ToString(), login.Service, login.Outcome)
        );
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero), login.At);
        var mail = Assert.IsType<Submission>(taken[1]);
        Assert.Equal(("info@example.com", 12, 4096L, "4ABC"), (mail.User.Value, mail.Recipients, mail.Size, mail.QueueId));
        Assert.InRange(mail.At, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal((DeliveryOutcome.UnknownRecipient, 3), (Assert.IsType<Delivery>(taken[2]).Outcome, ((Delivery)taken[2]).Recipients));
        Assert.Equal(3, api.Told.Seen.Count);
        Assert.Equal([1UL, 2UL, 3UL], taken.Select(one => one.Origin.Position));
        Assert.All(taken, one => Assert.Equal("http:panel", one.Origin.Source));
    }

    [Fact]
    public async Task The_answer_comes_only_when_the_accounts_have_it()
    {
        var accounts = new ApiServer.Accounts { Silent = true };
        await using var api = await ApiServer.StartAsync(settings => settings with { JournalWithin = TimeSpan.FromMilliseconds(300) }, accounts: accounts);
        var (response, _) = await api.TellAsync(Login("info@example.com", "a"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Empty(accounts.Taken);
    }

    [Fact]
    public async Task What_was_told_while_the_journal_lagged_counts_once_when_it_is_told_again()
    {
        var accounts = new ApiServer.Accounts { Silent = true };
        using var journal = new Journal();
        await using (var slow = await ApiServer.StartAsync(settings => settings with { JournalWithin = TimeSpan.FromMilliseconds(300) }, journal, accounts))
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable,
                (await slow.TellAsync(Login("info@example.com", "a") + Login("anna@example.com", "b"))).Response.StatusCode
            );
        accounts.Silent = false;
        // The guard was started again; what had been journaled reaches its accounts although it is known.
        await using var api = await ApiServer.StartAsync(journal: journal, accounts: accounts);
        var (response, body) = await api.TellAsync(Login("info@example.com", "a") + Login("anna@example.com", "b") + Login("bob@example.com", "c"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((3, 1, 2, 0), ApiServer.Numbers(body));
        Assert.Equal(["anna@example.com", "bob@example.com", "info@example.com"], accounts.Taken.Select(one => one.User.Value).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Told_again_with_the_same_key_or_the_same_ids_it_counts_once_also_after_a_restart(bool byKey)
    {
        using var journal = new Journal();
        var accounts = new ApiServer.Accounts();
        var lines = string.Concat(Enumerable.Range(0, 450).Select(i => Login($"user{i % 7}@example.com", byKey ? null : $"id{i}")));
        var key = byKey ? "batch 1" : null;
        await using (var api = await ApiServer.StartAsync(journal: journal, accounts: accounts))
        {
            Assert.Equal((450, 450, 0, 0), ApiServer.Numbers((await api.TellAsync(lines, key: key)).Body));
            Assert.Equal((450, 0, 450, 0), ApiServer.Numbers((await api.TellAsync(lines, key: key)).Body));
        }
        await using var again = await ApiServer.StartAsync(journal: journal, accounts: accounts);
        Assert.Equal((450, 0, 450, 0), ApiServer.Numbers((await again.TellAsync(lines, key: key)).Body));
        Assert.Equal(450, accounts.Taken.Count);
        // Another program's ids are its own.
        Assert.Equal((450, 450, 0, 0), ApiServer.Numbers((await again.TellAsync(lines, ApiServer.Webmail, key)).Body));
    }

    [Fact]
    public async Task A_key_that_comes_with_another_batch_is_a_mistake_and_nothing_counts()
    {
        await using var api = await ApiServer.StartAsync();
        await api.TellAsync(Login("info@example.com"), key: "k");
        var (response, body) = await api.TellAsync(Login("anna@example.com"), key: "k");
        Assert.Equal(422, (int)response.StatusCode);
        Assert.Contains("Idempotency-Key", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Single(api.Told.Taken);
    }

    [Fact]
    public async Task A_line_that_cannot_be_taken_harms_no_other_and_is_told_of_by_number_id_and_field()
    {
        await using var api = await ApiServer.StartAsync();
        var (response, body) = await api.TellAsync(
            Login("info@example.com") + "\n{\"type\":\"login\",\"user\":\"\",\"outcome\":\"succeeded\",\"id\":\"7\"}\nrubbish\n" + Login("anna@example.com")
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((4, 2, 0, 2), ApiServer.Numbers(body));
        var errors = body.GetProperty("errors").EnumerateArray().ToArray();
        Assert.Equal("""{"line":3,"id":"7","field":"user","error":"is missing"}""", errors[0].GetRawText());
        Assert.Equal("""{"line":4,"field":"","error":"is not a JSON object of the known fields"}""", errors[1].GetRawText());
        Assert.Equal(["info@example.com", "anna@example.com"], api.Told.Taken.Select(one => one.User.Value));
    }

    [Theory]
    [InlineData("""{"user":"info","outcome":"succeeded"}""", "type", "is missing: login, submission or delivery")]
    [InlineData("""{"type":"logout","user":"info"}""", "type", "has not the form that is expected")]
    [InlineData("""{"type":"login","outcome":"succeeded"}""", "user", "is missing")]
    [InlineData("""{"type":"login","user":"info"}""", "outcome", "is missing")]
    [InlineData("""{"type":"login","user":"info","outcome":"bounced"}""", "outcome", "is not one of a login: succeeded, wrong_password, unknown_user, refused")]
    [InlineData("""{"type":"login","user":"info","outcome":"succeeded","recipients":1}""", "recipients", "does not belong to a login")]
    [InlineData("""{"type":"login","user":"info","outcome":"succeeded","adress":"192.0.2.1"}""", "adress", "is not a known field")]
    [InlineData("""{"type":"login","user":"info","outcome":"succeeded","address":"192.0.2"}""", "address", "is no IP address")]
    [InlineData(
        """{"type":"login","user":"info","outcome":"succeeded","at":"2026-03-05T10:11:12"}""",
        "at",
        "is no time with a zone, such as 2026-03-05T10:11:12Z"
    )]
    [InlineData("""{"type":"login","user":"info","outcome":"succeeded","at":"2999-03-05T10:11:12Z"}""", "at", "lies more than 10 minutes ahead")]
    [InlineData("""{"type":"login","user":"info","outcome":"succeeded","at":"1999-03-05T10:11:12Z"}""", "at", "lies before the year 2000")]
    [InlineData("""{"type":"login","user":"info","outcome":"succeeded","id":""}""", "id", "must have 1 to 200 characters")]
    [InlineData("""{"type":"submission","user":"info","recipients":-1}""", "recipients", "must be 0 to 1000000")]
    [InlineData("""{"type":"submission","user":"info","recipients":1.5}""", "recipients", "has not the form that is expected")]
    [InlineData("""{"type":"submission","user":"info","service":"web"}""", "service", "does not belong to a submission")]
    [InlineData("""{"type":"submission","user":"info","user":"anna"}""", "user", "has not the form that is expected")]
    [InlineData("""{"type":"delivery","user":"info","outcome":"delivered","address":"192.0.2.1"}""", "address", "does not belong to a delivery")]
    [InlineData("[]", "", "is not a JSON object of the known fields")]
    [InlineData("null", "", "is not a JSON object")]
    public async Task A_line_is_read_strictly(string line, string field, string error)
    {
        await using var api = await ApiServer.StartAsync();
        var (response, body) = await api.TellAsync(line);
        // None could be taken: the whole batch has failed.
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var told = body.GetProperty("errors")[0];
        Assert.Equal((1, field, error), (told.GetProperty("line").GetInt32(), told.GetProperty("field").GetString(), told.GetProperty("error").GetString()));
        Assert.Empty(api.Told.Taken);
    }

    [Fact]
    public async Task Limits_of_a_batch_are_kept()
    {
        await using var api = await ApiServer.StartAsync(settings => settings with { MaxLines = 3, LongestLine = 300, LongestBody = 2000 });
        Assert.Equal(413, (int)(await api.TellAsync(string.Concat(Enumerable.Repeat(Login("info"), 4)))).Response.StatusCode);
        Assert.Equal(413, (int)(await api.TellAsync(Login("info") + new string(' ', 2000))).Response.StatusCode);
        var (_, body) = await api.TellAsync(Login("info") + new string(' ', 200) + Login(new string('u', 150)));
        Assert.Equal("is longer than 300 bytes", body.GetProperty("errors")[0].GetProperty("error").GetString());
        Assert.Equal(400, (int)(await api.TellAsync("\n\n")).Response.StatusCode);
        Assert.Equal(400, (int)(await api.TellAsync(Login("info"), key: new string('k', 256))).Response.StatusCode);
        Assert.Single(api.Told.Taken);
    }

    [Fact]
    public async Task A_packed_body_is_unpacked_within_the_same_limit()
    {
        await using var api = await ApiServer.StartAsync(settings => settings with { LongestBody = 10_000 });
        Assert.Equal(
            200,
            (int)(await api.PostAsync("/api/v1/observations", Packed(Encoding.UTF8.GetBytes(Login("info") + Login("anna"))))).Response.StatusCode
        );
        // 10 MB of blanks are 10 KB packed.
        Assert.Equal(413, (int)(await api.PostAsync("/api/v1/observations", Packed(Encoding.UTF8.GetBytes(new string(' ', 9_000_000))))).Response.StatusCode);
        var damaged = new ByteArrayContent([0x1f, 0x8b, 1, 2, 3]);
        damaged.Headers.ContentEncoding.Add("gzip");
        damaged.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        Assert.Equal(400, (int)(await api.PostAsync("/api/v1/observations", damaged)).Response.StatusCode);
        var other = new StringContent(Login("info"), Encoding.UTF8, "application/x-ndjson");
        other.Headers.ContentEncoding.Add("br");
        Assert.Equal(415, (int)(await api.PostAsync("/api/v1/observations", other)).Response.StatusCode);
        Assert.Equal(415, (int)(await api.PostAsync("/api/v1/observations", new StringContent(Login("info"), Encoding.UTF8, "text/html"))).Response.StatusCode);
        Assert.Equal(2, api.Told.Taken.Count);
    }

    private static ByteArrayContent Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return content;
    }

    [Fact]
    public async Task Who_tells_too_fast_is_asked_to_come_again_and_others_are_not()
    {
        await using var api = await ApiServer.StartAsync(settings => settings with { MaxLines = 10, LinesPerSecond = 1 });
        var lines = string.Concat(Enumerable.Repeat(Login("info"), 10));
        Assert.Equal(200, (int)(await api.TellAsync(lines)).Response.StatusCode);
        var (response, _) = await api.TellAsync(lines);
        Assert.Equal(429, (int)response.StatusCode);
        Assert.True(response.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(200, (int)(await api.TellAsync(lines, ApiServer.Webmail)).Response.StatusCode);
    }

    [Fact]
    public async Task More_batches_at_work_than_allowed_are_asked_to_come_again()
    {
        var accounts = new ApiServer.Accounts { Silent = true };
        await using var api = await ApiServer.StartAsync(
            settings => settings with { MaxAtWork = 1, JournalWithin = TimeSpan.FromSeconds(20) },
            accounts: accounts
        );
        var held = api.TellAsync(Login("info", "a"));
        await accounts.FirstTold.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        var (response, _) = await api.TellAsync(Login("anna", "b"));
        Assert.Equal(503, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        // What was not answered is sent again by itself after a while; the held one is then answered.
        accounts.Silent = false;
        Assert.Equal(200, (int)(await held).Response.StatusCode);
    }

    [Fact]
    public async Task Only_a_token_with_the_scope_may_tell_and_only_of_its_sites()
    {
        await using var api = await ApiServer.StartAsync();
        var without = (await api.TellAsync(Login("info"), token: null)).Response;
        Assert.Equal((401, "Bearer realm=\"AccountGuard\""), ((int)without.StatusCode, without.Headers.WwwAuthenticate.ToString()));
        foreach (var wrong in (string[])["ag_pane", "ag_panel2", ApiServer.Panel.ToUpperInvariant(), "x"])
        {
            var refused = (await api.TellAsync(Login("info"), wrong)).Response;
            Assert.Equal(401, (int)refused.StatusCode);
            Assert.Contains("error=\"invalid_token\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
        var (forbidden, problem) = await api.AskAsync("""{"type":"login","user":"info"}""", ApiServer.Panel);
        Assert.Equal(403, (int)forbidden.StatusCode);
        Assert.Contains("insufficient_scope", forbidden.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal("the token has not the scope decide", problem.GetProperty("detail").GetString());
        var (_, body) = await api.TellAsync(Login("a@shop.example") + Login("info@example.com"), ApiServer.Shop);
        Assert.Equal((2, 1, 0, 1), ApiServer.Numbers(body));
        Assert.Equal("belongs to a site that this token may not talk of", body.GetProperty("errors")[0].GetProperty("error").GetString());
        Assert.Equal("a@shop.example", Assert.Single(api.Told.Taken).User.Value);
    }

    [Fact]
    public async Task The_document_that_is_served_is_the_one_in_the_handbook_and_tells_of_both_calls()
    {
        await using var api = await ApiServer.StartAsync();
        var served = await api.GetAsync("/api/v1/openapi.json");
        var document = JsonDocument.Parse(served).RootElement;
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");
        Assert.Contains("wrong_password", served, StringComparison.Ordinal);
        foreach (
            var (path, codes) in new[]
            {
                ("/api/v1/observations", new[] { "200", "400", "401", "403", "413", "415", "422", "429", "503" }),
                ("/api/v1/decisions", ["200", "400", "401", "403", "413", "415"]),
            }
        )
        {
            var call = paths.GetProperty(path).GetProperty("post");
            Assert.All(codes, code => Assert.True(call.GetProperty("responses").TryGetProperty(code, out _), $"{path} {code}"));
            Assert.True(call.GetProperty("requestBody").GetProperty("content").EnumerateObject().Any());
            Assert.Equal(JsonValueKind.Array, call.GetProperty("security").ValueKind);
        }
        var handbook = Path.Combine(Repository.Root, "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("ACCOUNTGUARD_WRITE_GOLDEN") == "1")
            await File.WriteAllTextAsync(handbook, served.TrimEnd() + "\n", Cancel);
        Assert.True(File.Exists(handbook), "docs/openapi.json is missing; ACCOUNTGUARD_WRITE_GOLDEN=1 writes it");
        Assert.Equal((await File.ReadAllTextAsync(handbook, Cancel)).TrimEnd(), served.TrimEnd());
    }
}
