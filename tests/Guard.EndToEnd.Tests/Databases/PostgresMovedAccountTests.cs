using Guard.Host.Tests.Records;

namespace Guard.EndToEnd.Tests.Databases;

public sealed class PostgresMovedAccountTests : MovedAccountRules
{
    protected override IReadOnlyDictionary<string, string> Database { get; } =
        new Dictionary<string, string> { ["engine"] = "postgres", ["postgres-connection"] = PostgresServer.Shared.NewDatabase() };
}
