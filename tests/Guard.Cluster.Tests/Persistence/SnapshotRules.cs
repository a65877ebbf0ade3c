using Akka.Persistence;
using Xunit;

namespace Guard.Cluster.Tests.Persistence;

/// <summary>The rules of Akka.Persistence's snapshot store test kit (SnapshotStoreSpec), restated; both engines must pass.</summary>
public sealed class SnapshotRules : IDisposable
{
    private const string Id = "p-1";

    private readonly StoragePlace _place = new();

    private StorageEngine Start(string engine) => StorageEngine.Start(_place, engine);

    private static List<SnapshotMetadata> SaveFive(StorageEngine engine) =>
        [.. Enumerable.Range(1, 5).Select(number => engine.Save(Id, number * 10, $"s-{number}"))];

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task Nothing_comes_for_a_stranger_or_criteria_that_match_nothing(string name)
    {
        await using var engine = Start(name);
        var saved = SaveFive(engine);
        Assert.Null(engine.Load("stranger", SnapshotSelectionCriteria.Latest));
        Assert.Null(engine.Load(Id, new SnapshotSelectionCriteria(long.MaxValue, saved[0].Timestamp.AddDays(-1))));
        Assert.Null(engine.Load(Id, new SnapshotSelectionCriteria(7)));
        Assert.Null(engine.Load(Id, SnapshotSelectionCriteria.Latest, 7));
        Assert.Null(engine.Load(Id, SnapshotSelectionCriteria.None));
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task The_latest_that_matches_is_loaded(string name)
    {
        await using var engine = Start(name);
        var saved = SaveFive(engine);
        Assert.Equal("s-5", engine.Load(Id, SnapshotSelectionCriteria.Latest)!.Snapshot);
        Assert.Equal("s-3", engine.Load(Id, new SnapshotSelectionCriteria(30))!.Snapshot);
        Assert.Equal("s-3", engine.Load(Id, SnapshotSelectionCriteria.Latest, 39)!.Snapshot);
        Assert.Equal("s-5", engine.Load(Id, new SnapshotSelectionCriteria(long.MaxValue, saved[4].Timestamp))!.Snapshot);
        var third = engine.Load(Id, new SnapshotSelectionCriteria(30, saved[4].Timestamp))!;
        Assert.Equal(("s-3", 30L), (third.Snapshot, third.Metadata.SequenceNr));
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task One_is_deleted_by_its_number(string name)
    {
        await using var engine = Start(name);
        var saved = SaveFive(engine);
        engine.Drop(saved[2]);
        Assert.Equal("s-2", engine.Load(Id, new SnapshotSelectionCriteria(30))!.Snapshot);
        Assert.Equal("s-5", engine.Load(Id, SnapshotSelectionCriteria.Latest)!.Snapshot);
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task Those_that_match_are_deleted_and_no_others(string name)
    {
        await using var engine = Start(name);
        SaveFive(engine);
        engine.Save("p-2", 10, "other");
        engine.Drop(Id, new SnapshotSelectionCriteria(30));
        Assert.Null(engine.Load(Id, new SnapshotSelectionCriteria(30)));
        Assert.Equal("s-4", engine.Load(Id, new SnapshotSelectionCriteria(40))!.Snapshot);
        Assert.Equal("other", engine.Load("p-2", SnapshotSelectionCriteria.Latest)!.Snapshot);
    }

    [Theory, MemberData(nameof(StoragePlace.Engines), MemberType = typeof(StoragePlace))]
    public async Task Saving_the_same_number_again_replaces(string name)
    {
        await using var engine = Start(name);
        SaveFive(engine);
        engine.Save(Id, 50, "again");
        Assert.Equal("again", engine.Load(Id, SnapshotSelectionCriteria.Latest)!.Snapshot);
    }

    [Theory, MemberData(nameof(StoragePlace.Changes), MemberType = typeof(StoragePlace))]
    public async Task What_one_engine_saved_the_other_loads_and_deletes(string first, string second)
    {
        await using (var engine = Start(first))
            SaveFive(engine);
        await using var other = Start(second);
        Assert.Equal("s-5", other.Load(Id, SnapshotSelectionCriteria.Latest)!.Snapshot);
        other.Drop(Id, SnapshotSelectionCriteria.Latest);
        Assert.Null(other.Load(Id, SnapshotSelectionCriteria.Latest));
    }

    public void Dispose() => _place.Dispose();
}
