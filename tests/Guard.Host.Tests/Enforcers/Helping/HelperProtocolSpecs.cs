using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guard.Host.Enforcement.Helping;
using Guard.Host.Enforcement.Queues;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Enforcers.Helping;

/// <summary>What daemon and helper say to each other, byte by byte: during an upgrade one of them is older than the other.</summary>
public sealed class HelperProtocolSpecs
{
    private static readonly DateTimeOffset Until = new(2026, 11, 29, 1, 2, 3, TimeSpan.Zero);

    public static TheoryData<string, HelperRequest> Requests =>
        new()
        {
            { """{"word":"describe"}""", new HelperRequest.Describe() },
            {
                """{"word":"block","add":[{"network":"203.0.113.9/32","until":"2026-11-29T01:02:03+00:00","reason":"guesses \u0026 sprays","atHome":0}],"remove":["2001:db8::/64"]}""",
                new HelperRequest.Block([new BlockItem("203.0.113.9/32", Until, "guesses & sprays")], ["2001:db8::/64"])
            },
            { """{"word":"blocks"}""", new HelperRequest.Blocks() },
            {
                """{"word":"limit","add":[{"network":"203.0.113.9/32","until":"2026-11-29T01:02:03+00:00","reason":"guesses","atHome":7}],"remove":[]}""",
                new HelperRequest.Limit([new BlockItem("203.0.113.9/32", Until, "guesses", 7)], [])
            },
            { """{"word":"limits"}""", new HelperRequest.Limits() },
            { """{"word":"disturbances"}""", new HelperRequest.Disturbances() },
            {
                """{"word":"lock","table":"dovecot-deny-file","add":[{"user":"info@example.com","reason":"stolen","grade":"Sending","until":"2026-11-29T01:02:03+00:00"},{"user":"anna@example.com","reason":"","grade":"Everything"}],"remove":["bob@example.com"]}""",
                new HelperRequest.Lock(
                    "dovecot-deny-file",
                    [new LockItem("info@example.com", "stolen", LockGrade.Sending, Until), new LockItem("anna@example.com", "", LockGrade.Everything)],
                    ["bob@example.com"]
                )
            },
            { """{"word":"locks","table":"linux-accounts"}""", new HelperRequest.Locks("linux-accounts") },
            { """{"word":"end-sessions","user":"info@example.com"}""", new HelperRequest.EndSessions("info@example.com") },
            { """{"word":"reset-password","user":"info@example.com","reason":"stolen"}""", new HelperRequest.ResetPassword("info@example.com", "stolen") },
            {
                """{"word":"hold-mail","user":"info@example.com","submitted":["4Xk1","4Xk2"],"arrivedBefore":"2026-11-29T01:02:03+00:00"}""",
                new HelperRequest.HoldMail("info@example.com", ["4Xk1", "4Xk2"], Until)
            },
            { """{"word":"hold-mail","user":"info@example.com","submitted":[]}""", new HelperRequest.HoldMail("info@example.com", []) },
            { """{"word":"held-mail"}""", new HelperRequest.HeldMails() },
            { """{"word":"held-mail","user":"info@example.com"}""", new HelperRequest.HeldMails("info@example.com") },
            { """{"word":"release-mail","user":"info@example.com"}""", new HelperRequest.ReleaseMail("info@example.com") },
            { """{"word":"delete-mail","user":"info@example.com"}""", new HelperRequest.DeleteMail("info@example.com") },
        };

