using Guard.Host.Enforcement.Locks;
using Guard.Host.Enforcement.PostfixAccess;
using Guard.Host.Platform;
using Guard.Messages.Identity;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>A map whose index is made again within one second, as many locks in a row do.</summary>
public sealed class PostfixAccessMapSpecs : IProcessRunner, IDisposable
{
    private static readonly DateTime Now = new(2026, 11, 25, 12, 0, 0, 250, DateTimeKind.Utc);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-access");

    private string Map => Path.Combine(_directory.FullName, "locked");

    public void Dispose() => _directory.Delete(recursive: true);

    Task<ProcessOutcome> IProcessRunner.Run(ProcessRequest request, CancellationToken cancellation)
    {
        Assert.Equal(("postmap", $"hash:{Map}"), (request.Program, request.Arguments[^1]));
        // Into the same file, as postmap does with this type, and all at one time.
        File.WriteAllText(Map + ".db", File.ReadAllText(Map));
        File.SetLastWriteTimeUtc(Map + ".db", Now);
        return Task.FromResult(new ProcessOutcome(0, "", ""));
    }

    [Fact]
    public async Task Every_version_of_the_index_has_a_second_of_its_own_so_that_Postfix_sees_that_it_changed()
    {
        var map = new PostfixAccessMap(this, Map);
        var seconds = new List<long>();
        for (var account = 0; account < 4; account++)
        {
            await map.Apply([new WantedLock(new UserId($"user{account}@example.com"), null)], [], TestContext.Current.CancellationToken);
            seconds.Add(new DateTimeOffset(File.GetLastWriteTimeUtc(Map + ".db")).ToUnixTimeSeconds());
        }
        await map.Apply([], [new UserId("user0@example.com")], TestContext.Current.CancellationToken);
        seconds.Add(new DateTimeOffset(File.GetLastWriteTimeUtc(Map + ".db")).ToUnixTimeSeconds());
        Assert.Equal(seconds.Distinct().Order(), seconds);
        Assert.Equal(3, (await map.List(TestContext.Current.CancellationToken)).Count);
    }
}
