using System.Collections.Immutable;
using System.Text.Json;
using Guard.Host.ConsoleModel.Contracts;
using Guard.Messages.Decisions;

namespace Guard.Host.ConsoleModel.ReadModel;

/// <summary>Reasons as they are stored.</summary>
internal static class ReasonsJson
{
    public static string Write(ImmutableArray<Reason> reasons) => JsonSerializer.Serialize(reasons.IsDefault ? [] : reasons.ToArray());

    public static ImmutableArray<ExplainedReason> Read(string json) => ExplainedReason.Of(JsonSerializer.Deserialize<Reason[]>(json) ?? []);
}
