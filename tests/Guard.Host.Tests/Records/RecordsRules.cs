using Xunit;

namespace Guard.Host.Tests.Records;

/// <summary>Rules of the console's records that are the same on each database.</summary>
public abstract class RecordsRules : IAsyncLifetime
{
    private protected RecordsFile Records { get; private set; } = null!;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Settings of <c>persistence</c>.</summary>
    protected abstract IReadOnlyDictionary<string, string> Database { get; }

    public async ValueTask InitializeAsync() => Records = await RecordsFile.OpenAsync(Database);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Records.DisposeAsync();
    }
}