    public static TheoryData<string, HelperReply> Replies =>
        new()
        {
            { """{"standing":[],"locked":[],"refused":[],"mails":[],"abilities":[],"count":0,"disturbed":0,"removed":false,"by":""}""", new HelperReply() },
            {
                """{"error":"refused: a network is none","standing":[],"locked":[],"refused":[],"mails":[],"abilities":[],"count":0,"disturbed":0,"removed":false,"by":""}""",
                new HelperReply("refused: a network is none")
            },
            {
                """{"standing":[{"network":"203.0.113.9/32","until":"2026-11-29T01:02:03+00:00"},{"network":"192.0.2.0/24"}],"locked":[{"user":"info@example.com","until":"2026-11-29T01:02:03+00:00"},{"user":"anna@example.com"}],"refused":[{"subject":"root@localhost","why":"an account of the system"}],"mails":[{"user":{"value":"info@example.com","isNone":false,"local":"info","domain":"example.com"},"mail":{"queue":"hold","id":"4Xk1","arrived":"2026-11-29T01:02:03+00:00","size":812,"sender":"info@example.com","recipients":2,"subject":"Offer","isOnHold":true},"state":"Leaving"}],"abilities":["block","hold-mail"],"count":3,"disturbed":5000000000,"removed":true,"by":"nft"}""",
                new HelperReply
                {
                    Standing = [new StandingItem("203.0.113.9/32", Until), new StandingItem("192.0.2.0/24")],
                    Locked = [new LockedItem("info@example.com", Until), new LockedItem("anna@example.com")],
                    Refused = [new RefusedItem("root@localhost", "an account of the system")],
                    Mails =
                    [
                        new HeldMail(
                            new UserId("info@example.com"),
                            new QueuedMail(QueuedMail.OnHold, "4Xk1", Until, 812, "info@example.com", 2) { Subject = "Offer" },
                            HoldState.Leaving
                        ),
                    ],
                    Abilities = ["block", "hold-mail"],
                    Count = 3,
                    Disturbed = 5_000_000_000,
                    Removed = true,
                    By = "nft",
                }
            },
        };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_is_written_and_read_as_it_always_was(string line, HelperRequest request)
    {
        Assert.Equal(line, JsonSerializer.Serialize(request, HelperJson.Default.HelperRequest));
        var read = JsonSerializer.Deserialize(line, HelperJson.Default.HelperRequest);
        Assert.IsType(request.GetType(), read);
        Assert.Equal(line, JsonSerializer.Serialize(read, HelperJson.Default.HelperRequest));
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void An_answer_is_written_and_read_as_it_always_was(string line, HelperReply reply)
    {
        Assert.Equal(line, JsonSerializer.Serialize(reply, HelperJson.Default.HelperReply));
        Assert.Equal(line, JsonSerializer.Serialize(JsonSerializer.Deserialize(line, HelperJson.Default.HelperReply), HelperJson.Default.HelperReply));
    }

    [Fact]
    public void Every_word_is_among_them()
    {
        var words = typeof(HelperRequest).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(one => (string)one.TypeDiscriminator!);
        var shown = Requests.Select(row => JsonDocument.Parse(row.Data.Item1).RootElement.GetProperty("word").GetString()!).Distinct();
        Assert.Equal(words.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_an_older_helper_does_not_say_is_none()
    {
        var reply = JsonSerializer.Deserialize("""{"count":2}""", HelperJson.Default.HelperReply)!;
        Assert.Equal(2, reply.Count);
        Assert.Empty(reply.Standing);
        Assert.Empty(reply.Locked);
        Assert.Empty(reply.Refused);
        Assert.Empty(reply.Mails);
        Assert.Empty(reply.Abilities);
        Assert.Equal("", reply.By);
        Assert.Null(reply.Error);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"word":"run"}""")]
    [InlineData("""{"user":"info@example.com","word":"end-sessions"}""")]
    [InlineData("""{"word":"describe","more":1}""")]
    [InlineData("""{"word":"end-sessions"}""")]
    [InlineData("""{"word":"end-sessions","user":null}""")]
    [InlineData("""{"word":"end-sessions","user":5}""")]
    [InlineData("""{"word":"end-sessions","user":"info@example.com","path":"/bin/sh"}""")]
    [InlineData("""{"word":"lock","table":"x","add":[{"user":"info@example.com","reason":"","grade":0}],"remove":[]}""")]
    [InlineData("""{"word":"lock","table":"x","add":[{"user":"info@example.com","reason":"","grade":"0"}],"remove":[]}""")]
    [InlineData("""{"word":"lock","table":"x","add":[{"user":"info@example.com","reason":"","grade":"Some"}],"remove":[]}""")]
    [InlineData("""{"word":"lock","table":"x","add":[{"user":"info@example.com","reason":""}],"remove":[]}""")]
    [InlineData("""{"word":"block","add":null,"remove":[]}""")]
    [InlineData("""{"word":"block","add":[{"network":"192.0.2.1/32","until":"2026-11-29T01:02:03+00:00","reason":"","atHome":"7"}],"remove":[]}""")]
    [InlineData("""{"word":"block","add":[{"network":"192.0.2.1/32","until":"soon","reason":""}],"remove":[]}""")]
    [InlineData("""[[[[[[[[[{}]]]]]]]]]""")]
    public void What_is_not_the_protocol_is_refused(string line)
    {
        var refused = Record.Exception(() => JsonSerializer.Deserialize(line, HelperJson.Default.HelperRequest));
        // These two are what the server answers with a refusal; another one would end the connection.
        Assert.True(refused is JsonException or NotSupportedException, $"{line}: {refused}");
    }
}
