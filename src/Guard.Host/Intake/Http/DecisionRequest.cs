using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Guard.Host.Intake.Http;

/// <summary>What is asked about.</summary>
internal sealed record DecisionRequest
{
    [JsonPropertyName("type")]
    [Description("login or submission")]
    public ObservationKind? Type { get; init; }

    [JsonPropertyName("user")]
    [Description("The account, local@domain; a bare name belongs to the guard's default domain.")]
    public string? User { get; init; }

    [JsonPropertyName("address")]
    [Description("Of the client, IPv4 or IPv6.")]
    public string? Address { get; init; }

    [JsonPropertyName("service")]
    [Description("Of a login; web when it is missing.")]
    public ObservedService? Service { get; init; }

    [JsonPropertyName("outcome")]
    [Description("Of a login; succeeded when it is missing: the password was right, may it go on?")]
    public ObservationOutcome? Outcome { get; init; }

    [JsonPropertyName("recipients")]
    [Description("Of a submission, 1 when it is missing.")]
    public int? Recipients { get; init; }

    [JsonPropertyName("size")]
    [Description("Bytes of a submission.")]
    public long? Size { get; init; }

    [JsonPropertyName("queue_id")]
    [Description("The mail server's queue id of a submission: what its log tells of the same message counts once.")]
    public string? QueueId { get; init; }

    [JsonPropertyName("count")]
    [Description("true: what is allowed happens, and is counted before the answer; false: only asked, nothing is counted.")]
    public bool? Count { get; init; }
}

/// <summary>The verdict.</summary>
internal sealed record DecisionAnswer
{
    [JsonPropertyName("verdict")]
    [Description("allow, defer or reject: what to do now; always allow while the guard only observes.")]
    public required string Verdict { get; init; }

    [JsonPropertyName("would_be")]
    [Description("What it would be in enforce mode.")]
    public required string WouldBe { get; init; }

    [JsonPropertyName("answered")]
    [Description("false: the guard could not decide in time, and the verdict is the configured one (intake.unanswered). Nothing may have been counted.")]
    public required bool Answered { get; init; }

    [JsonPropertyName("rung")]
    [Description("Where the account stands: normal, reported, restricted, suspended or blocked.")]
    public required string Rung { get; init; }

    [JsonPropertyName("until")]
    [Description("When the rung ends by itself.")]
    public DateTimeOffset? Until { get; init; }

    [JsonPropertyName("score")]
    [Description("How strange it is, in bits.")]
    public double Score { get; init; }

    [JsonPropertyName("reasons")]
    public required IReadOnlyList<DecisionReason> Reasons { get; init; }

    [JsonPropertyName("text")]
    [Description("For the user to read: the weightiest reason and the contact; empty when allowed.")]
    public required string Text { get; init; }
}

/// <summary>One reason of a verdict.</summary>
internal sealed record DecisionReason
{
    [JsonPropertyName("code")]
    public required string Code { get; init; }

    [JsonPropertyName("text")]
    public required string Text { get; init; }

    [JsonPropertyName("value")]
    [Description("What was measured.")]
    public double Value { get; init; }

    [JsonPropertyName("usual")]
    [Description("What is usual or allowed.")]
    public double Usual { get; init; }
}
