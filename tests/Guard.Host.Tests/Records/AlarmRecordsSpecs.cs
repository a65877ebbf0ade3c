namespace Guard.Host.Tests.Records;

public sealed class AlarmRecordsSpecs : AlarmRecordsRules
{
    protected override IReadOnlyDictionary<string, string> Database { get; } = new Dictionary<string, string>();
}
