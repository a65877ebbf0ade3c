using System.Collections.Immutable;
using System.Text.Json;
using Guard.Actors.Reactions;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Decisions;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Reasons as they are stored and shown.</summary>
internal static class ReasonsJson
{
    public static string Write(ImmutableArray<Reason> reasons) => JsonSerializer.Serialize(reasons.IsDefault ? [] : reasons.ToArray());

    public static ImmutableArray<ExplainedReason> Read(string json) => Explain(JsonSerializer.Deserialize<Reason[]>(json) ?? []);

    /// <summary>What says most first: rules, then by bits.</summary>
    public static ImmutableArray<ExplainedReason> Explain(IEnumerable<Reason> reasons) =>
        [
            .. reasons
                .OrderByDescending(reason => reason.Bits == 0 ? double.MaxValue : reason.Bits)
                .Select(reason => new ExplainedReason(reason.Code, ReasonText.Of(reason), reason.Value, reason.Usual, reason.Bits, reason.Subject)),
        ];
}
