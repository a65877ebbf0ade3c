namespace Guard.Host.Tests.Records;

public sealed class MovedAccountSpecs : MovedAccountRules
{
    protected override IReadOnlyDictionary<string, string> Database { get; } = new Dictionary<string, string>();
}
