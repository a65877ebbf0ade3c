using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Guard.Host.Intake.Http;

/// <summary>What became of a batch. It is sent when all that was taken is in the journals of its accounts.</summary>
internal sealed record BatchAnswer
{
    [JsonPropertyName("lines")]
    [Description("Lines that are not empty.")]
    public required int Lines { get; init; }

    [JsonPropertyName("taken")]
    public required int Taken { get; init; }

    [JsonPropertyName("repeated")]
    [Description("Recognised as told before.")]
    public required int Repeated { get; init; }

    [JsonPropertyName("rejected")]
    [Description("Could not be taken; each is told of in errors. The others were.")]
    public required int Rejected { get; init; }

    [JsonPropertyName("errors")]
    public required IReadOnlyList<LineError> Errors { get; init; }
}

/// <summary>Why a line was not taken.</summary>
internal sealed record LineError
{
    [JsonPropertyName("line")]
    [Description("Counted from 1, empty lines too.")]
    public required int Line { get; init; }

    [JsonPropertyName("id")]
    [Description("The line's own id, when it could be read.")]
    public string? Id { get; init; }

    [JsonPropertyName("field")]
    [Description("Empty: the line as a whole.")]
    public required string Field { get; init; }

    [JsonPropertyName("error")]
    public required string Error { get; init; }
}

/// <summary>Why a call failed as a whole (RFC 9457); nothing was counted.</summary>
internal sealed record ApiProblem
{
    [JsonPropertyName("type")]
    public string Type { get; init; } = "about:blank";

    [JsonPropertyName("title")]
    public required string Title { get; init; }

    [JsonPropertyName("status")]
    public required int Status { get; init; }

    [JsonPropertyName("detail")]
    public required string Detail { get; init; }

    [JsonPropertyName("errors")]
    [Description("Of a batch's lines, when none could be taken.")]
    public IReadOnlyList<LineError>? Errors { get; init; }
}
