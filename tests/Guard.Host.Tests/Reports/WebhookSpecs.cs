using System.Text;
using System.Text.Json;
using CsCheck;
using Guard.Host.Reports.Webhooks;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Xunit;

namespace Guard.Host.Tests.Reports;

public sealed class WebhookSpecs
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"w.1"}""");

    /// <summary>As docs/reports.md shows it, so that receivers written after it verify what is sent.</summary>
    [Fact]
    public void The_signature_is_the_documented_one() =>
        Assert.Equal("t=1767225600,v1=26c29663846ecfe55c137a54fd0e03885e3adf6921dcc4257e2530900595e69f", WebhookSignature.Of("secret", 1767225600, Body));

    [Fact]
    public void Only_the_unchanged_event_of_now_is_verified()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1767225600);
        var header = WebhookSignature.Of("secret", now.ToUnixTimeSeconds(), Body);
        Assert.True(WebhookSignature.Verify("secret", header, Body, now.AddMinutes(4), Tolerance));
        Assert.False(WebhookSignature.Verify("secret", header, Body, now.AddMinutes(6), Tolerance));
        Assert.False(WebhookSignature.Verify("secret", header, Body, now.AddMinutes(-6), Tolerance));
        Assert.False(WebhookSignature.Verify("other", header, Body, now, Tolerance));
        Assert.False(WebhookSignature.Verify("secret", header.Replace("t=1767225600", "t=1767225601", StringComparison.Ordinal), Body, now, Tolerance));
        Assert.False(WebhookSignature.Verify("secret", header, "{}"u8, now, Tolerance));
    }

    [Fact]
    public void Whatever_the_header_says_verifying_does_not_fail() =>
        Gen.String[Gen.Char["tv1=,0123456789abcdefg "], 0, 90]
            .Sample(header => Assert.False(WebhookSignature.Verify("secret", header, Body, DateTimeOffset.FromUnixTimeSeconds(1), Tolerance)));

    [Fact]
    public void Ends_and_sites_are_events_of_types_of_their_own()
    {
        var site = new SiteId("example.com");
        JsonElement Of(Effect effect) =>
            JsonDocument
                .Parse(new WebhookEvent(Told.Enforcing).Write(Told.Dispatch(ReportChannel.Webhook, ReportAudience.Machine, effects: effect)))
                .RootElement;
        Assert.Equal("end", Of(Told.Ended(Rung.Suspended, Rung.Restricted)).GetProperty("type").GetString());
        var reacted = Of(Told.Effect(Rung.Normal, Rung.Reported, Effect.SiteAsUser(site)) with { Site = site });
        Assert.Equal(("site-reaction", "example.com"), (reacted.GetProperty("type").GetString(), reacted.GetProperty("site").GetString()));
        Assert.False(reacted.TryGetProperty("user", out _));
        Assert.Equal("site-end", Of(Told.Ended(Rung.Restricted, Rung.Normal) with { Site = site }).GetProperty("type").GetString());
    }

    [Fact]
    public void An_event_tells_what_happened_what_was_done_and_how_to_take_it_back()
    {
        var root = JsonDocument.Parse(new WebhookEvent(Told.Enforcing).Write(Told.Dispatch(ReportChannel.Webhook, ReportAudience.Machine))).RootElement;
        Assert.Equal("m.1.5.7.2", root.GetProperty("id").GetString());
        Assert.Equal(
            ("reaction", "info@example.com", "example.com", "restricted", "suspended"),
            (
                root.GetProperty("type").GetString(),
                root.GetProperty("user").GetString(),
                root.GetProperty("site").GetString(),
                root.GetProperty("from").GetString(),
                root.GetProperty("to").GetString()
            )
        );
        Assert.Equal(Told.At.AddHours(1), root.GetProperty("until").GetDateTimeOffset());
        Assert.Equal(("203.0.113.9", "RO"), (root.GetProperty("ip").GetString(), root.GetProperty("country").GetString()));
        Assert.Equal(4, root.GetProperty("reasons")[1].GetProperty("usual").GetDouble());
        Assert.Contains(root.GetProperty("done").EnumerateArray(), done => done.GetString() == "The account is locked.");
        Assert.Contains(
            root.GetProperty("undo").EnumerateArray(),
            undo => undo.GetProperty("line").GetString() == "accountguard user release info@example.com"
        );
    }
}
