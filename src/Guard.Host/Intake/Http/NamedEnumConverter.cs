using System.Text.Json.Serialization;

namespace Guard.Host.Intake.Http;

/// <summary>Words only: a number in a request is a mistake, not a member.</summary>
internal sealed class NamedEnumConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
